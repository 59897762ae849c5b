// Posts webhooks to the gateway the way providers do: over keep-alive connections, and again after
// anything but 2xx until the provider's span is over. Lives on one I/O thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "gateway/net/client.h"
#include "gateway/net/io_thread.h"
#include "gateway/sim/scenario.h"
#include "gateway/sim/sent_log.h"

namespace postern::sim {

struct ReceiptTotals {
    std::uint64_t posted = 0;
    std::uint64_t attempts = 0;
    std::uint64_t acknowledged = 0;
    std::uint64_t given_up = 0;
};

/// Made and used on `thread`; callbacks come there. Destroy it there too, or after the thread
/// stopped.
class Delivery final {
  public:
    using Done = std::function<void(const SentWebhook&)>;

    Delivery(net::IoThread& thread, net::HttpClient& client, SentLog& sent_log);
    ~Delivery();
    Delivery(const Delivery&) = delete;
    Delivery& operator=(const Delivery&) = delete;

    /// Sends and, where the provider would, sends again. `done` is called once, at the end.
    /// Defective webhooks come from nobody who would repeat them: one complete answer ends them.
    void send(Webhook webhook, Done done);
    /// The same for a receipt, which has a count instead of a line in the log: there may be
    /// millions. `answered` is called once, after the first try.
    void send_receipt(Webhook webhook, std::function<void()> answered);
    /// Who brings the webhooks of a channel that does not take them over HTTP: sends one, and calls
    /// back once with a status as HTTP has them (0: no answer; the provider then sends it again).
    using Carrier = std::function<void(const Webhook&, std::function<void(int status)>)>;
    /// An empty carrier ends it: from then on that channel's webhooks find nobody. "poll" is that
    /// of accounts whose URL begins so ("poll:tg-main"), whatever their channel.
    void carry(std::string channel, Carrier carrier);
    [[nodiscard]] const ReceiptTotals& receipts() const { return receipts_; }
    [[nodiscard]] std::size_t in_flight() const { return in_flight_; }

  private:
    struct Job;
    void try_once(std::shared_ptr<Job> job);
    void answered(std::shared_ptr<Job> job, int status, std::int64_t latency_us);
    void count_attempt(Job& job, int status, std::int64_t latency_us);
    void finish(Job& job, int status);

    net::IoThread& thread_;
    net::HttpClient& client_;
    SentLog& sent_log_;
    std::map<std::string, Carrier, std::less<>> carriers_;
    ReceiptTotals receipts_;
    std::size_t in_flight_ = 0;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // timers outlive us harmlessly
};

}  // namespace postern::sim
