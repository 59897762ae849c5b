// Numbers with units, as people write them: sizes, and durations back into words.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "conf/config.h"

namespace postern::conf {

/// "64MiB", "2GiB", "512KiB", "1000" → bytes; false if it is none of these or overflows.
[[nodiscard]] bool parse_size(std::string_view text, std::uint64_t& out);

/// The shortest exact spelling: 67108864 → "64MiB", 1000 → "1000".
[[nodiscard]] std::string show_size(std::uint64_t bytes);
[[nodiscard]] std::string show_duration(Duration duration);

}  // namespace postern::conf
