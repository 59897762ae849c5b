#include <gtest/gtest.h>

#include "tests/policy/rig.h"

namespace postern::policy {
namespace {

using Kind = AddressNote::Kind;

constexpr std::string_view now = "2026-05-05T12:00:00Z";
constexpr std::string_view earlier = "2026-05-01T12:00:00Z";
constexpr std::string_view later = "2026-05-02T12:00:00Z";

AddressNote note(Kind kind, Categories categories, std::string_view when,
                 std::uint32_t account = 0) {
    return {kind, categories, account, at(when), "keyword", ""};
}

struct Row {
    Category category;
    Outcome outcome;
};

TEST(RuleOptOut, StopCoversNoticesMarketingAndCollectionsButNoCodes) {
    for (const Row& row :
         {Row{Category::transactional, Outcome::refuse}, Row{Category::marketing, Outcome::refuse},
          Row{Category::collections, Outcome::refuse},
          Row{Category::authentication, Outcome::pass}}) {
        Scene scene;
        scene.is(row.category).notes = {note(Kind::opted_out, all_categories, earlier)};
        EXPECT_EQ(row.outcome, scene.outcome(Rule::opt_out, now)) << to_string(row.category);
    }
}

TEST(RuleOptOut, AnOptOutOfMarketingStopsMarketingAlone) {
    for (const Row& row :
         {Row{Category::transactional, Outcome::pass}, Row{Category::marketing, Outcome::refuse},
          Row{Category::reply, Outcome::pass}, Row{Category::authentication, Outcome::pass}}) {
        Scene scene;
        scene.is(row.category).notes = {note(Kind::opted_out, only(Category::marketing), earlier)};
        EXPECT_EQ(row.outcome, scene.outcome(Rule::opt_out, now)) << to_string(row.category);
    }
}

TEST(RuleOptOut, CodesThatWereNamedThemselvesAreStopped) {
    Scene scene;
    scene.is(Category::authentication).notes = {
        note(Kind::opted_out, only(Category::authentication), earlier)};
    EXPECT_EQ(Outcome::refuse, scene.outcome(Rule::opt_out, now));
}

TEST(RuleOptOut, AnswersToWhatThePersonWroteLaterGo) {
    Scene scene;
    scene.is(Category::reply).notes = {note(Kind::opted_out, all_categories, earlier)};
    EXPECT_EQ(Outcome::refuse, scene.outcome(Rule::opt_out, now));

    scene.facts.last_inbound = at(later);
    EXPECT_EQ(Outcome::pass, scene.outcome(Rule::opt_out, now));
}

TEST(RuleOptOut, OneConfirmationOfAStopGoesWithinFiveMinutes) {
    Scene scene;
    scene.is(Category::reply).notes = {note(Kind::opted_out, all_categories, earlier)};
    scene.facts.last_inbound = at(earlier);
    EXPECT_EQ(Outcome::pass, scene.outcome(Rule::opt_out, "2026-05-01T12:05:00Z"));
    EXPECT_EQ(Outcome::refuse, scene.outcome(Rule::opt_out, "2026-05-01T12:05:01Z"));

    scene.past = {{at("2026-05-01T12:00:10Z"), Category::reply, 1, 5, 900}};
    EXPECT_EQ(Outcome::refuse, scene.outcome(Rule::opt_out, "2026-05-01T12:01:00Z"));
}

TEST(RuleOptOut, WhatThePersonSaysLaterLiftsIt) {
    for (const Kind kind : {Kind::opted_in, Kind::consent}) {
        Scene scene;
        scene.is(Category::marketing).notes = {note(Kind::opted_out, all_categories, earlier),
                                               note(kind, only(Category::marketing), later)};
        EXPECT_EQ(Outcome::pass, scene.outcome(Rule::opt_out, now));
        scene.is(Category::collections);  // which the consent did not name
        EXPECT_EQ(Outcome::refuse, scene.outcome(Rule::opt_out, now));
        scene.is(Category::marketing).notes[1].at = at(earlier);  // at the same moment: not later
        EXPECT_EQ(Outcome::refuse, scene.outcome(Rule::opt_out, now));
    }
}

TEST(RuleOptOut, AnOptOutOfOneAccountLeavesTheOthers) {
    Scene scene;
    scene.notes = {note(Kind::opted_out, all_categories, earlier, 2)};
    EXPECT_EQ(Outcome::pass, scene.outcome(Rule::opt_out, now));
    scene.facts.account = 2;
    EXPECT_EQ(Outcome::refuse, scene.outcome(Rule::opt_out, now));
}

// SC-15 who said no is suppressed, SC-14 dead addresses are.
TEST(RuleSuppressed, ASuppressionStopsEverythingAndNothingSaidLaterLiftsIt) {
    for (std::size_t i = 0; i < category_count; ++i) {
        Scene scene;
        scene.is(static_cast<Category>(i)).notes = {note(Kind::suppressed, all_categories, earlier),
                                                    note(Kind::opted_in, all_categories, later)};
        scene.notes[0].reason = "the mailbox does not exist";
        scene.facts.last_inbound = at(later);

        const RuleResult said = scene.result(Rule::suppressed, now);

        EXPECT_EQ(Outcome::refuse, said.outcome);
        EXPECT_EQ("The address is suppressed: the mailbox does not exist.", said.detail);
        EXPECT_NE(std::string::npos, said.facts_json.find("\"source\":\"keyword\""));
    }
}

TEST(RuleSuppressed, WhoBlockedTheAccountIsLeftAlone) {
    Scene scene;
    scene.facts.blocked = true;
    EXPECT_EQ(Outcome::refuse, scene.outcome(Rule::suppressed, now));
}

}  // namespace
}  // namespace postern::policy
