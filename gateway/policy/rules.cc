// What several rules need: answers, words, and the hours that apply.
#include "gateway/policy/rules.h"

#include <fmt/format.h>

#include "gateway/model/json.h"

namespace postern::policy {
namespace {

void add_zones(const Case& c, Applicable& out) {
    const QuietHours& quiet = c.policy.quiet;
    const ZoneTable& table = c.calendars.zones;
    const auto add = [&](std::string_view name, std::string_view source) {
        const Zone* zone = table.find(name);
        if (zone == nullptr) return;
        out.opening.add_zone(name, *zone);
        out.zone_source = source;
    };
    if (!quiet.zone.empty()) {
        add(quiet.zone, "account");
    } else if (c.facts.recipient != nullptr) {
        for (const std::string& name : c.facts.recipient->zones) {
            add(name, c.facts.recipient->zone_source);
        }
    }
    if (!out.opening.zones().empty()) return;
    // A preset speaks for a country: someone of whom nothing is known is taken to be there.
    for (const std::string_view name : zones_of_country(quiet.country)) add(name, "preset");
}

}  // namespace

RuleResult refuse(Rule rule, std::string detail, std::string cure) {
    return {rule, Outcome::refuse, {}, std::move(detail), {}, std::move(cure)};
}

RuleResult wait(Rule rule, model::Instant until, std::string detail, std::string cure) {
    return {rule, Outcome::wait, until, std::move(detail), {}, std::move(cure)};
}

Applicable applicable(const Case& c) {
    Applicable out{Opening(c.calendars.holidays), {}, true};
    for (const HoursRule& rule : c.policy.quiet.rules) {
        if ((rule.categories & only(c.facts.category)) == 0) continue;
        const bool here = rule.region.empty() || (c.facts.recipient != nullptr &&
                                                  c.facts.recipient->region == rule.region);
        if (here) out.opening.add_rule(rule);
    }
    if (out.opening.no_rules()) return out;
    add_zones(c, out);
    out.zones_known = !out.opening.zones().empty();
    return out;
}

std::string closed_facts(const Case& c, const Applicable& applicable,
                         const Opening::Closed& closed) {
    std::string out;
    model::JsonWriter json(out);
    const LocalSeconds local = closed.zone->local_at(c.at);
    json.begin_object();
    json.member("local_time", format_local(local));
    json.member("zone", closed.zone_name);
    json.key("zones").begin_array();
    for (const Opening::NamedZone& zone : applicable.opening.zones()) json.value(zone.name);
    json.end_array();
    json.member("zone_source", applicable.zone_source);
    if (closed.rule->hours) {
        json.member("allowed", format_hours(closed.rule->week[weekday_of(day_of(local))]));
    }
    if (closed.holiday != nullptr) json.member("holiday", closed.holiday->name);
    if (!c.policy.quiet.preset.empty()) {
        json.member("preset", c.policy.quiet.preset);
        json.member_if("region", closed.rule->region);
        json.member_if("source", closed.rule->source);
        json.member("note", preset_note);
    }
    json.end_object();
    return out;
}

std::string format_span(std::chrono::seconds span) {
    const auto count = span.count();
    if (count % 86'400 == 0 && count > 86'400) return fmt::format("{} days", count / 86'400);
    if (count % 3'600 == 0 && count > 3'600) return fmt::format("{} hours", count / 3'600);
    if (count % 60 == 0 && count > 60) return fmt::format("{} minutes", count / 60);
    if (count == 86'400) return "24 hours";
    if (count == 3'600) return "1 hour";
    if (count == 60) return "1 minute";
    return fmt::format("{} seconds", count);
}

}  // namespace postern::policy
