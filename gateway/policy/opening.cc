#include "gateway/policy/opening.h"

#include <algorithm>

namespace postern::policy {
namespace {

using model::Instant;

const DayHours no_hours;

LocalSeconds local_minute(std::int32_t day, std::uint16_t minute) {
    return LocalSeconds{day} * day_seconds + LocalSeconds{minute} * 60;
}

/// Asks each (zone, rule) when it lets pass, from where the others do, until all agree: the least
/// common answer, since each answers the first instant that is not before the question.
template <class Zones, class Rules, class Ask>
std::optional<Instant> agree(const Zones& zones, const Rules& rules, Instant at, const Ask& ask) {
    const Instant end = at + search_days_max;
    for (Instant asked = at;;) {
        Instant latest = asked;
        for (const auto& zone : zones) {
            for (const auto& rule : rules) {
                const std::optional<Instant> next = ask(rule, *zone.zone, latest);
                if (!next || *next > end) return std::nullopt;
                latest = *next;
            }
        }
        if (latest == asked) return asked;
        asked = latest;
    }
}

}  // namespace

void Opening::add_rule(const HoursRule& rule) {
    Applied applied{&rule, {}};
    for (const std::string& name : rule.calendars) {
        const HolidayCalendar* calendar = holidays_.find(name);
        if (calendar != nullptr) applied.calendars.push_back(calendar);
    }
    rules_.push_back(std::move(applied));
}

const Holiday* Opening::Applied::holiday(std::int32_t day) const {
    if (rule->on_holiday == OnHoliday::as_weekday) return nullptr;
    for (const HolidayCalendar* calendar : calendars) {
        const Holiday* found = calendar->closing(day);
        if (found != nullptr) return found;
    }
    return nullptr;
}

const DayHours& Opening::Applied::hours(std::int32_t day) const {
    if (holiday(day) == nullptr) return rule->week[weekday_of(day)];
    return rule->on_holiday == OnHoliday::own ? rule->holiday : no_hours;
}

std::optional<Instant> Opening::next_open(const Applied& applied, const Zone& zone, Instant at) {
    if (!applied.rule->hours) return at;
    const std::int32_t today = day_of(zone.local_at(at));
    for (std::int32_t day = today; day <= today + search_days_max.count() + 1; ++day) {
        for (const MinuteRange& range : applied.hours(day)) {
            const Instant close = zone.instants_of(local_minute(day, range.to)).earlier;
            if (close <= at) continue;
            const LocalEdge edge = zone.instants_of(local_minute(day, range.from));
            // Hours that go on after midnight have no edge there.
            const bool goes_on = range.from == 0 && !applied.hours(day - 1).empty() &&
                                 applied.hours(day - 1).back().to == day_minutes;
            const Instant opens = goes_on ? edge.earlier : edge.later;
            if (opens < close) return std::max(opens, at);
        }
    }
    return std::nullopt;
}

std::optional<Instant> Opening::next_working_day(const Applied& applied, const Zone& zone,
                                                 Instant at) {
    if (applied.rule->on_holiday != OnHoliday::closed) return at;
    const std::int32_t today = day_of(zone.local_at(at));
    for (std::int32_t day = today; day <= today + search_days_max.count() + 1; ++day) {
        if (applied.holiday(day) != nullptr) continue;
        return day == today ? at : zone.instants_of(local_minute(day, 0)).earlier;
    }
    return std::nullopt;
}

std::optional<Instant> Opening::next_open(Instant at) const {
    return agree(zones_, rules_, at, [](const Applied& rule, const Zone& zone, Instant from) {
        return next_open(rule, zone, from);
    });
}

std::optional<Instant> Opening::next_working_day(Instant at) const {
    return agree(zones_, rules_, at, [](const Applied& rule, const Zone& zone, Instant from) {
        return next_working_day(rule, zone, from);
    });
}

std::optional<Opening::Closed> Opening::closed_by_hours(Instant at) const {
    for (const NamedZone& zone : zones_) {
        for (const Applied& applied : rules_) {
            if (next_open(applied, *zone.zone, at) == at) continue;
            const std::int32_t day = day_of(zone.zone->local_at(at));
            return Closed{zone.name, zone.zone, applied.rule, applied.holiday(day)};
        }
    }
    return std::nullopt;
}

std::optional<Opening::Closed> Opening::closed_by_holiday(Instant at) const {
    for (const NamedZone& zone : zones_) {
        const std::int32_t day = day_of(zone.zone->local_at(at));
        for (const Applied& applied : rules_) {
            if (applied.rule->on_holiday != OnHoliday::closed) continue;
            const Holiday* holiday = applied.holiday(day);
            if (holiday != nullptr) return Closed{zone.name, zone.zone, applied.rule, holiday};
        }
    }
    return std::nullopt;
}

const HoursRule* Opening::without_calendar(Instant at) const {
    for (const Applied& applied : rules_) {
        if (applied.rule->on_holiday == OnHoliday::as_weekday) continue;
        for (const NamedZone& zone : zones_) {
            const std::int32_t day = day_of(zone.zone->local_at(at));
            const bool known = std::ranges::any_of(
                applied.calendars,
                [day](const HolidayCalendar* calendar) { return calendar->covers(day); });
            if (!known) return applied.rule;
        }
    }
    return nullptr;
}

}  // namespace postern::policy
