// Fills the calendars: zones from the system's database, holidays from files. Reads files; runs
// before the core starts and on a reload, never in the core.
#pragma once

#include <string>
#include <string_view>

#include "gateway/policy/calendars.h"

namespace postern::policy {

/// All zones of the machine, with every change of their clocks until 2037 (the database lists no
/// further; later moments keep the last offset). Empty, or what is wrong.
[[nodiscard]] std::string load_zones(ZoneTable& out);

/// Adds a file of lines `CC[-REG] YYYY-MM-DD name type`, or an iCalendar file (name ends in .ics;
/// whole-day events, yearly ones repeated through 2037, all public; `calendar` names where they
/// go). Empty, or what is wrong.
[[nodiscard]] std::string load_calendar(const std::string& path, std::string_view calendar,
                                        HolidayTable& out);
/// Adds every *.txt and *.ics of a folder; acme.ics is the calendar "acme". Empty, or what is
/// wrong.
[[nodiscard]] std::string load_holiday_folder(const std::string& folder, HolidayTable& out);

}  // namespace postern::policy
