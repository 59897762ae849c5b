// CG-36: what a checked message will look like and what the provider will be asked, read off the
// adapters' own requests.
#include "gateway/api/preview.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/registry.h"
#include "gateway/configured_desk.h"

namespace postern::api {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view secret = "123456:very/secret+token";

using Settings = std::vector<std::pair<std::string, std::string>>;

/// An account of one channel, its only one.
class Preview : public testing::Test {
  protected:
    std::string of(const std::string& channel, Settings settings, const std::string& credential,
                   const std::string& to, const std::string& content) {
        adapters::AdapterConfig config;
        config.account = "main";
        config.channel = channel;
        for (auto& [key, value] : settings) config.settings[key] = value;
        if (!credential.empty()) config.credentials[credential].emplace_back(std::string(token_));
        std::string problem;
        auto table = std::make_shared<DeskTable>();
        table->add(config, 1, adapters::make_sending_adapter(config, problem), "reply");
        desk_.store(table);
        const auto account = desk_.send_account("main");
        if (account->adapter == nullptr) return "no adapter: " + problem;
        row_.content_json = content;
        row_.routes = {desk_.route_to(*account, to)};
        row_.routes[0].words = words_;
        std::string out;
        model::JsonWriter json(out);
        write_preview(json,
                      {*account, row_, row_.routes[0], has_file_ ? &file_ : nullptr,
                       template_.body.empty() ? nullptr : &template_,
                       model::Instant{std::chrono::hours{500'000}}},
                      desk_);
        EXPECT_THAT(out, Not(HasSubstr("very"))) << "a credential is shown";
        return out;
    }
    std::string whatsapp(const std::string& content) {
        return of("whatsapp", {{"phone_number_id", "1055"}}, "access_token", "+573001234567",
                  content);
    }
    std::string telegram(const std::string& content) {
        token_ = "123456:very-secret-token";
        return of("telegram", {}, "bot_token", "4711", content);
    }
    std::string twilio(const std::string& content) {
        return of("twilio",
                  {{"account_sid", "AC00000000000000000000000000000001"}, {"from", "+15005550006"}},
                  "auth_token", "+573001234567", content);
    }

    std::string_view token_ = secret;
    ConfiguredDesk desk_{[](std::string_view, std::string_view) { return storage::Blind{}; }};
    model::OutboundRow row_;
    std::string words_;
    model::TemplateRow template_;
    bool has_file_ = false;
    model::MediaRow file_;
};

TEST_F(Preview, OfWhatsAppShowsButtonsInTheirPlacesAndTheOneRequest) {
    const std::string shown =
        whatsapp(R"({"type":"buttons","text":"Listo?","header":{"text":"Pedido"},"footer":"Acme",)"
                 R"("buttons":[{"kind":"reply","id":"y","title":"Si"}]})");
    EXPECT_THAT(shown, HasSubstr(R"("channel":"whatsapp","address":"+573001234567")"));
    EXPECT_THAT(shown, HasSubstr(R"("text":"Listo?","parts":["Listo?"])"));
    EXPECT_THAT(shown, HasSubstr(R"("header":{"text":"Pedido"},"footer":"Acme","buttons":[)"
                                 R"({"kind":"reply","title":"Si","id":"y"}])"));
    EXPECT_THAT(shown, HasSubstr(R"("requests":[{"method":"POST","host":)"
                                 R"("https://graph.facebook.com","path":"/v25.0/1055/messages")"));
    EXPECT_THAT(shown, HasSubstr(R"(\"interactive\":{\"type\":\"button\")"));
    EXPECT_THAT(shown, HasSubstr(R"("problem":null)"));
}

TEST_F(Preview, OfATemplateFillsItsVariablesIn) {
    template_.body = "Hola {{1}}, su pedido {{2}} va.";
    template_.footer = "Acme";
    const std::string shown = whatsapp(R"({"type":"template","name":"order","language":"es",)"
                                       R"("variables":{"1":"Ana","2":"A-7"}})");
    EXPECT_THAT(shown, HasSubstr(R"("template":{"name":"order","language":"es","known":true,)"
                                 R"("body":"Hola Ana, su pedido A-7 va.","footer":"Acme")"));
    EXPECT_THAT(shown, HasSubstr(R"("text":"Hola Ana, su pedido A-7 va.\n\nAcme")"));
    EXPECT_THAT(shown, HasSubstr(R"(\"template\":{\"name\":\"order\")"));
}

TEST_F(Preview, OfAnUploadWithoutAPublicUrlHasTwoRequestsAndTheFileIsNamed) {
    has_file_ = true;
    file_.size = 70'000;
    file_.mime = "image/jpeg";
    file_.filename = "a.jpg";
    const std::string shown =
        whatsapp(R"({"type":"media","kind":"image","upload":"upl_00000000000000000000000001"})");
    EXPECT_THAT(shown, HasSubstr(R"("media":{"kind":"image","mime":"image/jpeg",)"));
    EXPECT_THAT(shown, HasSubstr(R"("bytes":70000,)"));
    EXPECT_THAT(shown, HasSubstr(R"("way":"bytes","url":null,"taken":true)"));
    EXPECT_THAT(shown, HasSubstr(R"("path":"/v25.0/1055/media")"));
    EXPECT_THAT(shown, HasSubstr("[70000 bytes of image/jpeg]"));
    EXPECT_THAT(shown, HasSubstr(R"("path":"/v25.0/1055/messages")"));
    EXPECT_THAT(shown, HasSubstr(R"(\"image\":{\"id\":\"1\"})")) << shown;
}

TEST_F(Preview, OfTelegramShowsOneTextAndStrikesTheTokenOutOfThePath) {
    const std::string shown =
        telegram(R"({"type":"buttons","text":"Listo?","header":{"text":"Pedido"},"footer":"Acme",)"
                 R"("buttons":[{"kind":"url","title":"Ver","url":"https://example.com/a"}]})");
    EXPECT_THAT(shown, HasSubstr(R"("text":"Pedido\n\nListo?\n\nAcme")"));
    EXPECT_THAT(shown, HasSubstr(R"("header":null,"footer":null)"));
    EXPECT_THAT(shown, HasSubstr(R"("path":"/bot***/sendMessage")"));
    EXPECT_THAT(shown, HasSubstr(R"(\"text\":\"Pedido\\n\\nListo?\\n\\nAcme\")"));
}

TEST_F(Preview, OfAnSmsShowsItsPartsAndOneForm) {
    const std::string shown =
        twilio(R"({"type":"text","text":")" + std::string(160, 'a') + R"(bb"})");
    EXPECT_THAT(shown, HasSubstr(R"("parts":[")" + std::string(153, 'a') + R"(","aaaaaaabb"])"));
    EXPECT_THAT(shown, HasSubstr("/2010-04-01/Accounts/AC00000000000000000000000000000001/"
                                 "Messages.json"));
    EXPECT_THAT(shown, HasSubstr("To=%2B573001234567&From=%2B15005550006&Body=aaa"));
    words_ = "Hola Ana";
    const std::string words = twilio(R"({"type":"template","name":"x","language":"es"})");
    EXPECT_THAT(words, HasSubstr(R"("text":"Hola Ana")"));
    EXPECT_THAT(words, HasSubstr("Body=Hola+Ana"));
}

TEST_F(Preview, OfLineShowsQuickRepliesBelowOneText) {
    const std::string shown =
        of("line", {}, "access_token", "U123",
           R"({"type":"list","text":"Elija","footer":"Acme","button":"Ver",)"
           R"("sections":[{"rows":[{"id":"a","title":"Uno"},{"id":"b","title":"Dos"}]}]})");
    EXPECT_THAT(shown, HasSubstr(R"("text":"Elija\n\nAcme")"));
    EXPECT_THAT(shown, HasSubstr(R"("sections":[{"title":null,"rows":[{"id":"a","title":"Uno"},)"));
    EXPECT_THAT(shown, HasSubstr(R"("host":"https://api.line.me","path":"/v2/bot/message/push")"));
    EXPECT_THAT(shown, HasSubstr(R"(\"quickReply\")"));
}

TEST_F(Preview, OfAMailShowsSubjectBothTextsAndTheLetter) {
    const std::string shown = of(
        "email", {{"smtp_host", "relay.example.com"}, {"from", "Acme <a@example.com>"}}, "",
        "ana@example.org",
        R"({"type":"text","text":"Su factura","subject":"Factura 7","html":"<b>Su factura</b>"})");
    EXPECT_THAT(shown, HasSubstr(R"("subject":"Factura 7","text":"Su factura")"));
    EXPECT_THAT(shown, HasSubstr(R"("html":"<b>Su factura</b>")"));
    EXPECT_THAT(shown, HasSubstr(R"("method":"DATA","host":"smtp://relay.example.com:)"));
    EXPECT_THAT(shown, HasSubstr(R"("RCPT TO":"ana@example.org")"));
    EXPECT_THAT(shown, HasSubstr(R"(Subject: Factura 7\r\n)"));
    EXPECT_THAT(shown, HasSubstr("multipart/alternative"));
}

TEST_F(Preview, OfAMailKeepsTheLinkThatUnsubscribesItsReader) {
    const std::string shown =
        of("email",
           {{"smtp_host", "relay.example.com"},
            {"from", "Acme <a@example.com>"},
            {"public_url", "https://gw.example.com/webhooks/main"}},
           "link_secret", "ana@example.org",
           R"({"type":"text","text":"mine: https://e.co/?unsubscribe=me","subject":"Ofertas"})");
    EXPECT_THAT(shown, HasSubstr("List-Unsubscribe: "));
    EXPECT_THAT(shown, HasSubstr("/webhooks/main?unsubscribe=***>"));
    EXPECT_THAT(shown, HasSubstr("List-Unsubscribe=One-Click"));
    EXPECT_THAT(shown, HasSubstr("https://e.co/?unsubscribe=me"));
}

TEST_F(Preview, OfSmppShowsAPduAPart) {
    const std::string shown =
        of("smpp", {{"host", "smsc.example.com"}, {"system_id", "acme"}, {"source_addr", "12345"}},
           "password", "+573001234567",
           R"({"type":"text","text":")" + std::string(161, 'a') + R"("})");
    EXPECT_THAT(shown, HasSubstr(R"("method":"submit_sm","host":"smpp://smsc.example.com:2775")"));
    std::size_t pdus = 0;
    for (std::size_t at = shown.find("submit_sm"); at != std::string::npos;
         at = shown.find("submit_sm", at + 1))
        ++pdus;
    EXPECT_EQ(pdus, 2u) << shown;
}

TEST_F(Preview, SaysWhatTheChannelCannotCarry) {
    const std::string shown = twilio(
        R"({"type":"buttons","text":"a","buttons":[{"kind":"reply","id":"y","title":"S"}]})");
    EXPECT_THAT(shown, HasSubstr(R"("requests":[],"problem":"The channel cannot carry this)"));
}

}  // namespace
}  // namespace postern::api
