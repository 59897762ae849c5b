// When a failed event is tried again: at once, then after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and
// every 10 h from there (RELIABILITY 2.8), each moved by up to a tenth so that what failed together
// does not come back together. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace postern::subscriptions {

using Milliseconds = std::chrono::milliseconds;

/// Waits after the first, second … failure; the last one repeats. Never empty.
using Schedule = std::vector<Milliseconds>;

[[nodiscard]] Schedule standard_schedule();

/// Before the next attempt, once `failures` (from 1) have failed; `chance` is any number.
[[nodiscard]] Milliseconds delay_after(const Schedule& schedule, unsigned failures,
                                       std::uint64_t chance);

/// How many attempts have been made of what began to fail so long ago: a restart goes on where the
/// schedule was instead of beginning it anew.
[[nodiscard]] unsigned failures_within(const Schedule& schedule, Milliseconds elapsed);

}  // namespace postern::subscriptions
