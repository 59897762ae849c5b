// The law of a bucket, checked the slow way: every pair of grants is a window.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "ratelimit/gcra.h"

namespace postern::ratelimit {

struct Taken {
    std::chrono::microseconds at{};
    std::int64_t units = 1;
};

/// True if no closed window holds more than burst + floor(W * count / period). In order of time.
[[nodiscard]] bool obeys(const std::vector<Taken>& taken, const Pace& pace);

}  // namespace postern::ratelimit
