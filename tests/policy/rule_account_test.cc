#include <gtest/gtest.h>

#include "tests/policy/rig.h"

namespace postern::policy {
namespace {

// MF-11 is the channel active, MF-12 is it connected: for a test send too.
TEST(RuleAccount, APausedAccountWaitsWithoutEndAndSaysWhy) {
    Scene scene;
    scene.facts.account_paused = true;
    scene.facts.paused_reason = "quality rating is low";
    scene.facts.test = scene.facts.test_recipient = true;

    const RuleResult said = scene.result(Rule::account_active, "2026-05-05T12:00:00Z");

    EXPECT_EQ(Outcome::wait, said.outcome);
    EXPECT_EQ(model::Instant{}, said.until);
    EXPECT_EQ("The account is paused: quality rating is low.", said.detail);
}

TEST(RuleAccount, WhatAnOperatorHoldsBackWaitsWithoutEndUnlessTheAccountIsPausedAnyway) {
    Scene scene;
    scene.facts.held = "marketing messages: wrong price";
    scene.facts.held_json = R"({"category":"marketing"})";
    const RuleResult held = scene.result(Rule::account_active, "2026-05-05T12:00:00Z");
    EXPECT_EQ(Outcome::wait, held.outcome);
    EXPECT_EQ(model::Instant{}, held.until);
    EXPECT_EQ("An operator holds back marketing messages: wrong price.", held.detail);
    EXPECT_EQ(R"({"category":"marketing"})", held.facts_json);

    scene.facts.account_paused = true;
    EXPECT_EQ("The account is paused.",
              scene.result(Rule::account_active, "2026-05-05T12:00:00Z").detail);
}

TEST(RuleAccount, ADisconnectedAccountWaitsUntilItIsTriedAgain) {
    Scene scene;
    scene.facts.account_connected = false;
    scene.facts.test = scene.facts.test_recipient = true;
    EXPECT_EQ(model::Instant{},
              scene.result(Rule::account_connected, "2026-05-05T12:00:00Z").until);
    EXPECT_EQ(Outcome::wait, scene.outcome(Rule::account_connected, "2026-05-05T12:00:00Z"));

    scene.facts.reconnect = at("2026-05-05T12:10:00Z");
    scene.expect_wait(Rule::account_connected, "2026-05-05T12:00:00Z", "2026-05-05T12:10:00Z");
}

TEST(RuleAccount, AnActiveConnectedAccountSends) {
    EXPECT_EQ(Decision::send, Scene().verdict("2026-05-05T12:00:00Z").decision);
}

}  // namespace
}  // namespace postern::policy
