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

TEST(SendBody, CarriesEverythingElseThatAMessageMaySay) {
    EXPECT_EQ(body_of({.account = "wa",
                       .to = "+57300",
                       .text = "a",
                       .timezone = "America/Bogota",
                       .fallback = {"tg", "sms"},
                       .priority = "high",
                       .send_at = "2026-12-01T08:00:00Z",
                       .expires_at = "2026-12-02T08:00:00Z",
                       .metadata = {"order=17", "note=a=b"},
                       .test = true,
                       .human_agent = true}),
              R"({"account":"wa","to":{"address":"+57300","timezone":"America/Bogota"},)"
              R"("fallback":["tg","sms"],"content":{"type":"text","text":"a"},)"
              R"("send_at":"2026-12-01T08:00:00Z","expires_at":"2026-12-02T08:00:00Z",)"
              R"("priority":"high","metadata":{"order":"17","note":"a=b"},)"
              R"("test":true,"human_agent":true})");
    EXPECT_NE(body_of({.to = "con_1", .text = "a", .no_fallback = true}).find(R"("fallback":[])"),
              std::string::npos);
    EXPECT_NE(problem_of({.to = "b", .text = "c", .metadata = {"x"}}).find("--metadata"),
              std::string::npos);
}

TEST(SendBody, KeepsTheTimeToJudgeApartFromTheTimeToSend) {
    const std::string body = body_of({.to = "b",
                                      .text = "c",
                                      .at = "2026-12-01T08:00:00Z",
                                      .check = true,
                                      .send_at = "2026-12-01T09:00:00Z"});
    EXPECT_NE(body.find(R"("send_at":"2026-12-01T09:00:00Z","at":"2026-12-01T08:00:00Z")"),
              std::string::npos)
        << body;
    EXPECT_FALSE(problem_of({.to = "b", .text = "c", .at = "1", .send_at = "2"}).empty());
}

TEST(SendBody, WritesButtonsMediaAndLocations) {
    EXPECT_NE(
        body_of({.to = "b", .text = "Hoy?", .buttons = {"yes=Sí"}})
            .find(R"({"type":"buttons","text":"Hoy?","buttons":[{"id":"yes","title":"Sí"}]})"),
        std::string::npos);
    EXPECT_NE(body_of({.to = "b", .text = "Va", .subject = "Pedido", .preview_url = true})
                  .find(R"({"type":"text","text":"Va","preview_url":true,"subject":"Pedido"})"),
              std::string::npos);
    EXPECT_NE(body_of({.to = "b",
                       .caption = "c",
                       .media_url = "https://e.co/a.pdf",
                       .media_kind = "document",
                       .filename = "a.pdf"})
                  .find(R"({"type":"media","kind":"document","url":"https://e.co/a.pdf",)"
                        R"("caption":"c","filename":"a.pdf"})"),
              std::string::npos);
    EXPECT_NE(body_of({.to = "b", .location = "4.5,-74.25", .place = "Tienda"})
                  .find(R"("latitude":4.500000,"longitude":-74.250000,"name":"Tienda")"),
              std::string::npos);
    for (const char* wrong : {"4.5", "4.5,", "4.5,x", "4.5,1,2", "nan,1", "1,inf"}) {
        EXPECT_NE(problem_of({.to = "b", .location = wrong}).find("--location"), std::string::npos);
    }
    EXPECT_NE(problem_of({.to = "b", .text = "c", .buttons = {"=x"}}).find("--button"),
              std::string::npos);
}

}  // namespace
}  // namespace postern::cli
