// Holidays by calendar and date. A calendar is a country ("co") or a region of one ("us-tx"); a
// region's calendar holds only what it adds. Made before the core starts, then immutable.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace postern::policy {

enum class HolidayKind : std::uint8_t { public_, bank, observance, optional };
[[nodiscard]] bool parse_holiday_kind(std::string_view text, HolidayKind& out);

struct Holiday {
    std::int32_t day = 0;  // days since 1970-01-01
    HolidayKind kind = HolidayKind::public_;
    std::string name;
    bool operator==(const Holiday&) const = default;
};

/// Days of one calendar, and for which years it was made: for another year nothing is known.
struct HolidayCalendar {
    std::vector<Holiday> days;  // sorted by day
    /// The holiday that closes this day, or null. Only public ones close.
    [[nodiscard]] const Holiday* closing(std::int32_t day) const;
    [[nodiscard]] bool covers(std::int32_t day) const;
};

class HolidayTable final {
  public:
    /// `calendar` in any case; stored in lower case. Keeps the days sorted.
    void add(std::string_view calendar, Holiday holiday);
    [[nodiscard]] const HolidayCalendar* find(std::string_view calendar) const;
    [[nodiscard]] std::size_t size() const { return calendars_.size(); }

    /// Reads lines `CC[-REG] YYYY-MM-DD name type`, `#` comments. Empty, or what is wrong and
    /// where.
    [[nodiscard]] std::string read(std::string_view text);

  private:
    std::map<std::string, HolidayCalendar, std::less<>> calendars_;
};

/// Days since 1970-01-01 of "2026-01-31"; false if there is no such date.
[[nodiscard]] bool parse_day(std::string_view text, std::int32_t& out);

}  // namespace postern::policy
