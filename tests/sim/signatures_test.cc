// The published vectors of providers/chat.md and providers/sms-email-web.md: the simulator must
// sign as the providers do, on its own.
#include "gateway/sim/signatures.h"

#include <gtest/gtest.h>

#include "gateway/sim/provider.h"

namespace postern::sim {
namespace {

constexpr std::string_view whatsapp_body =
    R"({"object":"whatsapp_business_account","entry":[{"id":"200100","changes":[{"value":)"
    R"({"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550001111",)"
    R"("phone_number_id":"300200"},"contacts":[{"profile":{"name":"Ana Caf\u00e9"},)"
    R"("wa_id":"15552223333"}],"messages":[{"from":"15552223333","id":"wamid.TEST0001",)"
    R"("timestamp":"1767225600","type":"text","text":{"body":"Hi \ud83d\udc4b"}}]},)"
    R"("field":"messages"}]}]})";

constexpr std::string_view twilio_token = "00112233445566778899aabbccddeeff";
constexpr std::string_view twilio_url = "https://gw.example.net/hooks/twilio/ch7?tenant=acme";
constexpr std::string_view twilio_body =
    "ToCountry=US&MessageSid=SM00000000000000000000000000000001&AccountSid="
    "AC00000000000000000000000000000002&From=%2B15005550006&To=%2B15005550001&Body=Caf%C3%A9+%26+"
    "more+%3D+ok&NumMedia=0&NumSegments=1&ApiVersion=2010-04-01";

std::string header(const Webhook& webhook, std::string_view name) {
    for (const auto& [key, value] : webhook.headers) {
        if (key == name) return value;
    }
    return {};
}

TEST(Signatures, MatchTheWhatsAppVector) {
    ASSERT_EQ(whatsapp_body.size(), 418u);

    EXPECT_EQ(hmac_sha256_hex("gw-app-secret-01", whatsapp_body),
              "e5ccdc033870b59610bd42330ee5918a7ac1d3cc392561d2b2128e3414194898");
    EXPECT_EQ(hmac_sha1_hex("gw-app-secret-01", whatsapp_body),
              "3eeb394cc13cc95a5979fd8cdc6b31d8a7311ae2");
}

TEST(Signatures, MatchTheTwilioFormVector) {
    EXPECT_EQ(twilio_form_signature(twilio_token, twilio_url, twilio_body),
              "bciHGtU+qGlDNVZBENet8beIUwY=");
    EXPECT_EQ(
        twilio_form_signature(
            twilio_token, "https://gw.example.net:443/hooks/twilio/ch7?tenant=acme", twilio_body),
        "GUb5SqJqm91g3vXbLgSv9oUAUaQ=");
}

TEST(Signatures, MatchTheTwilioJsonVector) {
    const std::string hash = sha256_hex(R"({"event":"delivered","sid":"SM1"})");
    ASSERT_EQ(hash, "2900b40589a9e4362125e4ef1e435bde69a21ada730da1780886eefedf2077c7");

    const std::string url = std::string(twilio_url) + "&bodySHA256=" + hash;
    EXPECT_EQ(twilio_json_signature(twilio_token, url), "UaLMgEmt2eW0dCYnVi0CvbAi9PI=");
}

TEST(Signatures, MatchTheGenericHttpVector) {
    EXPECT_EQ(hmac_sha256_hex("whsec_generic_test", R"(1768473000.{"id":"m-1","text":"hi"})"),
              "494cf40f6c8dcac9958e22a980cdb479218f4f96b124458422c68f322a911927");
}

TEST(Signatures, ChangeWithTheBodyAndTheUrl) {
    std::string other(twilio_body);
    other.back() = '2';
    const std::string good = twilio_form_signature(twilio_token, twilio_url, twilio_body);

    EXPECT_NE(twilio_form_signature(twilio_token, twilio_url, other), good);
    EXPECT_NE(twilio_form_signature(twilio_token, "http://gw.example.net/", twilio_body), good);
}

TEST(Signatures, FormsSurviveTheirOwnCoding) {
    const Form form = {{"Body", "Caf\u00e9 & more = ok + \n"}, {"Empty", ""}, {"From", "+1500"}};

    EXPECT_EQ(parse_form(form_text(form)), form);
}

TEST(Signatures, ProvidersPutThemIntoTheirHeaders) {
    Webhook webhook;
    webhook.body = whatsapp_body;
    whatsapp_provider.sign(webhook, "gw-app-secret-01", 0);
    EXPECT_EQ(header(webhook, "X-Hub-Signature-256"),
              "sha256=e5ccdc033870b59610bd42330ee5918a7ac1d3cc392561d2b2128e3414194898");

    Webhook form;
    form.endpoint.signed_url = twilio_url;
    form.body = twilio_body;
    twilio_provider.sign(form, twilio_token, 0);
    EXPECT_EQ(header(form, "X-Twilio-Signature"), "bciHGtU+qGlDNVZBENet8beIUwY=");

    Webhook update;
    telegram_provider.sign(update, "gw_secret-2026", 0);
    EXPECT_EQ(header(update, "X-Telegram-Bot-Api-Secret-Token"), "gw_secret-2026");
}

}  // namespace
}  // namespace postern::sim
