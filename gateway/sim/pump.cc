// Open loop: what is due by the clock is sent, so a slow gateway shows as latency, not as a lower
// rate.
#include "gateway/sim/pump.h"

#include <algorithm>
#include <utility>

#include "gateway/sim/json_text.h"

namespace postern::sim {
namespace {

constexpr std::chrono::milliseconds tick_every{5};
constexpr std::size_t piled_up_max = 4096;

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

double PumpResult::latency_ms(double fraction) const {
    if (latencies_us.empty()) return 0;
    const auto last = static_cast<double>(latencies_us.size() - 1);
    return static_cast<double>(latencies_us[static_cast<std::size_t>(last * fraction)]) / 1000;
}

std::string result_json(const PumpResult& result, std::uint64_t seed) {
    JsonText json;
    json.begin_object().field("seed", seed).field("sent", result.sent);
    json.field("acknowledged", result.acknowledged);
    json.field("acknowledged_items", result.acknowledged_ids.size());
    json.field("unexpected", result.unexpected).field("attempts", result.attempts);
    json.key("by_status").begin_object();
    for (const auto& [status, count] : result.by_status) json.field(std::to_string(status), count);
    json.end_object().field("duration_s", result.duration_s);
    const double rate =
        result.duration_s > 0 ? static_cast<double>(result.sent) / result.duration_s : 0;
    json.field("rate", rate).key("latency_ms").begin_object();
    json.field("p50", result.latency_ms(0.5)).field("p99", result.latency_ms(0.99));
    json.field("p999", result.latency_ms(0.999)).field("max", result.latency_ms(1));
    json.end_object().end_object();
    return json.take();
}

Pump::Pump(net::IoThread& thread, Delivery& delivery, PumpOptions options, Next next, Done done)
    : thread_(thread),
      delivery_(delivery),
      options_(options),
      next_(std::move(next)),
      done_(std::move(done)) {}

void Pump::start() {
    begun_ = std::chrono::steady_clock::now();
    if (options_.total == 0) {
        done_(std::move(result_));
    } else if (options_.rate > 0) {
        tick();
    } else {
        fill();
    }
}

void Pump::send_one() {
    ++result_.sent;
    ++open_;
    delivery_.send(next_(),
                   [self = shared_from_this()](const SentWebhook& sent) { self->ended(sent); });
}

void Pump::fill() {
    if (filling_) return;  // an answer may come before send() returns
    filling_ = true;
    while (result_.sent < options_.total && open_ < options_.window) send_one();
    filling_ = false;
}

void Pump::tick() {
    const double due = options_.rate * seconds_since(begun_) + 1;
    while (result_.sent < options_.total && static_cast<double>(result_.sent) < due &&
           open_ < piled_up_max) {
        send_one();
    }
    if (result_.sent >= options_.total) return;
    (void)thread_.after(tick_every, [self = shared_from_this()] { self->tick(); });
}

void Pump::ended(const SentWebhook& sent) {
    --open_;
    result_.attempts += static_cast<std::uint64_t>(sent.attempts);
    ++result_.by_status[sent.status];
    result_.latencies_us.push_back(sent.latency_us);
    if (!sent.as_expected) ++result_.unexpected;
    if (sent.status == 200) {
        ++result_.acknowledged;
        for (const SentItem& item : sent.items) {
            result_.acknowledged_ids.push_back(item.external_id);
        }
    }
    if (result_.sent < options_.total) {
        if (options_.rate <= 0) fill();
        return;
    }
    if (open_ != 0 || !done_) return;
    result_.duration_s = seconds_since(begun_);
    std::sort(result_.latencies_us.begin(), result_.latencies_us.end());
    auto& ids = result_.acknowledged_ids;
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    std::exchange(done_, nullptr)(std::move(result_));
}

}  // namespace postern::sim
