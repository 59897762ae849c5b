// What browsers may say, and who may say it: frames, origins, and what is made of both.
#include "adapters/webchat/frame.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/webchat/arrival.h"
#include "adapters/webchat/origins.h"
#include "adapters/webchat/send.h"
#include "adapters/webchat/shown.h"

namespace postern::adapters::webchat {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Type = ClientFrame::Type;

ClientFrame read(std::string text) {
    const std::size_t size = text.size();
    text.append(64, '\0');
    return read_frame(std::string_view(text).substr(0, size));
}

TEST(Frame, ReadsEachKind) {
    const ClientFrame hello = read(R"({"t":"hello","v":1,"resume":"tok","after":"msg_1",)"
                                   R"("locale":"es-CO","page":{"url":"u","ref":"r"}})");
    EXPECT_EQ(hello.type, Type::hello);
    EXPECT_EQ(hello.resume + hello.after + hello.locale + hello.page_url + hello.page_referrer,
              "tokmsg_1es-COur");
    const ClientFrame message = read(R"({"t":"msg","c":"x-1","text":"Hola"})");
    EXPECT_EQ(message.type, Type::msg);
    EXPECT_EQ(message.c + message.text, "x-1Hola");
    const ClientFrame form = read(R"({"t":"prechat","c":"p","fields":{"name":"Ana","age":3}})");
    EXPECT_EQ(form.type, Type::prechat);
    EXPECT_EQ(form.fields_json, R"({"name":"Ana","age":3})");
    const ClientFrame button =
        read(R"({"t":"button","c":"b","id":"pay","title":"Pagar","in":"msg_2"})");
    EXPECT_EQ(button.type, Type::button);
    EXPECT_EQ(button.id + button.title + button.in, "payPagarmsg_2");
    EXPECT_THAT(read(R"({"t":"read","ids":["a",7,"b"]})").ids, ElementsAre("a", "b"));
    EXPECT_TRUE(read(R"({"t":"typing","on":true})").on);
    EXPECT_EQ(read(R"({"t":"ping"})").type, Type::ping);
}

TEST(Frame, RefusesWhatItCannotMean) {
    for (const std::string& text :
         {std::string("{"), std::string("[]"), std::string("\"hello\""), std::string(R"({"t":7})"),
          std::string(R"({"t":"unknown"})"), std::string(R"({"t":"msg","text":"no name"})"),
          std::string(R"({"t":"msg","c":"has a blank","text":"x"})"),
          std::string(R"({"t":"msg","c":"x","text":"  \n"})"),
          std::string(R"({"t":"msg","c":")") + std::string(65, 'x') + R"(","text":"x"})",
          std::string(R"({"t":"prechat","c":"p","fields":[]})"),
          std::string(R"({"t":"button","c":"b"})"), std::string(R"({"t":"recv","ids":[]})"),
          std::string(100, '[')}) {
        EXPECT_EQ(read(text).type, Type::bad) << text;
    }
}

TEST(Frame, TellsTheNameOfWhatIsTooLong) {
    const std::string most(text_characters_max, 'x');
    EXPECT_EQ(read(R"({"t":"msg","c":"x1","text":")" + most + R"("})").type, Type::msg);
    const ClientFrame longer = read(R"({"t":"msg","c":"x1","text":"y)" + most + R"("})");
    EXPECT_EQ(longer.type, Type::bad);
    EXPECT_EQ(longer.problem + longer.c, "too_longx1");
}

Origins origins_of(std::string_view json, std::string& problem) {
    return Origins::parse(json, problem);
}

TEST(Origins, AreComparedWholeAndByLabels) {
    std::string problem;
    const Origins origins = origins_of(
        R"(["https://www.example.com","https://*.example.org","http://127.0.0.1:8080"])", problem);
    EXPECT_EQ(problem, "");
    for (const char* good : {"https://www.example.com", "https://a.example.org",
                             "https://a.b.example.org", "http://127.0.0.1:8080"})
        EXPECT_TRUE(origins.allow(good)) << good;
    for (const char* bad :
         {"", "null", "http://www.example.com", "https://www.example.com:444",
          "https://www.example.com.evil.net", "https://example.org", "https://.example.org",
          "https://evil.net/.example.org", "https://evilexample.org", "http://127.0.0.1",
          "https://WWW.EXAMPLE.COM", "https://a@b.example.org"})
        EXPECT_FALSE(origins.allow(bad)) << bad;
}

TEST(Origins, MustBeNamed) {
    for (const char* json : {"", "[]", R"(["*"])", R"(["example.com"])", R"([7])",
                             R"(["https://example.com/path"])", R"(["https://*"])"}) {
        std::string problem;
        const Origins origins = origins_of(json, problem);
        EXPECT_THAT(problem, HasSubstr("origins")) << json;
        EXPECT_FALSE(origins.allow("https://example.com"));
    }
}

TEST(Shown, DrawsButtonsAndMarksWhatTheBrowserHas) {
    OutboundContent content;
    content.type = ContentType::buttons;
    content.text = "¿Pagar?";
    content.buttons = {{ButtonKind::reply, "pay", "Pagar", {}, {}},
                       {ButtonKind::url, {}, "Ver", "https://example.com", {}}};
    const std::string frame =
        show(content, {"msg_1", Instant{std::chrono::milliseconds{1500}}, true, false});
    EXPECT_EQ(
        frame,
        R"({"t":"msg","id":"msg_1","at":1500,"from":"agent","received":true,"text":"¿Pagar?",)"
        R"("buttons":[{"kind":"reply","title":"Pagar","id":"pay"},)"
        R"({"kind":"url","title":"Ver","url":"https://example.com"}]})");
}

TEST(Shown, GivesAVisitorsOwnMessageItsName) {
    InboundMessage message;
    message.external_id = external_id("0123456789abcdef0123456789abcdef", "x-1");
    message.content.text = "Hola";
    const std::string frame = show(message, {"msg_2", Instant{}}, {});
    EXPECT_THAT(frame, HasSubstr(R"("from":"visitor","c":"x-1","text":"Hola")"));
    EXPECT_THAT(frame, Not(HasSubstr("form")));
}

TEST(WebChatSending, GivesSignsToTheWidgetAndHasNoRequests) {
    AdapterConfig config;
    config.credentials["visitor_secret"] = {Secret("0123456789abcdef")};
    std::string problem;
    const auto sending = make_sending(config, problem);
    ASSERT_NE(sending, nullptr);
    const std::string id = "0123456789abcdef0123456789abcdef";

    EXPECT_EQ(sending->typing(id, {})->url, typing_call);
    EXPECT_EQ(sending->mark_read(id, {external_id(id, "x")})->body, id + ".x");
    EXPECT_FALSE(sending->mark_read(id, {"no id of ours"}));
    EXPECT_TRUE(sending->first_step({.to = id, .content = {}}).has_error());
}

TEST(WebChatCheck, KnowsTheWidgetsLimits) {
    OutboundContent content;
    content.text = std::string(8001, 'x');
    EXPECT_EQ(check(content)->code, "too_long");
    content.text = "fine";
    EXPECT_FALSE(check(content));
    content.type = ContentType::reaction;
    EXPECT_EQ(check(content)->code, "not_supported");
    content = {};
    content.type = ContentType::media;
    content.upload = "upl_1";
    EXPECT_FALSE(check(content));
    content = {};
    content.type = ContentType::buttons;
    content.text = "?";
    content.buttons.resize(13, {ButtonKind::reply, "i", "t", {}, {}});
    EXPECT_EQ(check(content)->code, "too_many");
}

}  // namespace
}  // namespace postern::adapters::webchat
