// Moments and durations as every adapter sees them. The clock is never read here: `now` is an
// argument.
#pragma once

#include <chrono>

namespace postern::adapters {

/// A wall-clock moment, UTC, microseconds.
using Instant = std::chrono::sys_time<std::chrono::microseconds>;

}  // namespace postern::adapters
