// What the rules know of the world: zones and holidays. Immutable after loading; a new set replaces
// the old one whole, so a verdict never mixes two.
#pragma once

#include "gateway/policy/holidays.h"
#include "gateway/policy/zones.h"

namespace postern::policy {

struct Calendars {
    ZoneTable zones;
    HolidayTable holidays;
};

}  // namespace postern::policy
