// Opening hours in wall-clock minutes: what quiet hours compile to. Plain values, no zone.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/policy/facts.h"

namespace postern::policy {

inline constexpr std::uint16_t day_minutes = 24 * 60;

/// [from, to) in minutes of the day; to <= 1440, from < to.
struct MinuteRange {
    std::uint16_t from = 0;
    std::uint16_t to = 0;
    bool operator==(const MinuteRange&) const = default;
};

/// Sorted, apart from each other.
using DayHours = std::vector<MinuteRange>;
/// Monday first.
using WeekHours = std::array<DayHours, 7>;
/// A set of weekdays: bit 0 is Monday.
using Weekdays = std::uint8_t;
inline constexpr Weekdays every_day = 0x7F;

/// What a public holiday does to a rule's hours.
enum class OnHoliday : std::uint8_t { as_weekday, closed, own };

/// One rule of when messages may go. Several that match are an intersection.
struct HoursRule {
    Categories categories = 0;
    std::string region;  // of the recipient; empty: all
    bool hours = true;   // false: it closes holidays only
    WeekHours week;      // open minutes of each weekday
    OnHoliday on_holiday = OnHoliday::as_weekday;
    DayHours holiday;                    // if `own`
    std::vector<std::string> calendars;  // whose public holidays count
    std::string source;                  // law or practice, for people; empty: the operator's own
};

/// "08:00-21:00"; "21:00-06:00" goes on after midnight; false if it is not that.
[[nodiscard]] bool parse_range(std::string_view text, std::uint16_t& from, std::uint16_t& to);
/// "mon-fri", "sat", "mon,wed-fri", "fri-mon".
[[nodiscard]] bool parse_weekdays(std::string_view text, Weekdays& out);
/// Opens [from, to) on these days; to <= from goes on after midnight, into the next day.
void open(WeekHours& week, Weekdays days, std::uint16_t from, std::uint16_t to);
/// "08:00-12:00, 13:00-17:00", for people; "closed" if there is none.
[[nodiscard]] std::string format_hours(const DayHours& hours);

}  // namespace postern::policy
