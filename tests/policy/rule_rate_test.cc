#include <gtest/gtest.h>

#include "tests/policy/rig.h"

namespace postern::policy {
namespace {

// CG-40 rate limits are obeyed.
TEST(RuleRate, WaitsForTheLimiter) {
    Scene scene;
    scene.facts.rate_until = at("2026-05-05T12:00:06Z");
    scene.facts.rate_scope = "recipient";
    scene.expect_wait(Rule::rate, "2026-05-05T12:00:00Z", "2026-05-05T12:00:06Z");
    EXPECT_EQ(R"({"limit":"recipient"})",
              scene.result(Rule::rate, "2026-05-05T12:00:00Z").facts_json);
}

TEST(RuleRate, SaysThatTheProviderAskedForThePause) {
    Scene scene;
    scene.facts.rate_until = at("2026-05-05T13:00:00Z");
    scene.facts.rate_scope = "back_off";
    const RuleResult result = scene.result(Rule::rate, "2026-05-05T12:00:00Z");
    EXPECT_EQ("The provider asked for a pause.", result.detail);
    EXPECT_EQ(R"({"limit":"back_off"})", result.facts_json);
}

}  // namespace
}  // namespace postern::policy
