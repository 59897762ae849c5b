// Durations in JSON bodies: "90s", "30m", "24h", "7d". Pure.
#pragma once

#include <chrono>
#include <string_view>

namespace postern::api {

/// False if the text is no duration, or a longer one than `most`.
[[nodiscard]] bool read_duration(std::string_view text, std::chrono::seconds most,
                                 std::chrono::seconds& out);

}  // namespace postern::api
