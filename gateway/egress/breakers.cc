#include "gateway/egress/breakers.h"

#include <algorithm>

namespace postern::egress {

using ratelimit::Breaker;
using ratelimit::BreakerMode;

namespace {

/// An account calls one origin, or a few. Those beyond share one breaker, so that addresses made
/// of data cannot grow the table.
constexpr std::size_t origins_max = 32;

}  // namespace

Breaker& Breakers::of(std::string_view origin) {
    const auto found = by_origin_.find(origin);
    if (found != by_origin_.end()) return found->second;
    const bool full = by_origin_.size() >= origins_max;
    return by_origin_[full ? std::string() : std::string(origin)];
}

ratelimit::Permit Breakers::ask(std::string_view origin, std::chrono::microseconds now) {
    const std::lock_guard lock(mutex_);
    Breaker& breaker = of(origin);
    ratelimit::Permit permit = breaker.ask(now);
    if (!permit.granted && breaker.mode() == BreakerMode::half_open) {
        permit.ask_at = std::min<std::chrono::microseconds>(permit.ask_at, now + Breaker::wait_min);
    }
    return permit;
}

void Breakers::end(std::string_view origin, CallEnd how, bool probe,
                   std::chrono::microseconds now) {
    const std::lock_guard lock(mutex_);
    Breaker& breaker = of(origin);
    switch (how) {
        case CallEnd::succeeded:
            return breaker.succeeded(now, probe);
        case CallEnd::failed:
            return breaker.failed(now, probe);
        case CallEnd::credential:
            return breaker.credential_refused(now);
        case CallEnd::cancelled:
            return breaker.cancelled(now, probe);
    }
}

BreakerMode Breakers::mode() const {
    const std::lock_guard lock(mutex_);
    BreakerMode worst = BreakerMode::closed;
    for (const auto& [origin, breaker] : by_origin_) {
        if (breaker.mode() == BreakerMode::open) return BreakerMode::open;
        if (breaker.mode() == BreakerMode::half_open) worst = BreakerMode::half_open;
    }
    return worst;
}

void Breakers::reset() {
    const std::lock_guard lock(mutex_);
    by_origin_.clear();
}

}  // namespace postern::egress
