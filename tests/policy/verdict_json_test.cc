#include "gateway/policy/verdict_json.h"

#include <gtest/gtest.h>

#include "tests/policy/rig.h"

namespace postern::policy {
namespace {

// MF-18 all checks in one place.
TEST(VerdictJson, TellsAllSixteenRulesInOrder) {
    Scene scene;
    scene.facts.rate_until = at("2026-05-05T12:00:06Z");
    EXPECT_EQ(
        R"({"decision":"wait","until":"2026-05-05T12:00:06.000Z","rules":[)"
        R"({"rule":"mode","outcome":"pass"},{"rule":"account_active","outcome":"pass"},)"
        R"({"rule":"account_connected","outcome":"pass"},)"
        R"({"rule":"address_valid","outcome":"pass"},)"
        R"({"rule":"suppressed","outcome":"pass"},{"rule":"opt_out","outcome":"pass"},)"
        R"({"rule":"consent","outcome":"pass"},{"rule":"window_24h","outcome":"pass"},)"
        R"({"rule":"template_approved","outcome":"pass"},{"rule":"quiet_hours","outcome":"pass"},)"
        R"({"rule":"holiday","outcome":"pass"},{"rule":"frequency_cap","outcome":"pass"},)"
        R"({"rule":"duplicate_content","outcome":"pass"},{"rule":"own_address","outcome":"pass"},)"
        R"({"rule":"rate","outcome":"wait","until":"2026-05-05T12:00:06.000Z",)"
        R"("detail":"The rate limit (account) lets it go later.",)"
        R"("facts":{"limit":"account"}},{"rule":"expiry","outcome":"pass"}]})",
        verdict_json(scene.verdict("2026-05-05T12:00:00Z")));
}

TEST(VerdictJson, ReadsTheSameWhereNoRuleSpoke) {
    const std::string passed = verdict_json(Verdict{});
    EXPECT_TRUE(passed.starts_with(
        R"({"decision":"send","until":null,"rules":[{"rule":"mode","outcome":"pass"},)"));
    EXPECT_TRUE(passed.ends_with(R"(,{"rule":"expiry","outcome":"pass"}]})"));
    std::string with_one =
        verdict_json(verdict_of({{.rule = Rule::mode, .outcome = Outcome::pass}}));
    EXPECT_EQ(passed, with_one);
}

TEST(VerdictJson, AWaitWithoutAnEndHasNoUntil) {
    Scene scene;
    scene.facts.account_paused = true;
    EXPECT_TRUE(verdict_json(scene.verdict("2026-05-05T12:00:00Z"))
                    .starts_with(R"({"decision":"wait","until":null,"rules":[)"));
}

}  // namespace
}  // namespace postern::policy
