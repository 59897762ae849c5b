// What a command line becomes on its way to POST /v1/messages.
#include "gateway/cli/send_body.h"

#include <gtest/gtest.h>

namespace postern::cli {
namespace {

std::string body_of(const SendAsk& ask) {
    std::string body;
    std::string problem;
    EXPECT_TRUE(send_body(ask, body, problem)) << problem;
    return body;
}

std::string problem_of(const SendAsk& ask) {
    std::string body;
    std::string problem;
    EXPECT_FALSE(send_body(ask, body, problem)) << body;
    return problem;
}

TEST(SendBody, AsksForAnAddressOrAContact) {
    EXPECT_EQ(body_of({.account = "sms", .to = "+573001234567", .text = "a \"b\""}),
              R"({"account":"sms","to":{"address":"+573001234567"},)"
              R"("content":{"type":"text","text":"a \"b\""}})");
    EXPECT_EQ(body_of({.account = "sms", .to = "con_1", .text = "a", .category = "reply"}),
              R"({"account":"sms","to":{"contact":"con_1"},"category":"reply",)"
              R"("content":{"type":"text","text":"a"}})");
}

// CG-38
TEST(SendBody, NamesNoAccountWhereNoneIsGiven) {
    EXPECT_EQ(body_of({.to = "con_1", .text = "a", .category = "reply"}),
              R"({"to":{"contact":"con_1"},"category":"reply",)"
              R"("content":{"type":"text","text":"a"}})");
}

TEST(SendBody, GivesATemplateItsVariables) {
    EXPECT_EQ(body_of({.account = "wa",
                       .to = "+57300",
                       .channel = "whatsapp",
                       .template_name = "order",
                       .language = "es",
                       .variables = {"1=Ana", "2=a=b"}}),
              R"({"account":"wa","to":{"address":"+57300","channel":"whatsapp"},)"
              R"("content":{"type":"template","name":"order","language":"es",)"
              R"("variables":{"1":"Ana","2":"a=b"}}})");
    EXPECT_NE(problem_of({.template_name = "order", .variables = {"Ana"}}).find("name=value"),
              std::string::npos);
}

TEST(SendBody, TakesContentAsJsonAndRefusesWhatIsNoObject) {
    EXPECT_EQ(body_of({.account = "a", .to = "b", .json_content = R"({ "type": "text" })"}),
              R"({"account":"a","to":{"address":"b"},"content":{"type":"text"}})");
    EXPECT_FALSE(problem_of({.json_content = "[1]"}).empty());
    EXPECT_FALSE(problem_of({.json_content = "{"}).empty());
}

TEST(SendBody, MeansByATimeWhenToSendOrWhenToJudge) {
    SendAsk ask{.account = "a", .to = "b", .text = "c", .at = "2026-12-01T08:00:00Z"};
    EXPECT_NE(body_of(ask).find(R"("send_at":"2026-12-01T08:00:00Z")"), std::string::npos);
    ask.check = true;
    EXPECT_NE(body_of(ask).find(R"("at":"2026-12-01T08:00:00Z")"), std::string::npos);
    EXPECT_EQ(body_of(ask).find("send_at"), std::string::npos);
}

}  // namespace
}  // namespace postern::cli
