#include <gtest/gtest.h>

#include "tests/policy/rig.h"

namespace postern::policy {
namespace {

TEST(RuleExpiry, RefusesFromTheMomentOnAndCutsNoWaitShort) {
    Scene scene;
    scene.facts.expires = at("2026-05-05T12:00:00Z");
    EXPECT_EQ(Outcome::pass, scene.outcome(Rule::expiry, "2026-05-05T11:59:59Z"));
    EXPECT_EQ(Outcome::refuse, scene.outcome(Rule::expiry, "2026-05-05T12:00:00Z"));

    scene.facts.rate_until = at("2026-05-05T13:00:00Z");
    const Verdict said = scene.verdict("2026-05-05T11:00:00Z");
    EXPECT_EQ(Decision::wait, said.decision);
    EXPECT_EQ(at("2026-05-05T13:00:00Z"), said.until);
}

TEST(RuleExpiry, AMessageWithoutAnEndNeverExpires) {
    Scene scene;
    scene.facts.expires = {};
    EXPECT_EQ(Decision::send, scene.verdict("2036-05-05T12:00:00Z").decision);
}

}  // namespace
}  // namespace postern::policy
