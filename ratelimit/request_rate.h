// A caller's request limit: GCRA (the generic cell rate algorithm), one atomic word, no timer. In
// any window of T seconds at most burst + rate × T are allowed. `now` is steady time. Any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace postern::ratelimit {

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
    [[nodiscard]] RateVerdict take(std::uint32_t per_second, std::chrono::microseconds now);

  private:
    std::atomic<std::int64_t> due_{0};  // when the tokens taken so far will have come back
};

}  // namespace postern::ratelimit
