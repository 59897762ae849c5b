#include <gtest/gtest.h>

#include "tests/policy/rig.h"

namespace postern::policy {
namespace {

struct Row {
    bool active;
    bool test;
    bool listed;
    Outcome outcome;
};

// CG-42 a test send before the real one; MF-17 an inactive workspace.
TEST(RuleMode, OnlyTestsToTestRecipientsLeaveAnInactiveWorkspace) {
    for (const Row& row :
         {Row{true, false, false, Outcome::pass}, Row{true, false, true, Outcome::pass},
          Row{true, true, true, Outcome::pass}, Row{true, true, false, Outcome::refuse},
          Row{false, false, false, Outcome::refuse}, Row{false, false, true, Outcome::refuse},
          Row{false, true, false, Outcome::refuse}, Row{false, true, true, Outcome::pass}}) {
        Scene scene;
        scene.facts.active = row.active;
        scene.facts.test = row.test;
        scene.facts.test_recipient = row.listed;

        const RuleResult said = scene.result(Rule::mode, "2026-05-05T12:00:00Z");

        EXPECT_EQ(row.outcome, said.outcome) << row.active << row.test << row.listed;
        EXPECT_EQ(row.outcome == Outcome::pass, said.cure.empty());
    }
}

TEST(RuleMode, ARestoredCopyWaitsForAnOperator) {
    Scene scene;
    scene.facts.restored_paused = true;

    const Verdict said = scene.verdict("2026-05-05T12:00:00Z");

    EXPECT_EQ(Decision::wait, said.decision);
    EXPECT_EQ(model::Instant{}, said.until);
    EXPECT_EQ(Rule::mode, said.decisive());
}

}  // namespace
}  // namespace postern::policy
