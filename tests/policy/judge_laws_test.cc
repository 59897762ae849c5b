// Laws that hold for any message, policy and moment: generated, not chosen.
#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/policy/rig.h"

namespace postern::policy {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;

const std::vector<std::string>& zone_names() {
    static const std::vector<std::string> names{
        "America/New_York",    "America/Santiago",   "Europe/Paris",   "America/Tijuana",
        "Australia/Lord_Howe", "America/Havana",     "Africa/Cairo",   "Asia/Kolkata",
        "America/St_Johns",    "Pacific/Kiritimati", "America/Bogota", "Mars/Olympus"};
    return names;
}

const std::vector<AccountPolicy>& policies() {
    static const std::vector<AccountPolicy> all = [] {
        std::vector<AccountPolicy> out{AccountPolicy{}};
        for (const char* json :
             {R"({"preset":"co"})", R"({"preset":"us"})", R"({"preset":"gb"})",
              R"({"preset":"cl"})", R"({"preset":"in"})", R"({"holidays":["co","us"]})",
              R"({"allow":"21:00-06:00","weekdays":"fri-mon"})",
              R"({"allow":"00:30-02:30","holidays":["cl"]})",
              R"({"allow":"01:15-23:45","timezone":"America/Havana"})"}) {
            out.push_back(quiet(json));
        }
        return out;
    }();
    return all;
}

/// A moment of 2026, half of them within two hours of a change of some clock.
rc::Gen<model::Instant> moments() {
    return rc::gen::map(
        rc::gen::pair(rc::gen::inRange<std::int64_t>(0, 365LL * 86'400 * 1'000'000),
                      rc::gen::inRange(0, 16)),
        [](const std::pair<std::int64_t, int>& drawn) {
            constexpr std::array<std::string_view, 8> changes{
                "2026-03-08T07:00:00Z", "2026-11-01T06:00:00Z", "2026-09-06T04:00:00Z",
                "2026-04-05T03:00:00Z", "2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z",
                "2026-10-03T15:30:00Z", "2026-03-08T05:00:00Z"};
            const auto index = static_cast<std::size_t>(drawn.second);
            if (index >= changes.size()) {
                return at("2026-01-01T00:00:00Z") + microseconds{drawn.first};
            }
            const std::int64_t four_hours = 4LL * 3'600'000'000;
            return at(changes[index]) - hours{2} + microseconds{drawn.first % four_hours};
        });
}

/// Any message. What depends on an operator's act is rare, so that the rules of time are seen.
void fill(Scene& scene, model::Instant around) {
    const auto rarely = [] { return *rc::gen::inRange(0, 12) == 0; };
    const auto near = [around] { return around + minutes{*rc::gen::inRange(-4'000, 600)}; };
    const auto categories = [] { return static_cast<Categories>(*rc::gen::inRange(1, 32)); };
    Facts& facts = scene.facts;
    scene.rules = *rc::gen::elementOf(policies());
    facts.category = static_cast<Category>(*rc::gen::inRange(0, 5));
    facts.channel = *rc::gen::elementOf(std::vector<std::string_view>{"twilio", "whatsapp"});
    facts.is_template = *rc::gen::arbitrary<bool>();
    facts.template_status = static_cast<TemplateStatus>(*rc::gen::inRange(0, 7));
    facts.active = !rarely();
    facts.test = rarely();
    facts.restored_paused = rarely();
    facts.account_paused = rarely();
    facts.account_connected = !rarely();
    facts.reconnect = rarely() ? model::Instant{} : near();
    facts.blocked = rarely();
    facts.own_address = rarely();
    facts.last_inbound = near();
    facts.rate_until = near();
    facts.expires = around + minutes{*rc::gen::inRange(-60, 10'000)};
    scene.person.region = *rc::gen::elementOf(std::vector<std::string>{"", "fl", "tx", "ri", "pa"});
    scene.in({});
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
        scene.person.zones.push_back(*rc::gen::elementOf(zone_names()));
    }
    for (int i = *rc::gen::inRange(0, 3); i > 0; --i) {
        const auto kind = static_cast<AddressNote::Kind>(*rc::gen::inRange(1, 5));
        scene.notes.push_back({kind, categories(), 0, near(), "api", ""});
    }
    for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(*rc::gen::inRange(0, 6)); ++i) {
        scene.past.push_back({near(), static_cast<Category>(*rc::gen::inRange(0, 5)),
                              static_cast<std::uint32_t>(*rc::gen::inRange(1, 3)), i, i});
    }
}

TEST(JudgeLaws, AskedAgainItSaysTheSame) {
    EXPECT_TRUE(rc::check("same", [] {
        const model::Instant when = *moments();
        Scene scene;
        fill(scene, when);
        RC_ASSERT(scene.verdict(when) == scene.verdict(when));
    }));
}

TEST(JudgeLaws, AWaitEndsAtTheFirstMomentAtWhichItsRulePasses) {
    EXPECT_TRUE(rc::check("until", [] {
        const model::Instant when = *moments();
        Scene scene;
        fill(scene, when);
        for (const RuleResult& said : scene.verdict(when).results) {
            if (said.outcome != Outcome::wait || said.until == model::Instant{}) continue;
            RC_ASSERT(said.until > when);
            RC_ASSERT(scene.result(said.rule, said.until).outcome == Outcome::pass);
            const auto before = said.until - microseconds{1};
            RC_ASSERT(scene.result(said.rule, before).outcome == Outcome::wait);
            const auto between = when + (said.until - when) / 2;
            RC_ASSERT(scene.result(said.rule, between).until == said.until);
        }
    }));
}

TEST(JudgeLaws, TheStrictestWinsAndOfSeveralWaitsTheLongest) {
    EXPECT_TRUE(rc::check("strictest", [] {
        const model::Instant when = *moments();
        Scene scene;
        fill(scene, when);
        const Verdict said = scene.verdict(when);
        const auto any = [&said](Outcome outcome) {
            return std::ranges::any_of(
                said.results, [outcome](const RuleResult& r) { return r.outcome == outcome; });
        };
        const Decision expected = any(Outcome::refuse) ? Decision::refuse
                                  : any(Outcome::wait) ? Decision::wait
                                                       : Decision::send;
        RC_ASSERT(said.decision == expected);
        for (const RuleResult& r : said.results) {
            if (expected != Decision::wait || r.outcome != Outcome::wait) continue;
            const bool endless = r.until == model::Instant{};
            RC_ASSERT(said.until == model::Instant{} || (!endless && said.until >= r.until));
        }
        RC_ASSERT(std::ranges::is_sorted(said.results, {}, &RuleResult::rule));
        if (expected != Decision::wait) RC_ASSERT(said.until == model::Instant{});
    }));
}

TEST(JudgeLaws, EveryRuleThatDoesNotPassSaysWhy) {
    EXPECT_TRUE(rc::check("why", [] {
        const model::Instant when = *moments();
        Scene scene;
        fill(scene, when);
        for (const RuleResult& said : scene.verdict(when).results) {
            RC_ASSERT(!said.detail.empty());
            RC_ASSERT(said.outcome == Outcome::wait || said.until == model::Instant{});
        }
    }));
}

}  // namespace
}  // namespace postern::policy
