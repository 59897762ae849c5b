// The system's zone database through Howard Hinnant's date library, flattened: the library loads
// files when first asked and may throw, so it is asked for everything here, once.
#include <exception>

#include <date/tz.h>
#include <fmt/format.h>

#include "gateway/policy/calendars_load.h"

namespace postern::policy {
namespace {

// Messages are younger than this, and the system's files end with 2037.
constexpr std::chrono::sys_seconds first_moment{
    std::chrono::sys_days{std::chrono::year{2015} / 1 / 1}};
constexpr std::chrono::sys_seconds last_moment{
    std::chrono::sys_days{std::chrono::year{2038} / 1 / 1}};

Zone flatten(const date::time_zone& zone) {
    std::vector<ZoneSpan> spans;
    for (std::chrono::sys_seconds at = first_moment; at < last_moment;) {
        const date::sys_info info = zone.get_info(at);
        const auto offset = static_cast<std::int32_t>(info.offset.count());
        // A change of name or of summer time alone does not move the clock.
        if (spans.empty() || spans.back().offset != offset) {
            spans.push_back({at.time_since_epoch().count(), offset});
        }
        if (info.end <= at) break;
        at = info.end;
    }
    return Zone(std::move(spans));
}

/// "posix/…" and "right/…" are copies, the latter with leap seconds.
bool is_copy(std::string_view name) {
    return name.starts_with("posix/") || name.starts_with("right/");
}

}  // namespace

std::string load_zones(ZoneTable& out) {
    try {
        for (const date::time_zone& zone : date::get_tzdb().zones) {
            if (!is_copy(zone.name())) out.add(zone.name(), flatten(zone));
        }
    } catch (const std::exception& error) {
        return fmt::format("the zone database cannot be read: {}", error.what());
    }
    return out.find("Etc/UTC") != nullptr ? "" : "the zone database is empty; install tzdata";
}

}  // namespace postern::policy
