// Posts webhooks to the gateway the way providers do: over keep-alive connections, and again after
// anything but 2xx until the provider's span is over. Lives on one I/O thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "gateway/net/client.h"
#include "gateway/net/io_thread.h"
#include "gateway/sim/ledger.h"
#include "gateway/sim/scenario.h"

namespace postern::sim {

/// Made and used on `thread`; callbacks come there. Destroy it there too, or after the thread
/// stopped.
class Delivery final {
  public:
    using Done = std::function<void(const SentWebhook&)>;

    Delivery(net::IoThread& thread, net::HttpClient& client, Ledger& ledger);
    ~Delivery();
    Delivery(const Delivery&) = delete;
    Delivery& operator=(const Delivery&) = delete;

    /// Sends and, where the provider would, sends again. `done` is called once, at the end.
    /// Defective webhooks come from nobody who would repeat them: one complete answer ends them.
    void send(Webhook webhook, Done done);
    [[nodiscard]] std::size_t in_flight() const { return in_flight_; }

  private:
    struct Job;
    void try_once(std::shared_ptr<Job> job);
    void answered(std::shared_ptr<Job> job, int status, std::int64_t latency_us);

    net::IoThread& thread_;
    net::HttpClient& client_;
    Ledger& ledger_;
    std::size_t in_flight_ = 0;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // timers outlive us harmlessly
};

}  // namespace postern::sim
