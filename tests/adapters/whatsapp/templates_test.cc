// The list of templates: asked for page by page, read, and what is none.
#include "adapters/meta/graph_templates.h"

#include <gtest/gtest.h>

#include "adapters/registry.h"

namespace postern::adapters::whatsapp {
namespace {

AdapterConfig config(std::string waba) {
    AdapterConfig c;
    c.account = "wa-main";
    c.channel = "whatsapp";
    c.settings = {{"phone_number_id", "111"}, {"base_url", "https://graph.example/v25.0"}};
    if (!waba.empty()) c.settings["waba_id"] = std::move(waba);
    c.credentials["access_token"].emplace_back("tok");
    return c;
}

std::unique_ptr<SendingAdapter> sending(std::string waba = "200100") {
    std::string problem;
    return make_sending_adapter(config(std::move(waba)), problem);
}

std::variant<TemplatePage, SendOutcome> answered(int status, std::string body) {
    const std::string padded = body + std::string(64, '\0');
    ProviderAnswer answer;
    answer.status = status;
    answer.body = std::string_view(padded).substr(0, body.size());
    return sending()->listed(answer, Instant{});
}

// Our own sample after Meta's "Message templates" reference, v25.0.
constexpr std::string_view page_json = R"({"data":[
  {"id":"77","name":"order_ready","language":"es_CO","status":"APPROVED","category":"UTILITY",
   "rejected_reason":"NONE","components":[
     {"type":"HEADER","format":"IMAGE","example":{"header_handle":["x"]}},
     {"type":"BODY","text":"Hola {{1}}"},{"type":"FOOTER","text":"Tienda"},
     {"type":"BUTTONS","buttons":[{"type":"COPY_CODE","text":"Copiar"},
       {"type":"URL","text":"Ver","url":"https://a.example/{{1}}"},
       {"type":"PHONE_NUMBER","text":"Llamar","phone_number":"+5715550100"}]}]},
  {"id":78,"name":"promo","language":"en","status":"REJECTED","category":"MARKETING",
   "rejected_reason":"ABUSIVE_CONTENT","components":[
     {"type":"HEADER","format":"TEXT","text":"Hi"},{"type":"BODY","text":"Buy"}]}],
 "paging":{"cursors":{"before":"B","after":"A=="},"next":"https://graph.example/more"}})";

TEST(WhatsAppTemplates, AreAskedForPageByPage) {
    const auto first = sending()->list_templates("");
    ASSERT_TRUE(first.has_value());
    EXPECT_EQ(first->method, "GET");
    EXPECT_EQ(first->url,
              "https://graph.example/v25.0/200100/message_templates?fields=id,name,language,"
              "status,category,components,rejected_reason&limit=100");
    EXPECT_EQ(first->headers.at(0).second, "Bearer tok");
    EXPECT_EQ(sending()->list_templates("A==")->url, first->url + "&after=A%3D%3D");
    EXPECT_FALSE(sending("")->list_templates("").has_value());
}

TEST(WhatsAppTemplates, AreReadInOurWords) {
    const auto read = answered(200, std::string(page_json));
    const auto* page = std::get_if<TemplatePage>(&read);
    ASSERT_NE(page, nullptr);
    EXPECT_EQ(page->next, "A==");
    ASSERT_EQ(page->templates.size(), 2u);
    const ListedTemplate& order = page->templates[0];
    EXPECT_EQ(order.id + "/" + order.name + "/" + order.language, "77/order_ready/es_CO");
    EXPECT_EQ(order.category + "/" + order.status + "/" + order.reason, "transactional/approved/");
    EXPECT_EQ(order.header->media, MediaKind::image);
    EXPECT_EQ(order.body + order.footer, "Hola {{1}}Tienda");
    ASSERT_EQ(order.buttons.size(), 3u) << "buttons keep their index";
    EXPECT_EQ(order.buttons[1].url, "https://a.example/{{1}}");
    EXPECT_EQ(order.buttons[2].kind, ButtonKind::phone);
    const ListedTemplate& promo = page->templates[1];
    EXPECT_EQ(promo.id + "/" + promo.status + "/" + promo.reason, "78/rejected/ABUSIVE_CONTENT");
    EXPECT_EQ(promo.header->text, "Hi");
}

TEST(WhatsAppTemplates, TheLastPageNamesNoNext) {
    const auto read =
        answered(200, R"({"data":[],"paging":{"cursors":{"before":"B","after":"A"}}})");
    ASSERT_TRUE(std::holds_alternative<TemplatePage>(read));
    EXPECT_TRUE(std::get<TemplatePage>(read).next.empty());
}

TEST(WhatsAppTemplates, WhatIsNoListIsAnOutcome) {
    const auto refused =
        answered(401, R"({"error":{"message":"expired","code":190,"type":"OAuthException"}})");
    ASSERT_TRUE(std::holds_alternative<SendOutcome>(refused));
    EXPECT_EQ(std::get<SendOutcome>(refused).result, SendResult::credential);
    for (const char* body : {"", "[]", "{}", R"({"data":{}})", R"({"data":[1]})", "{"}) {
        const auto broken = answered(200, body);
        ASSERT_TRUE(std::holds_alternative<SendOutcome>(broken)) << body;
        EXPECT_EQ(std::get<SendOutcome>(broken).code, "unreadable_list");
    }
}

TEST(WhatsAppTemplates, OfTheEventsOnlyAWarningChangesNothing) {
    EXPECT_EQ(meta::template_status("APPROVED"), "approved");
    EXPECT_EQ(meta::template_status("REINSTATED"), "approved");
    EXPECT_EQ(meta::template_status("IN_APPEAL"), "pending");
    EXPECT_EQ(meta::template_status("PAUSED"), "paused");
    EXPECT_EQ(meta::template_status("PENDING_DELETION"), "disabled");
    EXPECT_EQ(meta::template_status("FLAGGED"), "");
    EXPECT_EQ(meta::template_status("approved"), "");
}

}  // namespace
}  // namespace postern::adapters::whatsapp
