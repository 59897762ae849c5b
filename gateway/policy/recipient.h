// What a phone number tells about the person behind it: validity, country, state, time zones. It is
// evidence, not a location: people move and keep their numbers. Runs on I/O threads (about 15 us,
// adapters/shared/phone.h), never in the core.
#pragma once

#include <string_view>
#include <vector>

#include "gateway/model/policy_values.h"

namespace postern::policy {

/// `e164` as "+573001234567". Zones are sorted and by today's names, `zone_source` "number", or
/// "country" where the number has no place of its own (mobile, toll-free). For a +1 number without
/// a place these are the five main zones of the United States.
[[nodiscard]] model::Recipient describe_number(std::string_view e164);

/// All zones that the table gives the number, as libphonenumber does; empty if it has none.
[[nodiscard]] std::vector<std::string_view> zones_of_number(std::string_view e164);

/// The release of the number tables, for the doctor and the metrics.
[[nodiscard]] std::string_view number_tables_version();

}  // namespace postern::policy
