// Providers' timestamps. Seconds by the documents, milliseconds now and then in fact. Thread: any.
#pragma once

#include <cstdint>
#include <optional>

#include "adapters/model/time.h"

namespace postern::adapters::shared {

/// Seconds since 1970, or milliseconds if the value is 10^12 or more. `now` if it is absent or
/// absurd: before 2009 (no chat channel of ours is older) or more than a day ahead of us.
[[nodiscard]] Instant epoch_time(std::optional<std::int64_t> value, Instant now);

}  // namespace postern::adapters::shared
