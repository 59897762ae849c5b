// Moments written as `2026-01-15T10:30:00.123Z` or with an offset. Thread: any.
#pragma once

#include <optional>
#include <string_view>

#include "adapters/model/time.h"

namespace postern::adapters::shared {

/// RFC 3339; a blank may stand for the T, and an absent zone means UTC, as providers write it.
/// Digits beyond microseconds are dropped, a leap second reads as the second after it. Nothing if
/// it is no moment between the years 1970 and 9999.
[[nodiscard]] std::optional<Instant> parse_rfc3339(std::string_view text);

}  // namespace postern::adapters::shared
