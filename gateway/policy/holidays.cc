#include "gateway/policy/holidays.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include <fmt/format.h>

namespace postern::policy {
namespace {

constexpr std::array<std::string_view, 4> kinds{"public", "bank", "observance", "optional"};

bool number(std::string_view text, int& out) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc{} && end == text.data() + text.size();
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    return out;
}

int year_of(std::int32_t day) {
    return static_cast<int>(
        std::chrono::year_month_day{std::chrono::sys_days{std::chrono::days{day}}}.year());
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) {
        text.remove_suffix(1);
    }
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    return text;
}

/// "CC YYYY-MM-DD name of several words type"; false if it is not one.
bool read_line(std::string_view line, std::string_view& calendar, Holiday& out) {
    const std::size_t first = line.find(' ');
    if (first == std::string_view::npos || first < 2) return false;
    calendar = line.substr(0, first);
    const std::string_view rest = trim(line.substr(first));
    const std::size_t last = rest.rfind(' ');
    if (rest.size() < 12 || rest[10] != ' ' || last <= 10) return false;
    out.name = trim(rest.substr(11, last - 11));
    return !out.name.empty() && parse_day(rest.substr(0, 10), out.day) &&
           parse_holiday_kind(rest.substr(last + 1), out.kind);
}

}  // namespace

bool parse_holiday_kind(std::string_view text, HolidayKind& out) {
    const auto found = std::ranges::find(kinds, text);
    if (found == kinds.end()) return false;
    out = static_cast<HolidayKind>(found - kinds.begin());
    return true;
}

bool parse_day(std::string_view text, std::int32_t& out) {
    int year = 0;
    int month = 0;
    int day = 0;
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
    if (!number(text.substr(0, 4), year) || !number(text.substr(5, 2), month) ||
        !number(text.substr(8), day) || month < 1 || day < 1) {
        return false;
    }
    const std::chrono::year_month_day date{std::chrono::year{year},
                                           std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok()) return false;
    out = static_cast<std::int32_t>(std::chrono::sys_days{date}.time_since_epoch().count());
    return true;
}

const Holiday* HolidayCalendar::closing(std::int32_t day) const {
    for (auto at = std::ranges::lower_bound(days, day, {}, &Holiday::day);
         at != days.end() && at->day == day; ++at) {
        if (at->kind == HolidayKind::public_) return &*at;
    }
    return nullptr;
}

bool HolidayCalendar::covers(std::int32_t day) const {
    if (days.empty()) return false;
    const int year = year_of(day);
    return year_of(days.front().day) <= year && year <= year_of(days.back().day);
}

void HolidayTable::add(std::string_view calendar, Holiday holiday) {
    std::vector<Holiday>& days = calendars_[lower(calendar)].days;
    days.insert(std::ranges::upper_bound(days, holiday.day, {}, &Holiday::day), std::move(holiday));
}

const HolidayCalendar* HolidayTable::find(std::string_view calendar) const {
    const auto found = calendars_.find(calendar);
    return found == calendars_.end() ? nullptr : &found->second;
}

std::string HolidayTable::read(std::string_view text) {
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = text.find('\n');
        const std::string_view line = trim(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line.empty() || line.front() == '#') continue;
        std::string_view calendar;
        Holiday holiday;
        if (!read_line(line, calendar, holiday)) {
            return fmt::format(
                "line {}: must be CC[-REG] YYYY-MM-DD name type, and the type "
                "public, bank, observance or optional",
                number);
        }
        add(calendar, std::move(holiday));
    }
    return {};
}

}  // namespace postern::policy
