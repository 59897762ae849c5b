#include "gateway/policy/presets.h"

#include <algorithm>
#include <array>

namespace postern::policy {
namespace {

struct Country {
    std::string_view name;
    /// Whose clock is meant whatever the number says; empty: the recipient's.
    std::string_view only_zone;
    bool consent_to_marketing;
    std::span<const std::string_view> zones;
};

constexpr std::array<std::string_view, 1> co_zones{"America/Bogota"};
constexpr std::array<std::string_view, 5> us_zones{"America/New_York", "America/Chicago",
                                                   "America/Denver", "America/Phoenix",
                                                   "America/Los_Angeles"};
constexpr std::array<std::string_view, 4> mx_zones{"America/Mexico_City", "America/Cancun",
                                                   "America/Hermosillo", "America/Tijuana"};
constexpr std::array<std::string_view, 4> br_zones{"America/Noronha", "America/Sao_Paulo",
                                                   "America/Manaus", "America/Rio_Branco"};
constexpr std::array<std::string_view, 2> cl_zones{"America/Santiago", "America/Punta_Arenas"};
constexpr std::array<std::string_view, 2> es_zones{"Europe/Madrid", "Atlantic/Canary"};
constexpr std::array<std::string_view, 1> it_zones{"Europe/Rome"};
constexpr std::array<std::string_view, 1> gb_zones{"Europe/London"};
constexpr std::array<std::string_view, 1> in_zones{"Asia/Kolkata"};

// Consent: US 47 CFR 64.1200(f)(9) (written); ES LSSI art. 21, IT ePrivacy art. 13, GB PECR 22. A
// soft opt-in is recorded as a consent too, with its own source.
constexpr std::array<Country, 9> countries{{
    {"co", "", false, co_zones},
    {"us", "", true, us_zones},
    {"mx", "", false, mx_zones},
    {"br", "", false, br_zones},
    {"cl", "", false, cl_zones},
    {"es", "", true, es_zones},
    {"it", "", true, it_zones},
    {"gb", "", true, gb_zones},
    {"in", "Asia/Kolkata", false, in_zones},  // the platforms count in Indian time only
}};

const Country* find_country(std::string_view name) {
    const auto found = std::ranges::find(countries, name, &Country::name);
    return found == countries.end() ? nullptr : &*found;
}

void open_days(WeekHours& week, Weekdays days, std::string_view hours) {
    std::uint16_t from = 0;
    std::uint16_t to = 0;
    if (parse_range(hours, from, to)) open(week, days, from, to);
}

HoursRule compile(const PresetHours& row) {
    HoursRule rule;
    rule.categories = row.categories;
    rule.region = row.region;
    rule.source = row.source;
    open_days(rule.week, 0x1F, row.weekdays);
    open_days(rule.week, 0x20, row.saturday);
    open_days(rule.week, 0x40, row.sunday);
    rule.calendars.emplace_back(row.preset);
    if (!row.region.empty()) {
        rule.calendars.push_back(std::string(row.preset) + "-" + std::string(row.region));
    }
    if (row.holiday == "=") {
        rule.on_holiday = OnHoliday::as_weekday;
    } else if (row.holiday.empty()) {
        rule.on_holiday = OnHoliday::closed;
    } else {
        WeekHours holiday;
        open_days(holiday, 0x01, row.holiday);
        rule.on_holiday = OnHoliday::own;
        rule.holiday = holiday[0];
    }
    return rule;
}

/// As the operator asked: only these categories; one of which the preset is silent is treated like
/// marketing, its strictest.
void choose_categories(Categories wanted, std::vector<HoursRule>& rules) {
    Categories known = 0;
    for (const HoursRule& rule : rules) known |= rule.categories;
    const auto silent = static_cast<Categories>(wanted & ~known);
    for (HoursRule& rule : rules) {
        const bool marketing = (rule.categories & only(Category::marketing)) != 0;
        rule.categories =
            static_cast<Categories>((rule.categories & wanted) | (marketing ? silent : 0));
    }
}

}  // namespace

bool is_preset(std::string_view name) {
    return find_country(name) != nullptr;
}

std::string preset_names() {
    std::string out;
    for (const Country& country : countries) {
        if (!out.empty()) out += ", ";
        out += country.name;
    }
    return out;
}

void apply_preset(std::string_view name, Categories categories, AccountPolicy& out) {
    const Country* country = find_country(name);
    if (country == nullptr) return;
    out.quiet.preset = name;
    out.quiet.country = name;
    if (out.quiet.zone.empty()) out.quiet.zone = country->only_zone;
    for (const PresetHours& row : preset_hours()) {
        if (row.preset == name) out.quiet.rules.push_back(compile(row));
    }
    if (categories != 0) choose_categories(categories, out.quiet.rules);
    for (const PresetCap& row : preset_caps()) {
        if (!row.preset.empty() && row.preset != name) continue;
        out.caps.push_back({row.categories, row.count, row.period, row.scope,
                            std::string(row.region), std::string(row.source)});
    }
    if (country->consent_to_marketing) out.consent_required |= only(Category::marketing);
}

std::span<const std::string_view> zones_of_country(std::string_view country) {
    const Country* found = find_country(country);
    return found == nullptr ? std::span<const std::string_view>{} : found->zones;
}

}  // namespace postern::policy
