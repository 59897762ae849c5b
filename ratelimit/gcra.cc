// All arithmetic is on whole microseconds and a remainder below `count`; the bounds of Pace keep
// every product below 2^63 (1e6 units of 31 days are 2.7e18).
#include "ratelimit/gcra.h"

#include <algorithm>
#include <numeric>

namespace postern::ratelimit {

using std::chrono::microseconds;

Pace::Span Pace::span_of(std::int64_t n) const {
    if (over_ == 0) return {step_ * n, 0};
    const std::int64_t over = over_ * n;  // < 1e12
    return {step_ * n + over / count_, over % count_};
}

Pace Pace::of(std::int64_t count, microseconds period, std::int64_t burst) {
    Pace pace;
    pace.count_ = std::max<std::int64_t>(count, 1);
    pace.period_ = std::clamp<std::int64_t>(period.count(), 1, period_max.count());
    const std::int64_t divisor = std::gcd(pace.count_, pace.period_);
    pace.count_ = std::min(pace.count_ / divisor, count_max);
    pace.period_ /= divisor;
    pace.step_ = pace.period_ / pace.count_;
    pace.over_ = pace.period_ % pace.count_;
    if (burst <= 0) burst = pace.count_ * 100'000 / pace.period_;
    pace.burst_ = std::clamp<std::int64_t>(burst, 1, burst_max);
    return pace;
}

microseconds Pace::time_of(std::int64_t n) const {
    const Span span = span_of(std::clamp<std::int64_t>(n, 0, burst_max));
    return microseconds{span.whole + (span.rest > 0)};
}

bool Pace::slower_than(const Pace& other) const {
    return count_ * other.period_ < other.count_ * period_;  // each < 2.7e18
}

Gcra Gcra::empty(const Pace& pace, microseconds now) {
    Gcra bucket = full_from(now);
    bucket.add(pace, pace.burst_);
    return bucket;
}

Gcra Gcra::full_from(microseconds then) {
    Gcra bucket;
    bucket.due_ = then.count();
    return bucket;
}

microseconds Gcra::earliest(const Pace& pace, std::int64_t n, std::int64_t leave) const {
    const std::int64_t need = std::min(n + leave, pace.burst_);
    const Pace::Span ahead = pace.span_of(pace.burst_ - need);
    return microseconds{due_ - ahead.whole + (rest_ > ahead.rest)};
}

bool Gcra::take(const Pace& pace, microseconds now, std::int64_t n) {
    if (earliest(pace, n) > now) return false;
    start_at_least(pace, now);
    add(pace, n);
    return true;
}

void Gcra::debit(const Pace& pace, microseconds now, std::int64_t n, microseconds debt_max) {
    start_at_least(pace, now);
    const microseconds end = now + pace.time_of(pace.burst_) + debt_max;
    if (due_ >= end.count()) return;
    add(pace, std::clamp<std::int64_t>(n, 0, Pace::burst_max));
    if (due_ >= end.count()) {
        due_ = end.count();
        rest_ = 0;
        since_ = now.count() + 1;  // what was cut off cannot be given back
    }
}

void Gcra::give_back(const Pace& pace, microseconds taken, std::int64_t n) {
    const std::int64_t time = pace.time_of(n).count();
    if (taken.count() < since_ || ahead_min_ < time) return;
    ahead_min_ -= time;
    const Pace::Span span = pace.span_of(n);
    due_ -= span.whole;
    std::int64_t rest = static_cast<std::int64_t>(rest_) - span.rest;
    if (rest < 0) {
        rest += pace.count_;
        --due_;
    }
    rest_ = static_cast<std::uint32_t>(rest);
}

microseconds Gcra::full_at() const {
    return microseconds{due_ + (rest_ > 0)};
}

void Gcra::rescale(const Pace& from, const Pace& to) {
    if (from == to) return;
    since_ = std::max(since_, due_ + 1);  // a step of `from` is not one of `to`
    if (from.count_ == to.count_ || rest_ == 0) return;
    const std::int64_t rest = (rest_ * to.count_ + from.count_ - 1) / from.count_;
    due_ += rest / to.count_;
    rest_ = static_cast<std::uint32_t>(rest % to.count_);
}

void Gcra::start_at_least(const Pace& pace, microseconds now) {
    // A take that finds less than a step missing can be shifted by none before it: what is given
    // back from here on can only be what is taken from here on.
    ahead_min_ = std::min(ahead_min_, due_ - now.count());
    if (ahead_min_ <= pace.step_) {
        since_ = now.count();
        ahead_min_ = INT64_MAX;
    }
    if (full_at() > now) return;
    due_ = now.count();
    rest_ = 0;
}

void Gcra::add(const Pace& pace, std::int64_t n) {
    const Pace::Span span = pace.span_of(n);
    const std::int64_t rest = rest_ + span.rest;
    const bool carry = rest >= pace.count_;
    due_ += span.whole + carry;
    rest_ = static_cast<std::uint32_t>(carry ? rest - pace.count_ : rest);
}

}  // namespace postern::ratelimit
