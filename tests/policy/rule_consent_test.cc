#include <gtest/gtest.h>

#include "tests/policy/rig.h"

namespace postern::policy {
namespace {

using Kind = AddressNote::Kind;

constexpr std::string_view now = "2026-05-05T16:00:00Z";
constexpr Categories marketing = only(Category::marketing);

AddressNote note(Kind kind, std::string_view when) {
    return {kind, marketing, 0, at(when), "form", ""};
}

// CG-66 consent before campaigns, CG-68 rules by country.
TEST(RuleConsent, MarketingNeedsARecordedConsentWhereThePresetSaysSo) {
    for (const std::string preset : {"us", "es", "it", "gb"}) {
        Scene scene;
        scene.is(Category::marketing).rules = quiet(R"({"preset":")" + preset + "\"}");
        const RuleResult said = scene.result(Rule::consent, now);
        EXPECT_EQ(Outcome::refuse, said.outcome) << preset;
        EXPECT_NE(std::string::npos, said.facts_json.find("review with counsel"));

        scene.notes = {note(Kind::consent, "2026-01-01T00:00:00Z")};
        EXPECT_EQ(Outcome::pass, scene.outcome(Rule::consent, now)) << preset;
        scene.notes = {note(Kind::opted_in, "2026-01-01T00:00:00Z")};
        EXPECT_EQ(Outcome::pass, scene.outcome(Rule::consent, now)) << preset;

        scene.is(Category::transactional).notes.clear();
        EXPECT_EQ(Outcome::pass, scene.outcome(Rule::consent, now)) << preset;
    }
}

TEST(RuleConsent, WithoutAPresetNoneIsNeeded) {
    Scene scene;
    scene.is(Category::marketing);
    EXPECT_EQ(Outcome::pass, scene.outcome(Rule::consent, now));
    scene.rules = quiet(R"({"preset":"co"})");
    EXPECT_EQ(Outcome::pass, scene.outcome(Rule::consent, now));
}

TEST(RuleConsent, AWithdrawnConsentCountsEverywhereUntilANewOne) {
    Scene scene;
    scene.is(Category::marketing);
    scene.notes = {note(Kind::consent, "2026-01-01T00:00:00Z"),
                   note(Kind::consent_revoked, "2026-02-01T00:00:00Z")};
    EXPECT_EQ(Outcome::refuse, scene.outcome(Rule::consent, now));
    scene.notes.push_back(note(Kind::consent, "2026-02-01T00:00:00Z"));  // at the same moment
    EXPECT_EQ(Outcome::refuse, scene.outcome(Rule::consent, now));
    scene.notes.push_back(note(Kind::consent, "2026-03-01T00:00:00Z"));
    EXPECT_EQ(Outcome::pass, scene.outcome(Rule::consent, now));
}

}  // namespace
}  // namespace postern::policy
