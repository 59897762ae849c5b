#include <gtest/gtest.h>

#include "gateway/model/ids.h"
#include "tests/policy/rig.h"

namespace postern::policy {
namespace {

// SC-03 no redundant marketing to the same person; MF-03 whichever customer it was meant for.
TEST(RuleDuplicate, TheSameCampaignTextIsRefusedForADay) {
    for (const Category category : {Category::marketing, Category::collections}) {
        Scene scene;
        scene.is(category).past = {{at("2026-05-05T12:00:00Z"), category, 2, 77, 5}};
        EXPECT_EQ(Outcome::refuse, scene.outcome(Rule::duplicate_content, "2026-05-06T11:59:59Z"));
        EXPECT_EQ(Outcome::pass, scene.outcome(Rule::duplicate_content, "2026-05-06T12:00:00Z"));

        scene.facts.content_hash = 78;
        EXPECT_EQ(Outcome::pass, scene.outcome(Rule::duplicate_content, "2026-05-05T12:00:00Z"));
        scene.facts.content_hash = 77;
        scene.facts.message = 5;  // the message itself, at its second attempt
        EXPECT_EQ(Outcome::pass, scene.outcome(Rule::duplicate_content, "2026-05-05T12:00:00Z"));
        scene.facts.message = 6;
        scene.rules.duplicate_within = {};
        EXPECT_EQ(Outcome::pass, scene.outcome(Rule::duplicate_content, "2026-05-05T12:00:00Z"));
    }
}

// The refusal names the message that the person had.
TEST(RuleDuplicate, SaysWhichMessageItRepeats) {
    Scene scene;
    PastSend earlier{at("2026-05-05T12:00:00Z"), Category::marketing, 2, 77, 5};
    scene.is(Category::marketing).past = {earlier};
    const char* when = "2026-05-05T13:00:00Z";
    EXPECT_EQ(scene.result(Rule::duplicate_content, when).facts_json.find("msg_"),
              std::string::npos)
        << "nobody knows it of what was sent before names were kept";
    scene.past[0].epoch = 3;
    scene.past[0].made_before_ms = 3'600'000;  // send_at was an hour later
    const model::MessageId id{model::make_ulid(at("2026-05-05T11:00:00Z"), 3, 5)};
    EXPECT_NE(scene.result(Rule::duplicate_content, when)
                  .facts_json.find("\"message\":\"" + to_string(id) + "\""),
              std::string::npos);
}

TEST(RuleDuplicate, NoticesCodesAndAnswersMayRepeatThemselves) {
    for (const Category category :
         {Category::reply, Category::transactional, Category::authentication}) {
        Scene scene;
        scene.is(category).past = {{at("2026-05-05T12:00:00Z"), category, 1, 77, 5}};
        EXPECT_EQ(Outcome::pass, scene.outcome(Rule::duplicate_content, "2026-05-05T12:00:01Z"));
    }
}

}  // namespace
}  // namespace postern::policy
