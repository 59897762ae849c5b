#include "gateway/policy/zones.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace postern::policy {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

// No clock on earth was ever further from UTC.
constexpr std::int64_t offset_seconds_max = 16 * 3600;

struct Alias {
    std::string_view old;
    std::string_view now;
};
/// Names that number tables of 2022 still use and newer zone packages keep apart (tzdata-legacy).
constexpr std::array<Alias, 14> aliases{{
    {"America/Buenos_Aires", "America/Argentina/Buenos_Aires"},
    {"America/Catamarca", "America/Argentina/Catamarca"},
    {"America/Cordoba", "America/Argentina/Cordoba"},
    {"America/Godthab", "America/Nuuk"},
    {"America/Indianapolis", "America/Indiana/Indianapolis"},
    {"America/Louisville", "America/Kentucky/Louisville"},
    {"Asia/Calcutta", "Asia/Kolkata"},
    {"Asia/Katmandu", "Asia/Kathmandu"},
    {"Asia/Rangoon", "Asia/Yangon"},
    {"Asia/Saigon", "Asia/Ho_Chi_Minh"},
    {"Atlantic/Faeroe", "Atlantic/Faroe"},
    {"Europe/Kiev", "Europe/Kyiv"},
    {"Pacific/Ponape", "Pacific/Pohnpei"},
    {"Pacific/Truk", "Pacific/Chuuk"},
}};

std::int64_t floor_seconds(model::Instant at) {
    return std::chrono::floor<seconds>(at).time_since_epoch().count();
}

model::Instant instant(std::int64_t second) {
    return model::Instant{microseconds{seconds{second}}};
}

}  // namespace

std::size_t Zone::span_at(std::int64_t second) const {
    const auto after = std::upper_bound(
        spans_.begin(), spans_.end(), second,
        [](std::int64_t value, const ZoneSpan& span) { return value < span.from; });
    return after == spans_.begin() ? 0 : static_cast<std::size_t>(after - spans_.begin()) - 1;
}

std::int32_t Zone::offset_at(model::Instant at) const {
    return spans_[span_at(floor_seconds(at))].offset;
}

LocalSeconds Zone::local_at(model::Instant at) const {
    return floor_seconds(at) + offset_at(at);
}

LocalEdge Zone::instants_of(LocalSeconds local) const {
    std::size_t index = span_at(local - offset_seconds_max);
    LocalEdge edge;
    bool found = false;
    for (; index < spans_.size(); ++index) {
        const ZoneSpan& span = spans_[index];
        const std::int64_t second = local - span.offset;
        const bool begun = index == 0 || second >= span.from;
        if (!begun) {
            // The clock jumped over it, unless an earlier span showed it.
            if (!found) edge = {instant(span.from), instant(span.from)};
            return edge;
        }
        const bool ended = index + 1 < spans_.size() && second >= spans_[index + 1].from;
        if (ended) continue;
        if (!found) edge.earlier = instant(second);
        edge.later = instant(second);
        found = true;
    }
    return edge;
}

std::int32_t day_of(LocalSeconds local) {
    const LocalSeconds day = local / day_seconds;
    return static_cast<std::int32_t>(local % day_seconds < 0 ? day - 1 : day);
}

unsigned weekday_of(std::int32_t day) {
    const std::int32_t rest = (day + 3) % 7;  // the epoch was a Thursday
    return static_cast<unsigned>(rest < 0 ? rest + 7 : rest);
}

unsigned minute_of(LocalSeconds local) {
    return static_cast<unsigned>((local - day_of(local) * day_seconds) / 60);
}

std::string format_local(LocalSeconds local) {
    const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day_of(local)}}};
    const unsigned minute = minute_of(local);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       minute / 60, minute % 60);
}

void ZoneTable::add(std::string name, Zone zone) {
    zones_.insert_or_assign(std::move(name), std::move(zone));
}

const Zone* ZoneTable::find(std::string_view name) const {
    auto found = zones_.find(name);
    if (found == zones_.end()) found = zones_.find(canonical_zone(name));
    return found == zones_.end() ? nullptr : &found->second;
}

std::string_view canonical_zone(std::string_view name) {
    const auto found = std::ranges::lower_bound(aliases, name, {}, &Alias::old);
    return found != aliases.end() && found->old == name ? found->now : name;
}

}  // namespace postern::policy
