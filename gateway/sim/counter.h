// Where sends arrive: each request under "/{channel}/" is read, judged, written into the ledger and
// answered as that provider would, faults included.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "gateway/net/http.h"
#include "gateway/sim/accounts.h"
#include "gateway/sim/agenda.h"
#include "gateway/sim/behaviour.h"
#include "gateway/sim/ledger.h"
#include "gateway/sim/receipts.h"
#include "gateway/sim/telegram_updates.h"

namespace postern::sim {

struct CounterTotals {
    std::uint64_t requests = 0;
    std::uint64_t malformed = 0;                   // refused for their shape or credentials
    std::uint64_t others = 0;                      // taken, but nothing that a person gets
    std::map<std::string, std::uint64_t> by_what;  // of those, "wechat token", "line read" …
    std::array<std::uint64_t, 15> by_fault{};      // sends by SendFault; [0]: accepted and answered
};

/// Lives on the simulator's I/O thread, as everything that it is made of.
class Counter final {
  public:
    Counter(Agenda& agenda, Accounts& accounts, Behaviour& behaviour, Ledger& ledger,
            Receipts& receipts, TelegramUpdates& updates, std::uint64_t run);
    ~Counter();
    Counter(const Counter&) = delete;
    Counter& operator=(const Counter&) = delete;

    /// False if the path names no channel; the responder is then untouched.
    [[nodiscard]] bool handle(const net::Request& request, net::Responder& responder);

    [[nodiscard]] const CounterTotals& totals() const { return totals_; }

  private:
    void take_send(const Receiver& receiver, const Call& call, const net::Request& request,
                   net::Responder responder);
    /// What a provider does with a send that it took: answers, or does not.
    void answer(const Decision& decision, net::Response response, net::Responder responder);
    void reply(std::int64_t latency_us, net::Response response, net::Responder responder);
    void reply_slowly(double total_ms, net::Response response, net::Responder responder);
    void hold(double hold_ms, net::Responder responder);

    Agenda& agenda_;
    Accounts& accounts_;
    Behaviour& behaviour_;
    Ledger& ledger_;
    Receipts& receipts_;
    TelegramUpdates& updates_;
    const std::uint64_t run_;
    CounterTotals totals_;
};

[[nodiscard]] std::string totals_json(const CounterTotals& totals);

}  // namespace postern::sim
