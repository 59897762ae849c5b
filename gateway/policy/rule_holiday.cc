// Public holidays of the calendars that the account's quiet hours name. Where the calendar has no
// data for the year the rule passes and says so: an old file must not stop the mail.
#include <fmt/format.h>

#include "gateway/policy/rules.h"

namespace postern::policy::rules {
namespace {

bool closes_holidays(const QuietHours& quiet) {
    for (const HoursRule& rule : quiet.rules) {
        if (!rule.calendars.empty() && rule.on_holiday == OnHoliday::closed) return true;
    }
    return false;
}

}  // namespace

Answer holiday(const Case& c) {
    if (!closes_holidays(c.policy.quiet)) return std::nullopt;
    const Applicable found = applicable(c);
    // Without a zone the quiet hours wait already, and nobody knows which day it is.
    if (found.opening.no_rules() || !found.zones_known) return std::nullopt;
    const std::optional<Opening::Closed> closed = found.opening.closed_by_holiday(c.at);
    if (closed) {
        const auto until = found.opening.next_working_day(c.at).value_or(model::Instant{});
        RuleResult result = wait(Rule::holiday, until,
                                 fmt::format("Today is a public holiday in {}: {}.",
                                             closed->zone_name, closed->holiday->name));
        result.facts_json = closed_facts(c, found, *closed);
        return result;
    }
    const HoursRule* blind = found.opening.without_calendar(c.at);
    if (blind == nullptr) return std::nullopt;
    RuleResult result{Rule::holiday, Outcome::pass};
    result.detail = fmt::format("No holidays are known for this year in the calendar {}.",
                                fmt::join(blind->calendars, ", "));
    result.cure = "install a newer calendar";
    return result;
}

}  // namespace postern::policy::rules
