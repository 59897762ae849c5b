// Numbers: provider note of 2026 (halve, pause 1 s doubling to 30 s; after 30 s of calm a tenth
// more each 5 s; a full queue 5 s doubling to 60 s).
#include "adapters/smpp/pace.h"

#include <algorithm>

namespace postern::adapters::smpp {
namespace {

using std::chrono::seconds;

constexpr double rate_min = 0.5;
constexpr seconds throttle_first{1};
constexpr seconds throttle_most{30};
constexpr seconds queue_first{5};
constexpr seconds queue_most{60};
constexpr seconds calm{30};
constexpr seconds step{5};
constexpr double raise = 1.1;
/// Beyond this share of what was refused, the centre is trusted to say so itself again.
constexpr double lifted_at = 2.0;
/// Refusals that arrive together are about the same burst.
constexpr std::chrono::milliseconds together{500};
constexpr std::size_t counted_max = 10'000;

}  // namespace

Pace::Moment Pace::earliest(Moment now) {
    recover(now);
    return std::max({now, pause_until_, rate_ ? next_ : now});
}

void Pace::sent(Moment now) {
    while (!lately_.empty() && lately_.front() + seconds(1) <= now) lately_.pop_front();
    if (lately_.size() < counted_max) lately_.push_back(now);
    if (!rate_) return;
    next_ = std::max(next_, now) +
            std::chrono::duration_cast<Moment>(std::chrono::duration<double>(1.0 / *rate_));
}

void Pace::pause(Moment now, seconds first, seconds most, seconds& length) {
    length = length.count() == 0 ? first : std::min(most, length * 2);
    pause_until_ = std::max(pause_until_, now + length);
}

void Pace::throttled(Moment now) {
    const bool same_burst = refused_.count() != 0 && now < refused_ + together;
    if (same_burst) return;
    while (!lately_.empty() && lately_.front() + seconds(1) <= now) lately_.pop_front();
    broken_at_ = rate_.value_or(std::max<double>(1.0, static_cast<double>(lately_.size())));
    rate_ = std::max(rate_min, broken_at_ / 2);
    refused_ = raised_ = now;
    pause(now, throttle_first, throttle_most, throttle_pause_);
    next_ = pause_until_;
}

void Pace::queue_full(Moment now) {
    if (now < pause_until_ && queue_pause_.count() != 0) return;
    pause(now, queue_first, queue_most, queue_pause_);
}

void Pace::accepted(Moment now) {
    // An answer to what left before the pause says nothing about now.
    if (paused(now)) return;
    throttle_pause_ = queue_pause_ = seconds(0);
    recover(now);
}

void Pace::recover(Moment now) {
    if (!rate_ || now < refused_ + calm) return;
    const Moment begin = std::max(raised_, refused_ + calm - step);
    for (Moment at = begin + step; at <= now && rate_; at += step) {
        raised_ = at;
        *rate_ *= raise;
        if (*rate_ >= broken_at_ * lifted_at) rate_.reset();
    }
}

}  // namespace postern::adapters::smpp
