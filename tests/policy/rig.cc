#include "tests/policy/rig.h"

#include <algorithm>
#include <cstdlib>

#include <gtest/gtest.h>

namespace postern::policy {

const Calendars& calendars() {
    static const Calendars loaded = [] {
        Calendars out;
        EXPECT_EQ("", load_zones(out.zones));
        EXPECT_EQ("", load_holiday_folder(POSTERN_SOURCE_DIR "/conf/holidays", out.holidays));
        return out;
    }();
    return loaded;
}

model::Instant at(std::string_view text) {
    model::Instant out{};
    EXPECT_TRUE(model::parse_time(text, out)) << text;
    return out;
}

AccountPolicy policy(const std::map<std::string, std::string, std::less<>>& policy_json) {
    SettingsResult result = parse_settings(policy_json);
    EXPECT_EQ("", result.problem);
    EXPECT_EQ("", missing_calendar(result.policy, calendars()));
    return result.policy;
}

AccountPolicy quiet(const std::string& json) {
    return policy({{"quiet_hours", json}});
}

Scene::Scene() {
    facts.channel = "twilio";
    facts.account = 1;
    facts.message = 1'000;
    facts.content_hash = 77;
    facts.expires = at("2040-01-01T00:00:00Z");
    facts.recipient = &person;
    facts.notes = &notes;
    facts.past = &past;
    person.country = "co";
    in({"America/Bogota"});
}

Scene& Scene::is(Category category) {
    facts.category = category;
    return *this;
}

Scene& Scene::in(std::vector<std::string> zones) {
    person.zones = std::move(zones);
    person.zone_source = "number";
    return *this;
}

Verdict Scene::verdict(model::Instant when) const {
    return judge(facts, rules, calendars(), when);
}

Verdict Scene::verdict(std::string_view when) const {
    return verdict(at(when));
}

RuleResult Scene::result(Rule rule, model::Instant when) const {
    const Verdict said = verdict(when);
    const auto found = std::ranges::find(said.results, rule, &RuleResult::rule);
    return found == said.results.end() ? RuleResult{rule, Outcome::pass} : *found;
}

RuleResult Scene::result(Rule rule, std::string_view when) const {
    return result(rule, at(when));
}

Outcome Scene::outcome(Rule rule, std::string_view when) const {
    return result(rule, when).outcome;
}

void Scene::expect_wait(Rule rule, std::string_view when, std::string_view until) const {
    const RuleResult said = result(rule, when);
    EXPECT_EQ(Outcome::wait, said.outcome) << when;
    EXPECT_EQ(model::format_time(at(until)), model::format_time(said.until)) << when;
    EXPECT_FALSE(said.detail.empty());
    EXPECT_EQ(Outcome::pass, result(rule, said.until).outcome) << when;
    EXPECT_EQ(Outcome::wait, result(rule, said.until - std::chrono::microseconds{1}).outcome)
        << when;
}

}  // namespace postern::policy
