// One compare-and-swap a request: the time at which everything taken has come back moves by a step.
#include "ratelimit/request_rate.h"

#include <algorithm>

namespace postern::ratelimit {

RateVerdict RequestRate::take(std::uint32_t per_second, std::chrono::microseconds now) {
    constexpr std::int64_t second = 1'000'000;
    const std::int64_t step = std::max<std::int64_t>(second / per_second, 1);
    const std::int64_t burst = std::max(second, step);
    std::int64_t seen = due_.load(std::memory_order_relaxed);
    for (;;) {
        const std::int64_t ahead = std::max<std::int64_t>(seen - now.count(), 0);
        RateVerdict verdict{.limit = per_second, .reset = std::chrono::microseconds{ahead}};
        if (ahead > burst - step) {
            verdict.allowed = false;
            verdict.retry_after = std::chrono::microseconds{ahead - (burst - step)};
            return verdict;
        }
        if (due_.compare_exchange_weak(seen, now.count() + ahead + step)) {
            verdict.remaining = static_cast<std::uint32_t>((burst - ahead - step) / step);
            verdict.reset += std::chrono::microseconds{step};
            return verdict;
        }
    }
}

}  // namespace postern::ratelimit
