// quiet_hours: { allow, weekdays }, or { rules }, or { preset }, with timezone, holidays and
// categories.
#include <fmt/format.h>

#include "gateway/policy/presets.h"
#include "gateway/policy/settings_json.h"

namespace postern::policy {
namespace {

// Who writes hours and no categories means everything that is not an answer or a code.
constexpr Categories default_categories =
    only(Category::transactional) | only(Category::marketing) | only(Category::collections);

std::vector<std::string> read_holidays(Members& quiet) {
    std::vector<std::string> out;
    for (const Json item : quiet.list("holidays")) {
        std::string_view name;
        if (item.get(name) == simdjson::SUCCESS) out.emplace_back(name);
    }
    return out;
}

void open_hours(Members& where, std::string_view days_key, WeekHours& week) {
    Weekdays days = every_day;
    std::uint16_t from = 0;
    std::uint16_t to = 0;
    if (where.has(days_key) && !parse_weekdays(where.text(days_key), days)) {
        where.fault(days_key, "must be days like \"mon-sat\"");
    }
    if (parse_range(where.text("allow"), from, to)) {
        open(week, days, from, to);
    } else {
        where.fault("allow", "must be two times of day like \"08:00-21:00\"");
    }
}

WeekHours read_hours(Members& quiet, std::string& problem) {
    WeekHours week;
    if (quiet.has("allow")) {
        open_hours(quiet, "weekdays", week);
        return week;
    }
    for (const Json item : quiet.list("rules")) {
        Members rule("quiet_hours.rules", item, problem);
        open_hours(rule, "days", week);
    }
    return week;
}

}  // namespace

void read_quiet_hours(Json value, std::string& problem, AccountPolicy& out) {
    Members quiet("quiet_hours", value, problem);
    const std::string_view zone = quiet.text("timezone");
    if (zone != "recipient") out.quiet.zone = zone;
    const Categories categories = read_categories(quiet, "categories");
    const std::vector<std::string> holidays = read_holidays(quiet);
    const std::string_view preset = quiet.text("preset");
    if (!preset.empty()) {
        if (!is_preset(preset)) {
            quiet.fault("preset",
                        fmt::format("there is no preset {}; there are {}", preset, preset_names()));
        }
        apply_preset(preset, categories, out);
    }
    if (!preset.empty() && holidays.empty()) return;
    HoursRule rule;
    rule.categories = categories != 0 ? categories : default_categories;
    rule.hours = quiet.has("allow") || quiet.has("rules");
    if (rule.hours) rule.week = read_hours(quiet, problem);
    rule.calendars = holidays;
    rule.on_holiday = holidays.empty() ? OnHoliday::as_weekday : OnHoliday::closed;
    if (preset.empty() && !holidays.empty()) out.quiet.country = holidays.front().substr(0, 2);
    if (!preset.empty() && categories == 0) {
        rule.categories = 0;
        for (const HoursRule& known : out.quiet.rules) rule.categories |= known.categories;
    }
    out.quiet.rules.push_back(std::move(rule));
}

}  // namespace postern::policy
