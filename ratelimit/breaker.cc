#include "ratelimit/breaker.h"

#include <algorithm>

namespace postern::ratelimit {

using std::chrono::microseconds;

namespace {

std::int64_t second_of(microseconds t) {
    return std::chrono::floor<std::chrono::seconds>(t).count();
}

}  // namespace

Breaker Breaker::restored(const BreakerState& state, Now now) {
    Breaker breaker;
    if (!state.open) return breaker;
    breaker.mode_ = BreakerMode::open;
    breaker.credential_ = state.credential;
    breaker.wait_ = std::clamp<microseconds>(state.wait, wait_min, wait_max);
    // Never longer than one wait, whatever the wall clock did in between.
    const Instant latest = now.wall + breaker.wait_;
    breaker.until_ = now.to_steady(std::clamp(state.probe_at, now.wall, latest));
    return breaker;
}

Permit Breaker::ask(microseconds now) {
    if (mode_ == BreakerMode::closed) return {.granted = true};
    if (now < until_) return {.ask_at = until_};
    mode_ = BreakerMode::half_open;
    until_ = now + probe_max;
    return {.granted = true, .probe = true};
}

void Breaker::succeeded(microseconds now, bool probe) {
    if (mode_ == BreakerMode::closed) return count(now, false);
    // Late answers to calls from before it opened say nothing about now.
    if (probe && mode_ == BreakerMode::half_open) reset();
}

void Breaker::failed(microseconds now, bool probe) {
    if (mode_ == BreakerMode::closed) {
        count(now, true);
        if (too_many_failed(now)) open(now, wait_min);
    } else if (probe && mode_ == BreakerMode::half_open) {
        open(now, std::min<microseconds>(wait_ * 2, wait_max));
    }
}

void Breaker::credential_refused(microseconds now) {
    credential_ = true;
    // Calls in flight may all be refused; only a probe makes the wait grow.
    if (mode_ == BreakerMode::closed) open(now, wait_min);
    if (mode_ == BreakerMode::half_open) open(now, std::min<microseconds>(wait_ * 2, wait_max));
}

void Breaker::cancelled(microseconds now, bool probe) {
    if (probe && mode_ == BreakerMode::half_open) {
        mode_ = BreakerMode::open;
        until_ = now;  // the next call is the probe
    }
}

BreakerState Breaker::state(Now now) const {
    if (mode_ == BreakerMode::closed) return {};
    const bool probing = mode_ == BreakerMode::half_open;
    return {.open = true,
            .credential = credential_,
            .probe_at = probing ? now.wall : now.to_wall(until_),
            .wait = wait_};
}

void Breaker::count(microseconds now, bool failed) {
    const std::int64_t second = second_of(now);
    const auto index = static_cast<std::size_t>(second) % slots_.size();
    Slot& slot = slots_[index];
    if (slot.second != second) slot = {.second = second};
    ++slot.calls;
    slot.failed += failed;
}

bool Breaker::too_many_failed(microseconds now) const {
    std::uint64_t calls = 0;
    std::uint64_t failed = 0;
    for (const Slot& slot : slots_) {
        if (slot.second <= second_of(now) - window.count()) continue;
        calls += slot.calls;
        failed += slot.failed;
    }
    return calls >= calls_min && failed * 100 >= calls * failed_percent;
}

void Breaker::open(microseconds now, microseconds wait) {
    mode_ = BreakerMode::open;
    wait_ = wait;
    until_ = now + wait;
    slots_.fill({});
}

}  // namespace postern::ratelimit
