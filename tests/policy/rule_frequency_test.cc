#include <gtest/gtest.h>

#include "tests/policy/rig.h"

namespace postern::policy {
namespace {

using std::chrono::hours;
using Scope = FrequencyCap::Scope;

constexpr Categories marketing = only(Category::marketing);

FrequencyCap cap(std::uint32_t count, int period, Scope scope = Scope::person) {
    return {marketing, count, hours{period}, scope, "", ""};
}

PastSend sent(std::string_view when, std::uint64_t message, std::uint32_t account = 1,
              Category category = Category::marketing) {
    return {at(when), category, account, message, message};
}

// CG-62 do not over-message.
TEST(RuleFrequency, TheNextGoesWhenEnoughHaveLeftTheRollingTime) {
    Scene scene;
    scene.is(Category::marketing).rules.caps = {cap(2, 24)};
    scene.past = {sent("2026-05-01T08:00:00Z", 1), sent("2026-05-01T09:00:00Z", 2)};
    EXPECT_EQ(Outcome::pass, scene.outcome(Rule::frequency_cap, "2026-05-02T08:00:00Z"));
    scene.expect_wait(Rule::frequency_cap, "2026-05-01T10:00:00Z", "2026-05-02T08:00:00Z");

    scene.past.push_back(sent("2026-05-01T09:30:00Z", 3));  // one too many already
    scene.expect_wait(Rule::frequency_cap, "2026-05-01T10:00:00Z", "2026-05-02T09:00:00Z");
}

TEST(RuleFrequency, NamesTheMessagesThatHoldItBackTheOneThatGoesFirstFirst) {
    Scene scene;
    scene.is(Category::marketing).rules.caps = {cap(2, 24)};
    scene.past = {sent("2026-05-01T07:00:00Z", 1), sent("2026-05-01T09:00:00Z", 3),
                  sent("2026-05-01T08:00:00Z", 2)};
    for (PastSend& past : scene.past) past.epoch = 1;
    const std::string facts = scene.result(Rule::frequency_cap, "2026-05-01T10:00:00Z").facts_json;
    EXPECT_NE(facts.find("\"messages\":[\"" + model::name_of(scene.past[2]) + "\",\"" +
                         model::name_of(scene.past[1]) + "\"]"),
              std::string::npos)
        << facts;
}

// What was written down counts by a time that is ahead of the clock that was set back.
TEST(RuleFrequency, ACapIsAsLongAsItSaysWhenTheClockWasSetBack) {
    Scene scene;
    scene.is(Category::marketing).rules.caps = {cap(1, 24)};
    scene.past = {sent("2026-05-01T08:00:00Z", 1)};
    scene.facts.ahead = hours{3};
    scene.expect_wait(Rule::frequency_cap, "2026-05-01T06:00:00Z", "2026-05-02T05:00:00Z");
}

// CG-63 a minimum gap is a cap of one.
TEST(RuleFrequency, TheLongestOfSeveralCapsWins) {
    Scene scene;
    scene.is(Category::marketing).rules.caps = {cap(1, 2), cap(2, 168), cap(3, 24)};
    scene.past = {sent("2026-05-01T08:00:00Z", 1), sent("2026-05-01T09:00:00Z", 2)};
    scene.expect_wait(Rule::frequency_cap, "2026-05-01T10:00:00Z", "2026-05-08T08:00:00Z");
}

TEST(RuleFrequency, OnlyItsOwnCategoriesCountAndNeverTheMessageItself) {
    Scene scene;
    scene.is(Category::marketing).rules.caps = {cap(1, 24)};
    scene.past = {sent("2026-05-01T08:00:00Z", 1, 1, Category::transactional),
                  sent("2026-05-01T08:00:00Z", 2, 1, Category::reply),
                  sent("2026-05-01T08:00:00Z", scene.facts.message)};
    EXPECT_EQ(Outcome::pass, scene.outcome(Rule::frequency_cap, "2026-05-01T09:00:00Z"));
    scene.past.push_back(sent("2026-05-01T08:00:00Z", 3));
    EXPECT_EQ(Outcome::wait, scene.outcome(Rule::frequency_cap, "2026-05-01T09:00:00Z"));
    scene.is(Category::reply);
    EXPECT_EQ(Outcome::pass, scene.outcome(Rule::frequency_cap, "2026-05-01T09:00:00Z"));
}

TEST(RuleFrequency, ScopesCountThePersonThisAccountOrTheOthers) {
    for (const auto& [scope, account, outcome] :
         {std::tuple{Scope::person, 1u, Outcome::wait},
          std::tuple{Scope::person, 2u, Outcome::wait},
          std::tuple{Scope::account, 1u, Outcome::wait},
          std::tuple{Scope::account, 2u, Outcome::pass},
          std::tuple{Scope::other_accounts, 1u, Outcome::pass},
          std::tuple{Scope::other_accounts, 2u, Outcome::wait}}) {
        Scene scene;
        scene.is(Category::marketing).rules.caps = {cap(1, 24, scope)};
        scene.past = {sent("2026-05-01T08:00:00Z", 1, account)};
        EXPECT_EQ(outcome, scene.outcome(Rule::frequency_cap, "2026-05-01T09:00:00Z"))
            << static_cast<int>(scope) << account;
    }
}

TEST(RuleFrequency, ColombiaAllowsOneADayAndOneChannelAWeek) {
    Scene scene;
    scene.is(Category::collections).rules = quiet(R"({"preset":"co"})");
    scene.past = {sent("2026-05-05T13:00:00Z", 1, 1, Category::collections)};
    scene.expect_wait(Rule::frequency_cap, "2026-05-05T14:00:00Z", "2026-05-06T13:00:00Z");
    scene.past[0].account = 2;
    scene.expect_wait(Rule::frequency_cap, "2026-05-05T14:00:00Z", "2026-05-12T13:00:00Z");
}

TEST(RuleFrequency, ChileAllowsTwoAWeekTwoDaysApart) {
    Scene scene;
    scene.is(Category::collections).rules = quiet(R"({"preset":"cl"})");
    scene.past = {sent("2026-05-04T13:00:00Z", 1, 1, Category::collections)};
    scene.expect_wait(Rule::frequency_cap, "2026-05-05T14:00:00Z", "2026-05-06T13:00:00Z");
    scene.past.push_back(sent("2026-05-06T13:00:00Z", 2, 1, Category::collections));
    scene.expect_wait(Rule::frequency_cap, "2026-05-08T14:00:00Z", "2026-05-11T13:00:00Z");
}

}  // namespace
}  // namespace postern::policy
