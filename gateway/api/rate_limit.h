// A key's request limit: GCRA, one atomic word, no timer. `now` is steady time. Any thread.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace postern::api {

struct RateVerdict {
    bool allowed = true;
    std::uint32_t limit = 0;      // a second; also the burst
    std::uint32_t remaining = 0;  // at once
    std::chrono::microseconds retry_after{};
    std::chrono::microseconds reset{};  // until the whole burst is there again
};

class RequestRate final {
  public:
    /// Up to `per_second` (> 0) at once, and on average.
    [[nodiscard]] RateVerdict take(std::uint32_t per_second, std::chrono::microseconds now) {
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

  private:
    std::atomic<std::int64_t> due_{0};  // when the tokens taken so far will have come back
};

}  // namespace postern::api
