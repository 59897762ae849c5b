// The published vectors of providers/chat.md and providers/sms-email-web.md: the simulator must
// sign as the providers do, on its own.
#include "gateway/sim/signatures.h"

#include <gtest/gtest.h>

#include "gateway/sim/provider.h"
#include "gateway/sim/vonage_signature.h"
#include "gateway/sim/wechat_webhook.h"

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

TEST(Signatures, MatchTheVectorsOfMessengerAndInstagram) {
    constexpr std::string_view page =
        R"({"object":"page","entry":[{"id":"400300","time":1767225600123,"messaging":[{"sender":)"
        R"({"id":"7001"},"recipient":{"id":"400300"},"timestamp":1767225600001,"message":)"
        R"({"mid":"m_TEST01","text":"order status?"}}]}]})";
    Webhook webhook;
    webhook.body = page;
    messenger_provider.sign(webhook, "gw-app-secret-01", 0);
    EXPECT_EQ(header(webhook, "X-Hub-Signature-256"),
              "sha256=965f9538c8e47d321d071c24e82c9ee87f3d3a0129fe442bd16731e570963074");
    webhook = {};
    webhook.body =
        R"({"object":"instagram","entry":[{"id":"17840001","time":1767225600123,"messaging":[)"
        R"({"sender":{"id":"8001"},"recipient":{"id":"17840001"},"timestamp":1767225600001,)"
        R"("message":{"mid":"ig_TEST01","text":"is it in stock?"}}]}]})";
    instagram_provider.sign(webhook, "gw-ig-app-secret", 0);
    EXPECT_EQ(header(webhook, "X-Hub-Signature-256"),
              "sha256=0be13cd771f435209b4bbd82b5e453453b2532f9e809e103b510744f998669ba");
}

TEST(Signatures, MatchTheVectorsOfLineAndViber) {
    Webhook webhook;
    webhook.body = R"({"destination":"U00000000000000000000000000000001","events":[]})";
    line_provider.sign(webhook, "line-channel-secret-01", 0);
    EXPECT_EQ(header(webhook, "X-Line-Signature"), "gb7kyPO5HQGuxobI7F5WqGpdl1TqHzs10Z3a9dP5tlg=");
    webhook = {};
    webhook.body =
        R"({"event":"delivered","timestamp":1767225600123,"message_token":5900000000000000001,)"
        R"("user_id":"dGVzdC11c2VyLTAwMQ=="})";
    viber_provider.sign(webhook, "4453b6ac12345678-e02c5f12174805f9-aaec63c5a1b2c3d4", 0);
    EXPECT_EQ(header(webhook, "X-Viber-Content-Signature"),
              "2ea4bae4109c656706d8beef4c7380929d1412f0dbf49f03789436045741b4b3");
}

TEST(Signatures, MatchTheVectorsOfWeChat) {
    EXPECT_EQ(wechat_signature({"gwtoken2026", "1767225600", "987654321"}),
              "8b46e964114bf783d1aff422ec374eb2669a4823");
    EXPECT_EQ(wechat_signature({"Ztoken", "1767225600", "1abc"}),
              "069679ee141ddf66a2dfb3afd7e6bff48d4f1128");
    EXPECT_EQ(wechat_signature({"0token", "1767225600", "9abc"}),
              "c728438ae53b813716fdd6452233b9db8ff18861");
}

TEST(Signatures, AWeChatPushIsSignedInItsQueryAndItsCipherIsCovered) {
    Webhook webhook;
    webhook.endpoint = demo_endpoint("wechat", "http://127.0.0.1:1/webhooks");
    webhook.endpoint.aes_key = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY";
    webhook.body = "<xml/>";
    wechat_provider.sign(webhook, "gwtoken2026", 1'767'225'600);
    const std::string& url = webhook.endpoint.url;
    const std::string cipher = webhook.body.substr(
        webhook.body.find("<Encrypt><![CDATA[") + 18,
        webhook.body.find("]]></Encrypt>") - webhook.body.find("<Encrypt><![CDATA[") - 18);
    const std::string nonce = url.substr(url.find("nonce=") + 6, 10);
    EXPECT_NE(
        url.find("msg_signature=" + wechat_signature({"gwtoken2026", "1767225600", nonce, cipher})),
        std::string::npos);
    EXPECT_EQ(cipher.size() % 4, 0u);
}

TEST(Signatures, MatchTheVectorOfVonage) {
    const Form form = {{"api-key", "abcd1234"},
                       {"keyword", "A&B=C"},
                       {"message-timestamp", "2026-01-15 10:30:00"},
                       {"messageId", "0A00000012345678"},
                       {"msisdn", "447700900001"},
                       {"nonce", "nonce-0001"},
                       {"text", "A&B=C"},
                       {"timestamp", "1768473000"},
                       {"to", "447700900000"},
                       {"type", "text"},
                       {"sig", "whatever"}};
    EXPECT_EQ(vonage_signature(form, "sigsecret"),
              "edfd91503d065ea724a8aeaab44947ba7958bf95d28e42b1945127b57df5751c");
    EXPECT_EQ(vonage_date(1'768'473'000), "2026-01-15 10:30:00");
}

}  // namespace
}  // namespace postern::sim
