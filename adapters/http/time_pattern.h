// Times as a provider writes them, by a pattern of its account. Pure functions. Thread: any.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "adapters/model/time.h"

namespace postern::adapters::http {

/// YYYY or YY, MM, DD, hh, mm and ss stand for digits (MMM for "Jan" … "Dec", DDD for three letters
/// of a weekday), every other character for itself. A pattern names at least a year, a month and a
/// day.
[[nodiscard]] bool is_time_pattern(std::string_view pattern);

/// `text` must begin as the pattern says; what stands behind is not read. `east`: the offset of the
/// clock that it was read from. Nothing if it is no moment.
[[nodiscard]] std::optional<Instant> read_time(std::string_view text, std::string_view pattern,
                                               std::chrono::minutes east);

}  // namespace postern::adapters::http
