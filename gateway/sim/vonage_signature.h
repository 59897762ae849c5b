// The `sig` of Vonage's SMS API ("Signing messages"), method SHA-256 HMAC. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/sim/signatures.h"

namespace postern::sim {

/// Of all parameters but `sig`; lower case.
[[nodiscard]] std::string vonage_signature(Form form, std::string_view secret);

/// "2026-01-15 10:30:00", UTC.
[[nodiscard]] std::string vonage_date(std::int64_t time_s);

}  // namespace postern::sim
