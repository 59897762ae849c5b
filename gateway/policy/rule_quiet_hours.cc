// Quiet hours by the recipient's clock. Hard cases: several zones that may be the person's (open in
// all of them), hours that the clock skips or shows twice (opening.h), no common hour at all.
#include <fmt/format.h>

#include "gateway/policy/rules.h"

namespace postern::policy::rules {

Answer quiet_hours(const Case& c) {
    if (c.policy.quiet.rules.empty()) return std::nullopt;
    const Applicable found = applicable(c);
    if (found.opening.no_rules()) return std::nullopt;
    if (!found.zones_known) {
        RuleResult result = wait(Rule::quiet_hours, {},
                                 "The recipient's time zone is unknown, so it may be night there.",
                                 "name it (to.timezone), or set quiet_hours.timezone");
        result.facts_json = R"({"zones":[],"zone_source":"none"})";
        return result;
    }
    const std::optional<model::Instant> open = found.opening.next_open(c.at);
    if (open == c.at) return std::nullopt;
    const std::optional<Opening::Closed> closed = found.opening.closed_by_hours(c.at);
    RuleResult result = wait(Rule::quiet_hours, open.value_or(model::Instant{}), {});
    if (closed) {
        const LocalSeconds local = closed->zone->local_at(c.at);
        const unsigned minute = minute_of(local);
        result.detail =
            closed->holiday != nullptr
                ? fmt::format("It is a public holiday in {}: {}.", closed->zone_name,
                              closed->holiday->name)
                : fmt::format(
                      "It is {:02}:{:02} in {}, outside the hours for {} "
                      "messages.",
                      minute / 60, minute % 60, closed->zone_name, to_string(c.facts.category));
        result.facts_json = closed_facts(c, found, *closed);
    }
    if (!open) {
        result.detail = "There is no hour within a year that all rules allow in all zones.";
        result.cure = "name the person's time zone (to.timezone), or widen quiet_hours";
    }
    return result;
}

}  // namespace postern::policy::rules
