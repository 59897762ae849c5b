#include <gtest/gtest.h>

#include "tests/policy/rig.h"

namespace postern::policy {
namespace {

struct Row {
    TemplateStatus status;
    Outcome outcome;
};

// CG-41 approved templates only.
TEST(RuleTemplate, OnlyApprovedAndUnheardOfTemplatesGo) {
    for (const Row& row :
         {Row{TemplateStatus::none, Outcome::pass}, Row{TemplateStatus::unknown, Outcome::pass},
          Row{TemplateStatus::approved, Outcome::pass}, Row{TemplateStatus::pending, Outcome::wait},
          Row{TemplateStatus::paused, Outcome::wait},
          Row{TemplateStatus::rejected, Outcome::refuse},
          Row{TemplateStatus::disabled, Outcome::refuse}}) {
        Scene scene;
        scene.facts.is_template = true;
        scene.facts.template_status = row.status;
        const RuleResult said = scene.result(Rule::template_approved, "2026-05-05T12:00:00Z");
        EXPECT_EQ(row.outcome, said.outcome) << static_cast<int>(row.status);
        EXPECT_EQ(model::Instant{}, said.until);
        scene.facts.is_template = false;
        EXPECT_EQ(Outcome::pass, scene.outcome(Rule::template_approved, "2026-05-05T12:00:00Z"));
    }
}

TEST(RuleTemplate, SaysThatNobodyKnowsWhetherItIsApproved) {
    Scene scene;
    scene.facts.is_template = true;
    scene.facts.template_status = TemplateStatus::unknown;
    const RuleResult said = scene.result(Rule::template_approved, "2026-05-05T12:00:00Z");
    EXPECT_EQ(R"({"template_status":"unknown"})", said.facts_json);
    EXPECT_FALSE(said.detail.empty());
    scene.facts.template_status = TemplateStatus::approved;
    EXPECT_EQ("", scene.result(Rule::template_approved, "2026-05-05T12:00:00Z").facts_json);
}

}  // namespace
}  // namespace postern::policy
