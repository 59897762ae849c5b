// Holiday files. iCalendar goes through libical: folding, escapes and recurrences are its business.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <vector>

#include <fmt/format.h>
#include <libical/ical.h>

#include "gateway/policy/calendars_load.h"

namespace postern::policy {
namespace {

constexpr std::size_t file_bytes_max = 16u << 20;
constexpr int last_year = 2037;
constexpr int occurrences_max = 1'000;

bool read_file(const std::string& path, std::string& out) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return false;
    // read() notes what goes wrong (a folder opens like a file), an iterator throws it.
    char piece[4096];
    while (file.read(piece, sizeof piece) || file.gcount() > 0)
        out.append(piece, static_cast<std::size_t>(file.gcount()));
    return !file.bad() && out.size() <= file_bytes_max;
}

struct ComponentEnd {
    void operator()(icalcomponent* component) const { icalcomponent_free(component); }
};
using Component = std::unique_ptr<icalcomponent, ComponentEnd>;

std::int32_t day_number(const icaltimetype& time) {
    const std::chrono::year_month_day date{std::chrono::year{time.year},
                                           std::chrono::month{static_cast<unsigned>(time.month)},
                                           std::chrono::day{static_cast<unsigned>(time.day)}};
    return static_cast<std::int32_t>(std::chrono::sys_days{date}.time_since_epoch().count());
}

void add_days(std::string_view calendar, const char* name, const icaltimetype& first,
              std::int32_t length, HolidayTable& out) {
    for (std::int32_t i = 0; i < length; ++i) {
        out.add(calendar, {day_number(first) + i, HolidayKind::public_, name});
    }
}

/// A whole-day event, and each of its returns.
void add_event(std::string_view calendar, icalcomponent* event, HolidayTable& out) {
    const icaltimetype start = icalcomponent_get_dtstart(event);
    const icaltimetype end = icalcomponent_get_dtend(event);
    if (icaltime_is_null_time(start) || start.is_date == 0) return;
    const char* summary = icalcomponent_get_summary(event);
    const char* name = summary != nullptr && *summary != '\0' ? summary : "holiday";
    // DTEND is the day after; an event of more than a month is not a holiday.
    const std::int32_t length =
        icaltime_is_null_time(end) ? 1 : std::clamp(day_number(end) - day_number(start), 1, 31);
    icalproperty* rule = icalcomponent_get_first_property(event, ICAL_RRULE_PROPERTY);
    if (rule == nullptr) {
        add_days(calendar, name, start, length, out);
        return;
    }
    icalrecur_iterator* days = icalrecur_iterator_new(icalproperty_get_rrule(rule), start);
    if (days == nullptr) return;
    for (int i = 0; i < occurrences_max; ++i) {
        const icaltimetype next = icalrecur_iterator_next(days);
        if (icaltime_is_null_time(next) || next.year > last_year) break;
        add_days(calendar, name, next, length, out);
    }
    icalrecur_iterator_free(days);
}

std::string read_ical(const std::string& text, std::string_view calendar, HolidayTable& out) {
    const Component root(icalparser_parse_string(text.c_str()));
    if (root == nullptr) return "is not an iCalendar file";
    icalcomponent* body =
        icalcomponent_isa(root.get()) == ICAL_VCALENDAR_COMPONENT
            ? root.get()
            : icalcomponent_get_first_component(root.get(), ICAL_VCALENDAR_COMPONENT);
    if (body == nullptr) return "is not an iCalendar file";
    icalcomponent* event = icalcomponent_get_first_component(body, ICAL_VEVENT_COMPONENT);
    if (event == nullptr) return "holds no events";
    for (; event != nullptr;
         event = icalcomponent_get_next_component(body, ICAL_VEVENT_COMPONENT)) {
        add_event(calendar, event, out);
    }
    return {};
}

}  // namespace

std::string load_calendar(const std::string& path, std::string_view calendar, HolidayTable& out) {
    std::string text;
    if (!read_file(path, text)) return fmt::format("{}: cannot be read", path);
    const std::string problem =
        path.ends_with(".ics") ? read_ical(text, calendar, out) : out.read(text);
    return problem.empty() ? "" : fmt::format("{}: {}", path, problem);
}

std::string load_holiday_folder(const std::string& folder, HolidayTable& out) {
    std::error_code error;
    std::vector<std::string> paths;
    for (std::filesystem::directory_iterator file(folder, error), end; !error && file != end;
         file.increment(error)) {
        const auto extension = file->path().extension();
        if (extension == ".txt" || extension == ".ics") paths.push_back(file->path().string());
    }
    if (error) return fmt::format("{}: {}", folder, error.message());
    std::ranges::sort(paths);
    for (const std::string& path : paths) {
        // Lines name their calendar themselves.
        std::string problem = load_calendar(path, std::filesystem::path(path).stem().string(), out);
        if (!problem.empty()) return problem;
    }
    return {};
}

}  // namespace postern::policy
