// From an account's configured rate to the limiter's terms.
#include "gateway/core/sending_settings.h"

#include <algorithm>
#include <cmath>

namespace postern::core {
namespace {

using std::chrono::microseconds;

/// A rate of 0.2/s is one in five seconds; three decimals are kept.
ratelimit::Pace pace_of(double per_second, std::int64_t burst) {
    const auto thousandths = static_cast<std::int64_t>(std::llround(per_second * 1000));
    return ratelimit::Pace::of(std::max<std::int64_t>(thousandths, 1), std::chrono::seconds{1000},
                               burst);
}

}  // namespace

ratelimit::AccountLimits limits_of(const policy::AccountPolicy& policy) {
    const policy::Rate& rate = policy.rate;
    ratelimit::AccountLimits limits;
    limits.rate = rate.per_second > 0
                      ? pace_of(rate.per_second, rate.burst)
                      : ratelimit::Pace::of(ratelimit::Pace::count_max, std::chrono::seconds{1},
                                            ratelimit::Pace::burst_max);
    if (rate.per_recipient.count > 0) {
        limits.per_recipient =
            ratelimit::Pace::of(rate.per_recipient.count,
                                std::chrono::duration_cast<microseconds>(rate.per_recipient.period),
                                rate.per_recipient.count);
    }
    limits.per_day = static_cast<std::int64_t>(rate.per_day);
    limits.group = rate.group;
    return limits;
}

}  // namespace postern::core
