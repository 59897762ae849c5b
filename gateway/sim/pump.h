// Sends a number of webhooks at a rate, or as fast as a window of unanswered ones allows, and sums
// up the answers. Lives on the delivery's I/O thread and keeps itself alive until it is done.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gateway/net/io_thread.h"
#include "gateway/sim/delivery.h"

namespace postern::sim {

struct PumpOptions {
    std::uint64_t total = 1;
    double rate = 0;  // webhooks a second, whatever the answers do (open loop); 0: no clock
    std::size_t window =
        64;  // unanswered at most; with a rate, the bound of what may pile up is 4096
};

struct PumpResult {
    std::uint64_t sent = 0;
    std::uint64_t acknowledged = 0;  // webhooks that ended with 200
    std::uint64_t unexpected = 0;    // that ended otherwise than they should
    std::uint64_t attempts = 0;
    std::map<int, std::uint64_t> by_status;     // the last answer of each
    std::vector<std::string> acknowledged_ids;  // once each, sorted
    std::vector<std::int64_t> latencies_us;     // of the last try of each, sorted
    double duration_s = 0;

    /// `fraction` of 0..1; 0 if nothing was sent.
    [[nodiscard]] double latency_ms(double fraction) const;
};

[[nodiscard]] std::string result_json(const PumpResult& result, std::uint64_t seed);

class Pump final : public std::enable_shared_from_this<Pump> {
  public:
    using Next = std::function<Webhook()>;
    using Done = std::function<void(PumpResult)>;

    Pump(net::IoThread& thread, Delivery& delivery, PumpOptions options, Next next, Done done);
    void start();

  private:
    void fill();
    void tick();
    void send_one();
    void ended(const SentWebhook& sent);

    net::IoThread& thread_;
    Delivery& delivery_;
    PumpOptions options_;
    Next next_;
    Done done_;
    PumpResult result_;
    std::uint64_t open_ = 0;
    std::chrono::steady_clock::time_point begun_;
    bool filling_ = false;
};

}  // namespace postern::sim
