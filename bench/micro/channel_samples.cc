// Shapes after the providers' documents, as in tests/adapters; the words are of our own.
#include "bench/micro/channel_samples.h"

#include <array>

namespace postern::micro {
namespace {

using adapters::Secret;

constexpr std::size_t body_bytes = 700;

constexpr std::array samples = {
    ChannelSample{
        "whatsapp", "whatsapp",
        R"({"object":"whatsapp_business_account","entry":[{"id":"200100","changes":[{"value":)"
        R"({"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550001111",)"
        R"("phone_number_id":"300200"},"contacts":[{"profile":{"name":"Ana"},"wa_id":)"
        R"("573001234567"}],"messages":[{"from":"573001234567","id":"wamid.HBgLNTczMDAx",)"
        R"("timestamp":"1767225600","type":"text","text":{"body":")",
        R"("}}]},"field":"messages"}]}]})"},
    ChannelSample{"messenger", "messenger",
                  R"({"object":"page","entry":[{"id":"400300","time":1767225600123,"messaging":[)"
                  R"({"sender":{"id":"7001"},"recipient":{"id":"400300"},"timestamp":)"
                  R"(1767225600001,"message":{"mid":"m_TEST01","text":")",
                  R"("}}]}]})"},
    ChannelSample{"instagram", "instagram",
                  R"({"object":"instagram","entry":[{"id":"17840001","time":1767225600123,)"
                  R"("messaging":[{"sender":{"id":"8001"},"recipient":{"id":"17840001"},)"
                  R"("timestamp":1767225600001,"message":{"mid":"ig_TEST01","text":")",
                  R"("}}]}]})"},
    ChannelSample{"telegram", "telegram",
                  R"({"update_id":900001,"message":{"message_id":55,"from":{"id":77,"is_bot":)"
                  R"(false,"first_name":"Ivo","username":"ivo","language_code":"bg"},"chat":)"
                  R"({"id":77,"type":"private","first_name":"Ivo"},"date":1767225600,"text":")",
                  R"("}})"},
    ChannelSample{"line", "line",
                  R"({"destination":"U00000000000000000000000000000001","events":[{"type":)"
                  R"("message","mode":"active","timestamp":1767225600123,"source":{"type":"user",)"
                  R"("userId":"U00000000000000000000000000000099"},"webhookEventId":)"
                  R"("01JGFJJZ000000000000000001","deliveryContext":{"isRedelivery":false},)"
                  R"("replyToken":"rt0001","message":{"id":"500001","type":"text","quoteToken":)"
                  R"("qt0001","text":")",
                  R"("}}]})"},
    ChannelSample{"viber", "viber",
                  R"({"event":"message","timestamp":1767225600200,"message_token":)"
                  R"(5900000000000000002,"sender":{"id":"dGVzdA==","name":"Mira","avatar":)"
                  R"("https://a.example/1","country":"BG","language":"bg","api_version":10},)"
                  R"("message":{"type":"text","text":")",
                  R"("},"silent":false})"},
    ChannelSample{"wechat", "wechat",
                  "<xml><ToUserName><![CDATA[gh_test]]></ToUserName><FromUserName>"
                  "<![CDATA[oTESTOPENID01]]></FromUserName><CreateTime>1767225600</CreateTime>"
                  "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[",
                  "]]></Content><MsgId>23000000000000001</MsgId></xml>"},
    ChannelSample{"twilio", "twilio",
                  "ToCountry=US&MessageSid=SM00000000000000000000000000000001&AccountSid="
                  "AC00000000000000000000000000000002&From=%2B573001234567&To=%2B15005550001&"
                  "NumMedia=0&NumSegments=1&ApiVersion=2010-04-01&Body=",
                  "&FromCountry=CO"},
    ChannelSample{"vonage sms", "vonage",
                  R"({"api-key":"abcd1234","msisdn":"573001234567","to":"447700900000",)"
                  R"("messageId":"0A0000000000AA01","type":"text","keyword":"HOLA,",)"
                  R"("message-timestamp":"2026-01-01 10:30:00","timestamp":"1767225600",)"
                  R"("nonce":"nonce-0001","text":")",
                  R"("})"},
    ChannelSample{"vonage messages", "vonage",
                  R"({"channel":"whatsapp","message_uuid":"aaaaaaaa-bbbb-4ccc-8ddd-000000000001",)"
                  R"("to":"14155550100","from":"573001234567","timestamp":"2026-01-01T10:30:00Z",)"
                  R"("profile":{"name":"Ana"},"message_type":"text","text":")",
                  R"("})", "whatsapp:+14155550100", "messages"},
    ChannelSample{"http", "http",
                  R"({"type":"message","id":"m-1","from":"+573001234567","text":")", R"("})"},
};

}  // namespace

std::span<const ChannelSample> channel_samples() {
    return samples;
}

std::string body_of(const ChannelSample& sample) {
    static constexpr std::string_view words = "buenas, ya pasaron por el pedido ";
    std::string body(sample.before);
    while (body.size() + sample.after.size() < body_bytes) {
        // A form and a document of XML want no blanks.
        for (const char c : words) body += c == ' ' || c == ',' ? '+' : c;
    }
    return body.append(sample.after);
}

adapters::AdapterConfig config_of(const ChannelSample& sample) {
    adapters::AdapterConfig config;
    config.account = "bench";
    config.channel = sample.channel;
    for (const char* name : {"app_secret", "verify_token", "secret_token", "channel_secret",
                             "signature_secret", "api_secret", "secret"}) {
        config.credentials[name] = {Secret("bench-secret")};
    }
    config.credentials["access_token"] = {Secret(std::string(200, 'E'))};
    config.credentials["bot_token"] = {Secret("123456:" + std::string(35, 'a'))};
    config.credentials["auth_token"] = {Secret(std::string(32, '0'))};
    config.credentials["token"] = {Secret("gwtoken2026")};
    config.settings["phone_number_id"] = "300200";
    config.settings["page_id"] = "400300";
    config.settings["instagram_id"] = "17840001";
    config.settings["app_id"] = "wx0000000000000001";
    config.settings["account_sid"] = "AC00000000000000000000000000000002";
    config.settings["public_url"] = "https://gateway.example.com/webhooks/bench";
    config.settings["api_key"] = "abcd1234";
    config.settings["from"] = sample.from;
    config.settings["api"] = sample.api;
    config.settings["send"] = R"({"url":"https://api.provider.test/v2/sms",)"
                              R"("headers":{"Authorization":"Bearer {{secret}}"},)"
                              R"("body":{"id":"{{echo}}","to":"{{to}}","text":"{{text}}"}})";
    return config;
}

}  // namespace postern::micro
