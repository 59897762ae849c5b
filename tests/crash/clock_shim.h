// What the test writes and the preloaded shim reads, through one shared file.
#pragma once

#include <atomic>
#include <cstdint>

namespace postern::crash {

struct ShimmedClock {
    std::atomic<std::int64_t> ahead_s;       // of the real time; negative: behind it
    std::atomic<std::int64_t> synchronised;  // 1: the kernel says so
};

}  // namespace postern::crash
