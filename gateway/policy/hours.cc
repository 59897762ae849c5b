#include "gateway/policy/hours.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace postern::policy {
namespace {

constexpr std::array<std::string_view, 7> names{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

bool parse_minute(std::string_view text, std::uint16_t& out) {
    if (text.size() != 5 || text[2] != ':') return false;
    unsigned hours = 0;
    unsigned minutes = 0;
    const auto read = [](std::string_view digits, unsigned& value) {
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + 2, value);
        return error == std::errc{} && end == digits.data() + 2;
    };
    if (!read(text.substr(0, 2), hours) || !read(text.substr(3), minutes)) return false;
    out = static_cast<std::uint16_t>(hours * 60 + minutes);
    return minutes < 60 && out <= day_minutes;
}

bool parse_weekday(std::string_view text, unsigned& out) {
    const auto found = std::ranges::find(names, text);
    out = static_cast<unsigned>(found - names.begin());
    return found != names.end();
}

void insert(DayHours& hours, MinuteRange range) {
    if (range.from >= range.to) return;
    hours.push_back(range);
    std::ranges::sort(hours, {}, &MinuteRange::from);
    DayHours merged;
    for (const MinuteRange& next : hours) {
        if (!merged.empty() && next.from <= merged.back().to) {
            merged.back().to = std::max(merged.back().to, next.to);
        } else {
            merged.push_back(next);
        }
    }
    hours = std::move(merged);
}

}  // namespace

bool parse_range(std::string_view text, std::uint16_t& from, std::uint16_t& to) {
    return text.size() == 11 && text[5] == '-' && parse_minute(text.substr(0, 5), from) &&
           parse_minute(text.substr(6), to) && from != to && from < day_minutes;
}

bool parse_weekdays(std::string_view text, Weekdays& out) {
    out = 0;
    for (;;) {
        const std::size_t comma = text.find(',');
        const std::string_view part = text.substr(0, comma);
        const std::size_t dash = part.find('-');
        unsigned first = 0;
        unsigned last = 0;
        if (!parse_weekday(part.substr(0, dash), first)) return false;
        last = first;
        if (dash != std::string_view::npos && !parse_weekday(part.substr(dash + 1), last)) {
            return false;
        }
        for (unsigned day = first;; day = (day + 1) % 7) {
            out = static_cast<Weekdays>(out | 1u << day);
            if (day == last) break;
        }
        if (comma == std::string_view::npos) return true;
        text.remove_prefix(comma + 1);
    }
}

void open(WeekHours& week, Weekdays days, std::uint16_t from, std::uint16_t to) {
    for (unsigned day = 0; day < 7; ++day) {
        if ((days >> day & 1u) == 0) continue;
        if (from < to) {
            insert(week[day], {from, to});
        } else {
            insert(week[day], {from, day_minutes});
            insert(week[(day + 1) % 7], {0, to});
        }
    }
}

std::string format_hours(const DayHours& hours) {
    std::string out;
    for (const MinuteRange& range : hours) {
        fmt::format_to(std::back_inserter(out), "{}{:02}:{:02}-{:02}:{:02}",
                       out.empty() ? "" : ", ", range.from / 60, range.from % 60, range.to / 60,
                       range.to % 60);
    }
    return out.empty() ? "closed" : out;
}

}  // namespace postern::policy
