// Verdicts and stories in words: the rule that decided is named, with its cure.
#include "gateway/cli/verdict_text.h"

#include <gtest/gtest.h>

namespace postern::cli {
namespace {

constexpr std::string_view refused =
    R"({"decision":"refuse","until":null,"rules":[)"
    R"({"rule":"quiet_hours","outcome":"wait","until":"2026-11-23T08:00:00.000Z"},)"
    R"({"rule":"window_24h","outcome":"refuse","detail":"Too late.","cure":"send a template"}]})";

constexpr std::string_view waiting =
    R"({"decision":"wait","until":"2026-11-23T08:00:00.000Z","rules":[)"
    R"({"rule":"rate","outcome":"wait","until":"2026-11-22T09:00:00.000Z","detail":"Full."},)"
    R"({"rule":"quiet_hours","outcome":"wait","until":"2026-11-23T08:00:00.000Z",)"
    R"("detail":"It is\nnight."}]})";

std::string words(std::string_view json) {
    Document document;
    EXPECT_TRUE(document.parse(json));
    return verdict_text(document.root());
}

TEST(VerdictText, NamesTheRuleThatRefusesAndWhatWouldHelp) {
    EXPECT_EQ(words(refused), "window_24h refuses it: Too late. What would help: send a template.");
}

TEST(VerdictText, NamesTheLongestOfSeveralWaitsOnOneLine) {
    EXPECT_EQ(words(waiting),
              "quiet_hours makes it wait until 2026-11-23T08:00:00.000Z: It is night.");
}

TEST(VerdictText, SaysThatNothingStandsInTheWay) {
    EXPECT_EQ(
        words(R"({"decision":"send","until":null,"rules":[{"rule":"rate","outcome":"pass"}]})"),
        "every rule lets it pass");
}

TEST(StoryText, HasALineAStepAndWhatHoldsNow) {
    Document document;
    const std::string story =
        std::string(R"({"message_id":"msg_1","state":"waiting","data":[)") +
        R"({"at":"T1","state":"queued","text":"Every rule let it pass.","verdict":null},)" +
        R"({"at":"T2","state":"unknown","text":"Nobody knows.","verdict":null,)" +
        R"("possible_duplicate":true},)" +
        R"({"at":"T3","state":"failed","text":"No.","verdict":)" + std::string(refused) +
        R"(}],"now":)" + std::string(waiting) + "}";
    ASSERT_TRUE(document.parse(story));

    EXPECT_EQ(story_text(document.root()),
              "msg_1 is waiting\n"
              "T1  queued   Every rule let it pass.\n"
              "T2  unknown  Nobody knows. The person may have got it twice.\n"
              "T3  failed   No. What would help: send a template.\n"
              "now: quiet_hours makes it wait until 2026-11-23T08:00:00.000Z: It is night.\n");
}

TEST(StoryText, SaysOfAMessageThatCameInThatNothingWasJudged) {
    Document document;
    ASSERT_TRUE(
        document.parse(R"({"message_id":"msg_1","state":"received","data":[],"now":null})"));

    EXPECT_EQ(story_text(document.root()), "msg_1 is received\nit came in: no rule was asked\n");
}

}  // namespace
}  // namespace postern::cli
