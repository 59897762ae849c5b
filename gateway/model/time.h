// Moments inside the gateway. Nobody below runtime/ reads a clock: `now` comes with the command.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace postern::model {

/// A wall-clock moment, UTC, microseconds.
using Instant = std::chrono::sys_time<std::chrono::microseconds>;

/// Both clocks at one moment: wall time for what people see, steady time for waits and rates.
struct Now {
    Instant wall{};
    std::chrono::microseconds steady{};
    bool operator==(const Now&) const = default;
};

/// RFC 3339, UTC, milliseconds: "2026-01-31T12:00:00.000Z".
[[nodiscard]] std::string format_time(Instant t);
/// Reads RFC 3339 with any offset and up to nine decimals; false if it is not one.
[[nodiscard]] bool parse_time(std::string_view text, Instant& out);

}  // namespace postern::model
