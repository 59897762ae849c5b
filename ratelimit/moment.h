// The two clocks, as values: wall time is what is persisted and told, steady time is what buckets
// count in. Any thread.
#pragma once

#include <chrono>

namespace postern::ratelimit {

/// A wall-clock moment, UTC, microseconds.
using Instant = std::chrono::sys_time<std::chrono::microseconds>;

/// Both clocks at one moment.
struct Now {
    Instant wall{};
    std::chrono::microseconds steady{};
    bool operator==(const Now&) const = default;

    /// What the other clock shows then, as seen from here.
    [[nodiscard]] std::chrono::microseconds to_steady(Instant t) const {
        return steady + (t - wall);
    }
    [[nodiscard]] Instant to_wall(std::chrono::microseconds t) const { return wall + (t - steady); }
};

}  // namespace postern::ratelimit
