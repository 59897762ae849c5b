#include <gtest/gtest.h>

#include "tests/policy/rig.h"

namespace postern::policy {
namespace {

constexpr std::string_view noon = "2026-05-05T12:00:00Z";

TEST(RuleAddress, AnImpossibleAddressIsRefusedWithItsReason) {
    Scene scene;
    scene.person.valid = false;
    scene.person.invalid_why = "too few digits for its country";

    const RuleResult said = scene.result(Rule::address_valid, noon);

    EXPECT_EQ(Outcome::refuse, said.outcome);
    EXPECT_EQ("The address is not valid: too few digits for its country.", said.detail);
    EXPECT_EQ(Rule::address_valid, scene.verdict(noon).decisive());
}

TEST(RuleAddress, NobodyKnownIsNotInvalid) {
    Scene scene;
    scene.facts.recipient = nullptr;
    EXPECT_EQ(Decision::send, scene.verdict(noon).decision);
}

// MF-02
TEST(RuleAddress, TheWorkspaceDoesNotWriteToItself) {
    Scene scene;
    scene.facts.own_address = true;
    EXPECT_EQ(Outcome::refuse, scene.outcome(Rule::own_address, noon));
}

}  // namespace
}  // namespace postern::policy
