// The runner's other half: events go out, and what comes of it.
#include <algorithm>

#include "gateway/subscriptions/attempt.h"
#include "gateway/subscriptions/runner.h"

namespace postern::subscriptions {
namespace {

using namespace std::chrono_literals;

/// An endpoint that failed this often and answers again gets at once what waits for it, but not
/// more often than once a minute: one that fails now and then is not hurried all the time.
constexpr unsigned down_failures = 2;
constexpr std::chrono::microseconds hurry_pause = 1min;

/// splitmix64: the jitter needs to differ, not to be secret.
std::uint64_t next_chance(std::uint64_t& state) {
    std::uint64_t z = (state += 0x9E37'79B9'7F4A'7C15);
    z = (z ^ z >> 30) * 0xBF58'476D'1CE4'E5B9;
    z = (z ^ z >> 27) * 0x94D0'49BB'1331'11EB;
    return z ^ z >> 31;
}

}  // namespace

void Runner::pump() {
    // An answer may come within send(): it lands here again, and the loop below goes on.
    if (pumping_ || stopped_) return;
    pumping_ = true;
    while (in_flight_ < in_flight_max) {
        const Window::Item* item = window_.take(steady());
        if (item == nullptr) break;
        deliver(*item);
    }
    pumping_ = false;
    arm();
    read();
}

/// Wakes when the next retry is due; a free place in flight wakes by itself.
void Runner::arm() {
    const auto due = window_.next_due();
    if (!due || in_flight_ >= in_flight_max) return;
    if (cancel_timer_ && armed_for_ <= *due && armed_for_ > steady()) return;
    if (cancel_timer_) std::exchange(cancel_timer_, nullptr)();
    armed_for_ = *due;
    const auto delay = std::max(*due - steady(), std::chrono::microseconds{0});
    cancel_timer_ = shop_.thread.after(std::chrono::ceil<std::chrono::milliseconds>(delay),
                                       [weak = weak_from_this()] {
                                           const auto self = weak.lock();
                                           if (!self) return;
                                           self->cancel_timer_ = nullptr;
                                           self->pump();
                                       });
}

void Runner::deliver(const Window::Item& item) {
    const std::uint64_t place = item.event.cursor.place();
    net::ClientRequest request = make_request(row_, events::format_cursor(item.event.cursor),
                                              item.event.json, shop_.now().wall);
    ++in_flight_;
    shop_.client.send(std::move(request),
                      [weak = weak_from_this(), place](const net::ClientResponse& response) {
                          if (const auto self = weak.lock()) self->on_answer(place, response);
                      });
}

void Runner::on_answer(std::uint64_t place, const net::ClientResponse& response) {
    --in_flight_;
    Outcome outcome = outcome_of(response);
    if (outcome.delivered)
        on_success(place);
    else
        on_failure(place, std::move(outcome.error), outcome.retry_after);
    pump();
    show();
}

void Runner::on_success(std::uint64_t place) {
    window_.delivered(place);
    ++health_.delivered;
    const model::Now now = shop_.now();
    health_.last_delivered = now.wall;
    const bool was_down = failures_in_row_ >= down_failures;
    failures_in_row_ = 0;
    if (!was_down || (hurried_.count() != 0 && now.steady - hurried_ < hurry_pause)) return;
    hurried_ = now.steady;
    window_.hurry(now.steady);
}

void Runner::on_failure(std::uint64_t place, std::string error,
                        std::chrono::milliseconds at_least) {
    const Window::Item* item = window_.find(place);
    if (item == nullptr) return;
    const model::Now now = shop_.now();
    const auto delay = std::max(
        delay_after(shop_.schedule, item->failures + 1, next_chance(shop_.chance)), at_least);
    window_.failed(place, now.wall, now.steady + delay);
    ++failures_in_row_;
    ++health_.failed;
    health_.last_failed = now.wall;
    health_.last_error = std::move(error);
}

}  // namespace postern::subscriptions
