// After an accepted send: which status webhooks follow, when, and in which order.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "gateway/sim/agenda.h"
#include "gateway/sim/behaviour.h"
#include "gateway/sim/delivery.h"
#include "gateway/sim/receiver.h"

namespace postern::sim {

/// Lives on the simulator's I/O thread; outlives its agenda's tasks.
class Receipts final {
  public:
    Receipts(Agenda& agenda, Delivery& delivery, Behaviour& behaviour)
        : agenda_(agenda), delivery_(delivery), behaviour_(behaviour) {}

    /// Draws what follows and plans it. With receipt_early, `answer` (of the send itself) is called
    /// once the gateway has answered the first receipt; true if so, else the caller answers.
    [[nodiscard]] bool plan(const Receiver& receiver, const Call& call, const Decision& decision,
                            const std::string& provider_id, std::function<void()> answer);

    /// Receipts that nobody said where to send.
    [[nodiscard]] std::uint64_t unaddressed() const { return unaddressed_; }

  private:
    void post(const Receiver& receiver, Receipt receipt, std::function<void()> answered);

    Agenda& agenda_;
    Delivery& delivery_;
    Behaviour& behaviour_;
    std::uint64_t unaddressed_ = 0;
};

}  // namespace postern::sim
