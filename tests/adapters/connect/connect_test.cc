// Walks through an account without a network: what is asked of each provider, in which order, and
// what people are told of the answers. Answers are spelled after the providers' own pages.
#include <deque>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/connect/plan.h"
#include "adapters/registry.h"
#include "tests/adapters/sending_situation.h"

namespace postern::adapters::connect {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view here = "https://gw.example.com/webhooks/acc";

using Settings = std::vector<std::pair<std::string, std::string>>;

struct Walk {
    AdapterConfig config;
    bool connect = false;
    std::string webhook{here};
    std::deque<OwnedAnswer> answers;
    std::vector<std::string> asked;  // "METHOD url body"
    std::vector<Finding> findings;
    std::vector<ConsoleField> console;
    bool webhook_set = false;
    std::string identity;

    Walk(const std::string& channel, const Settings& settings, const Settings& credentials) {
        config.account = "acc";
        config.channel = channel;
        for (const auto& [name, value] : settings) config.settings[name] = value;
        for (const auto& [name, value] : credentials) config.credentials[name].emplace_back(value);
    }
    Walk& answer(std::string body, int status = 200) {
        answers.emplace_back(status, body);
        return *this;
    }
    Walk& run() {
        const Plan& plan = *plan_of(config.channel);
        Inquiry inquiry(config);
        inquiry.webhook = webhook;
        inquiry.connect = connect;
        if (plan.look != nullptr) plan.look(inquiry);
        for (const Step& step : plan.steps) {
            if (inquiry.ended) break;
            const auto call = step.ask(inquiry);
            if (!call) continue;
            asked.push_back(call->method + " " + call->url + " " + call->body);
            if (answers.empty()) break;
            step.read(inquiry, answers.front().view());
            answers.pop_front();
        }
        EXPECT_TRUE(answers.empty()) << answers.size() << " answers were not asked for";
        if (plan.console != nullptr) plan.console(inquiry, console);
        findings = inquiry.findings;
        webhook_set = inquiry.webhook_set;
        identity = inquiry.identity;
        return *this;
    }
    /// "grade found" of the first finding of that check.
    [[nodiscard]] std::string told(std::string_view check) const {
        for (const Finding& finding : findings) {
            if (finding.check == check)
                return std::string(to_string(finding.grade)) + " " + finding.found;
        }
        return "nothing";
    }
    [[nodiscard]] std::string all() const {
        std::string out;
        for (const Finding& one : findings)
            out += one.check + " " + one.found + " " + one.advice + "\n";
        for (const ConsoleField& one : console)
            out += one.where + " " + one.field + " " + one.value + "\n";
        return out;
    }
};

Walk telegram() {
    return {"telegram", {}, {{"bot_token", "123456:ABC"}, {"secret_token", "hush"}}};
}
Walk whatsapp() {
    return {"whatsapp",
            {{"phone_number_id", "1055"}, {"waba_id", "2001"}},
            {{"access_token", "EAAtoken"}, {"app_secret", "appsecret"}, {"verify_token", "words"}}};
}

TEST(Connect, EveryChannelHasAPlan) {
    for (const std::string_view channel : channels())
        EXPECT_NE(plan_of(channel), nullptr) << channel;
    EXPECT_EQ(plan_of("pigeon"), nullptr);
}

TEST(Connect, TelegramsWebhookIsSetWithTheSecretAndReadBack) {
    Walk walk = telegram();
    walk.connect = true;
    walk.answer(R"({"ok":true,"result":{"id":1,"is_bot":true,"username":"shop_bot"}})")
        .answer(R"({"ok":true,"result":true,"description":"Webhook was set"})")
        .answer(R"({"ok":true,"result":{"url":"https://gw.example.com/webhooks/acc",)"
                R"("pending_update_count":0}})")
        .run();
    ASSERT_EQ(walk.asked.size(), 3U);
    EXPECT_EQ(walk.asked[0], "POST https://api.telegram.org/bot123456:ABC/getMe {}");
    EXPECT_THAT(walk.asked[1], HasSubstr(R"("secret_token":"hush")"));
    EXPECT_THAT(walk.asked[1], HasSubstr(R"("callback_query")"));
    EXPECT_EQ(walk.identity, "@shop_bot");
    EXPECT_TRUE(walk.webhook_set);
    EXPECT_EQ(walk.told("webhook"), "ok Telegram sends to " + std::string(here));
}

TEST(Connect, ACheckOfTelegramSetsNothingAndTellsOfTrouble) {
    Walk walk = telegram();
    walk.answer(R"({"ok":true,"result":{"username":"shop_bot"}})")
        .answer(
            R"({"ok":true,"result":{"url":"https://old.example.com/x","pending_update_count":7,)"
            R"("last_error_message":"Wrong response from the webhook: 401 Unauthorized",)"
            R"("allowed_updates":["message"]}})")
        .run();
    EXPECT_EQ(walk.asked.size(), 2U);
    EXPECT_THAT(walk.told("webhook"),
                HasSubstr("fail Telegram sends to https://old.example.com/x"));
    EXPECT_THAT(walk.told("deliveries"), HasSubstr("warn 7 updates wait"));
    EXPECT_THAT(walk.told("updates"), HasSubstr("callback_query, my_chat_member"));
    EXPECT_FALSE(walk.webhook_set);
}

TEST(Connect, ATokenThatIsRefusedEndsTheWalkAndIsNotShown) {
    Walk walk = telegram();
    walk.answer(R"({"ok":false,"error_code":401,"description":"Unauthorized 123456:ABC"})", 401)
        .run();
    EXPECT_EQ(walk.asked.size(), 1U);
    EXPECT_EQ(walk.told("credentials"), "fail the provider answered 401: Unauthorized ***");
}

TEST(Connect, ATokenInAnEscapedUrlOfTheProvidersIsNotShownEither) {
    Walk walk = telegram();
    walk.answer(R"({"ok":false,"error_code":404,"description":"no /bot123456%3AABC/getMe"})", 404)
        .run();
    EXPECT_EQ(walk.told("credentials"), "fail the provider answered 404: no /bot***/getMe");
}

TEST(Connect, OfAUrlNeitherUserNorPasswordNorValuesOfTheQueryAreShown) {
    EXPECT_EQ(shown_url("https://gw.example.com/webhooks/acc"), here);
    EXPECT_EQ(shown_url("https://u:p@h.example:8443/a@b?token=t&x#rc=3&rp=all"),
              "https://h.example:8443/a@b?token=…&…#rc=3&rp=all");
    EXPECT_EQ(shown_url("https://u:p@q@h?hush"), "https://h?…");
    EXPECT_EQ(shown_url("u:p@h/x"), "h/x");
    EXPECT_EQ(shown_url(""), "");
    Walk walk = telegram();
    walk.webhook = "https://gw.example.com/w?token=ours";
    walk.answer(R"({"ok":true,"result":{"username":"b"}})")
        .answer(R"({"ok":true,"result":{"url":"https://u:p@gw.example.com/w?token=other"}})")
        .run();
    EXPECT_EQ(walk.told("webhook"),
              "fail Telegram sends to https://gw.example.com/w?token=… with another user or other "
              "values in its query");
    EXPECT_FALSE(walk.webhook_set) << "it is the whole URL that counts";
}

TEST(Connect, ABotThatPollsWantsNoWebhook) {
    Walk walk = telegram();
    walk.config.settings["inbound"] = "poll";
    walk.connect = true;
    walk.answer(R"({"ok":true,"result":{"username":"b"}})")
        .answer(R"({"ok":true,"result":{"url":""}})")
        .run();
    EXPECT_THAT(walk.told("webhook"), HasSubstr("ok none"));
    EXPECT_EQ(walk.asked.size(), 2U) << "setWebhook would end the polling";
}

TEST(Connect, WithoutATokenTheAccountOnlyReceivesWhichIsNoFailure) {
    for (const auto* channel : {"telegram", "whatsapp", "line", "wechat"}) {
        Walk walk(channel, {}, {});
        walk.run();
        EXPECT_TRUE(walk.asked.empty()) << channel;
        EXPECT_THAT(walk.told("credentials"), HasSubstr("unknown")) << channel;
    }
}

constexpr std::string_view number_answer =
    R"({"display_phone_number":"+57 300 1234567","verified_name":"Acme","platform_type":)"
    R"("CLOUD_API","quality_rating":"GREEN","id":"1055"})";

TEST(Connect, WhatsAppMovesOneBusinessAccountAndNoOther) {
    Walk walk = whatsapp();
    walk.connect = true;
    walk.answer(std::string(number_answer))
        .answer(R"({"id":"7001","name":"Acme app"})")
        .answer(R"({"data":[{"object":"whatsapp_business_account","active":true,)"
                R"("callback_url":"https://other.example.com/hook"}]})")
        .answer(R"({"success":true})")
        .answer(R"({"data":[{"whatsapp_business_api_data":{"id":"7001","name":"Acme app"},)"
                R"("override_callback_uri":"https://gw.example.com/webhooks/acc"}]})")
        .run();
    ASSERT_EQ(walk.asked.size(), 5U) << "the app's own callback serves others: it stays";
    EXPECT_THAT(walk.asked[3],
                HasSubstr("POST https://graph.facebook.com/v25.0/2001/subscribed_apps"));
    EXPECT_THAT(walk.asked[3], HasSubstr(R"("override_callback_uri":"https://gw.example.com/)"));
    EXPECT_EQ(walk.told("app_secret"), "ok it is this app's");
    EXPECT_TRUE(walk.webhook_set);
    EXPECT_TRUE(walk.console.empty()) << "nothing is left to a person";
}

TEST(Connect, AnAppWithoutWebhooksGetsOurs) {
    Walk walk = whatsapp();
    walk.connect = true;
    walk.answer(std::string(number_answer))
        .answer(R"({"id":"7001","name":"Acme app"})")
        .answer(R"({"data":[]})")
        .answer(R"({"success":true})")
        .answer(R"({"success":true})")
        .answer(R"({"data":[{"whatsapp_business_api_data":{"id":"7001"}}]})")
        .run();
    ASSERT_EQ(walk.asked.size(), 6U);
    EXPECT_THAT(walk.asked[3], HasSubstr("/7001/subscriptions object=whatsapp_business_account&"));
    EXPECT_THAT(walk.asked[4], Not(HasSubstr("override"))) << "the app's own is enough now";
    EXPECT_TRUE(walk.webhook_set);
}

TEST(Connect, AWrongAppSecretIsFoundBeforeAWebhookIsRefused) {
    Walk walk = whatsapp();
    walk.answer(std::string(number_answer))
        .answer(R"({"id":"7001","name":"Acme app"})")
        .answer(R"({"error":{"message":"Error validating application. Invalid application )"
                R"(secret appsecret.","type":"OAuthException","code":190}})",
                400)
        .answer(R"({"data":[]})")
        .run();
    EXPECT_THAT(walk.told("app_secret"), HasSubstr("fail the provider answered 400: code 190"));
    EXPECT_THAT(walk.told("subscription"), HasSubstr("fail the app is not subscribed"));
    EXPECT_THAT(walk.all(), Not(HasSubstr("appsecret")));
    EXPECT_THAT(walk.all(), HasSubstr("Verify token what credentials.verify_token says"));
    EXPECT_THAT(walk.all(), Not(HasSubstr("words"))) << "no credential is shown";
}

TEST(Connect, WithoutAVerifyTokenNoCallbackIsTakenAway) {
    Walk walk("whatsapp", {{"phone_number_id", "1055"}, {"waba_id", "2001"}},
              {{"access_token", "EAAtoken"}});
    walk.connect = true;
    walk.answer(std::string(number_answer))
        .answer(R"({"error":{"message":"no","code":100}})", 400)
        .answer(R"({"data":[]})")
        .run();
    EXPECT_EQ(walk.asked.size(), 3U);
    EXPECT_THAT(walk.told("subscribe"), HasSubstr("fail credentials.verify_token is missing"));
}

TEST(Connect, APageIsSubscribedWithAllThatIsUnderstood) {
    Walk walk("messenger", {{"page_id", "400300"}},
              {{"access_token", "t"}, {"app_secret", "s3cret"}, {"verify_token", "v"}});
    walk.connect = true;
    walk.answer(R"({"id":"400300","name":"Acme"})")
        .answer(R"({"id":"7001","name":"app"})")
        .answer(R"({"data":[{"object":"page","active":true,"callback_url":")" + std::string(here) +
                R"("}]})")
        .answer(R"({"success":true})")
        .answer(
            R"({"data":[{"id":"7001","subscribed_fields":["messages","messaging_postbacks"]}]})")
        .run();
    EXPECT_THAT(walk.asked[3], HasSubstr("subscribed_fields=messages%2Cmessaging_postbacks"));
    EXPECT_THAT(walk.told("subscription"), HasSubstr("warn the app does not get messaging_optins"));
    EXPECT_TRUE(walk.webhook_set);
}

TEST(Connect, AnInstagramTokenOfAnotherAccountIsTold) {
    Walk walk("instagram", {{"instagram_id", "17840001"}}, {{"access_token", "t0k"}});
    walk.answer(R"({"user_id":"17849999","username":"other"})").answer(R"({"data":[]})").run();
    EXPECT_THAT(walk.asked[0], HasSubstr("GET https://graph.instagram.com/v25.0/me?fields="));
    EXPECT_THAT(walk.told("credentials"), HasSubstr("fail the token is of @other (17849999)"));
}

TEST(Connect, LinesOwnTestProvesTheSecret) {
    Walk walk("line", {}, {{"access_token", "tok"}, {"channel_secret", "sec"}});
    walk.connect = true;
    walk.answer(R"({"displayName":"Acme","basicId":"@acme","chatMode":"bot"})")
        .answer("{}")
        .answer(R"({"endpoint":"https://gw.example.com/webhooks/acc","active":true})")
        .answer(R"({"success":false,"statusCode":401,"reason":"ERROR_STATUS_CODE",)"
                R"("detail":"401"})")
        .run();
    ASSERT_EQ(walk.asked.size(), 4U);
    EXPECT_THAT(walk.asked[1],
                HasSubstr("PUT https://api.line.me/v2/bot/channel/webhook/endpoint"));
    EXPECT_THAT(walk.told("webhook_test"), HasSubstr("fail LINE's test failed"));
    EXPECT_THAT(walk.all(), HasSubstr("channel_secret is not this channel's"));
}

TEST(Connect, LineSaysThatItsWebhooksAreSwitchedOff) {
    Walk walk("line", {}, {{"access_token", "tok"}});
    walk.answer(R"({"displayName":"Acme","basicId":"@acme","chatMode":"chat"})")
        .answer(R"({"message":"Webhook endpoint not found"})", 404)
        .run();
    EXPECT_THAT(walk.told("webhook"), HasSubstr("fail LINE has no webhook"));
    EXPECT_THAT(walk.told("chat_mode"), HasSubstr("warn"));
}

TEST(Connect, ViberTakesAUrlThatAnswersOnly) {
    Walk walk("viber", {}, {{"auth_token", "tok"}});
    walk.connect = true;
    walk.answer(R"({"status":0,"status_message":"ok","name":"Acme","subscribers_count":3})")
        .answer(R"({"status":1,"status_message":"invalidUrl"})")
        .answer(R"({"status":0,"status_message":"ok","name":"Acme","webhook":""})")
        .run();
    EXPECT_THAT(walk.told("set_webhook"), HasSubstr("status 1, invalidUrl"));
    EXPECT_THAT(walk.told("webhook"), HasSubstr("fail Viber has no webhook"));
}

TEST(Connect, TwilioIsNotSentWhereNoSignatureWouldFit) {
    Walk walk("twilio",
              {{"account_sid", "AC1"}, {"from", "+15005550006"}, {"public_url", "https://a/b"}},
              {{"auth_token", "tok"}});
    walk.connect = true;
    walk.run();
    EXPECT_TRUE(walk.asked.empty());
    EXPECT_THAT(walk.told("public_url"), HasSubstr("fail public_url is https://a/b"));
    walk.config.settings["public_url"] = "https://user:hush@a/b?key=hush";
    EXPECT_EQ(walk.run().told("public_url"), "fail public_url is https://a/b?key=…, not " +
                                                 std::string(here) + ": no signature would fit");
}

TEST(Connect, TwiliosNumberIsLookedUpChangedAndReadBack) {
    Walk walk("twilio", {{"account_sid", "AC1"}, {"from", "+15005550006"}},
              {{"auth_token", "tok"}});
    walk.connect = true;
    walk.answer(R"({"friendly_name":"Acme","status":"active"})")
        .answer(R"({"incoming_phone_numbers":[{"sid":"PN1","sms_url":"https://old","capabilities":)"
                R"({"sms":true}}]})")
        .answer(R"({"sid":"PN1","sms_url":"https://gw.example.com/webhooks/acc#rc=3&rp=all",)"
                R"("sms_method":)"
                R"("POST","capabilities":{"sms":true}})")
        .run();
    ASSERT_EQ(walk.asked.size(), 3U);
    EXPECT_THAT(walk.asked[1], HasSubstr("IncomingPhoneNumbers.json?PhoneNumber=%2B15005550006"));
    EXPECT_THAT(walk.asked[2], HasSubstr("/PN1.json SmsUrl=https%3A%2F%2Fgw."));
    EXPECT_THAT(walk.asked[2], HasSubstr("%23rc%3D3%26rp%3Dall")) << "or Twilio tries once";
    EXPECT_EQ(walk.told("webhook"), "ok Twilio sends to " + std::string(here));
}

TEST(Connect, ATwilioWebhookThatIsNotRetriedIsToldOf) {
    Walk walk("twilio", {{"account_sid", "AC1"}, {"from", "+15005550006"}},
              {{"auth_token", "tok"}});
    walk.answer(R"({"friendly_name":"Acme","status":"active"})")
        .answer(R"({"incoming_phone_numbers":[{"sid":"PN1","sms_url":)"
                R"("https://gw.example.com/webhooks/acc","capabilities":{"sms":true}}]})")
        .run();
    EXPECT_TRUE(walk.webhook_set);
    EXPECT_THAT(walk.told("retries"), HasSubstr("warn a webhook that fails once"));
}

TEST(Connect, TwiliosServiceIsAnotherHost) {
    Walk walk("twilio", {{"account_sid", "AC1"}, {"messaging_service_sid", "MG1"}},
              {{"auth_token", "tok"}});
    walk.answer(R"({"friendly_name":"Acme","status":"suspended"})")
        .answer(R"({"friendly_name":"Shop","inbound_request_url":null})")
        .run();
    EXPECT_THAT(walk.asked[1], HasSubstr("GET https://messaging.twilio.com/v1/Services/MG1"));
    EXPECT_THAT(walk.told("credentials"), HasSubstr("fail the account Acme is suspended"));
    EXPECT_THAT(walk.told("webhook"), HasSubstr("fail Twilio has no webhook"));
}

TEST(Connect, VonagesApplicationNamesBothUrls) {
    Walk walk("vonage", {{"api", "messages"}, {"api_key", "k"}, {"application_id", "app1"}},
              {{"api_secret", "sec"}});
    walk.answer(R"({"value":0,"autoReload":false})")
        .answer(
            R"({"name":"Acme","capabilities":{"messages":{"webhooks":{"inbound_url":{"address":)"
            R"("https://gw.example.com/webhooks/acc"},)"
            R"("status_url":{"address":"https://u:p@x?t=hush"}}}}})")
        .run();
    EXPECT_THAT(walk.told("balance"), HasSubstr("warn the balance is spent"));
    EXPECT_THAT(walk.told("receipts"), HasSubstr("warn Vonage sends receipts to https://x?t=…"));
    EXPECT_TRUE(walk.webhook_set);
}

TEST(Connect, WeChatNamesItsWhitelist) {
    Walk walk("wechat", {{"app_id", "wx1"}}, {{"app_secret", "sec"}, {"token", "tok"}});
    walk.answer(R"({"errcode":40164,"errmsg":"invalid ip 203.0.113.9, not in whitelist"})").run();
    EXPECT_THAT(walk.told("credentials"), HasSubstr("203.0.113.9"));
    EXPECT_THAT(walk.all(), HasSubstr("IP whitelist: add this machine's public address"));
    EXPECT_THAT(walk.all(), HasSubstr("Message encryption plain mode"));
}

TEST(Connect, WeChatsTokenIsItsOwnersToKeep) {
    Walk walk("wechat", {{"app_id", "wx1"}}, {{"app_secret", "sec"}, {"token", "tok"}});
    walk.answer(R"({"access_token":"T1","expires_in":7200})")
        .answer(R"({"ip_list":["127.0.0.1/25"]})")
        .run();
    ASSERT_EQ(walk.asked.size(), 2U);
    EXPECT_THAT(walk.asked[0], HasSubstr("/cgi-bin/stable_token"));
    EXPECT_EQ(walk.asked[1], "GET https://api.weixin.qq.com/cgi-bin/getcallbackip ")
        << "who makes the call adds the token";
    EXPECT_THAT(walk.told("token"), HasSubstr("ok it is taken"));
}

TEST(Connect, AnHttpProvidersHostIsAskedForItsRootAlone) {
    Walk walk("http", {{"send", R"({"url":"https://sms.example.com/v1/send?to={{to}}"})"}}, {});
    walk.answer("not found", 404).run();
    EXPECT_THAT(walk.asked, ElementsAre("GET https://sms.example.com/ "));
    EXPECT_EQ(walk.told("provider"), "ok https://sms.example.com answers (404)");
}

TEST(Connect, AnAnswerThatIsNoJsonEndsInWords) {
    for (const auto* channel : {"telegram", "viber", "line"}) {
        Walk walk(channel, {}, {{"bot_token", "1:a"}, {"auth_token", "a"}, {"access_token", "a"}});
        walk.answer("<html>502 Bad Gateway</html>", 502).run();
        EXPECT_THAT(walk.told("credentials"), HasSubstr("fail the provider answered 502"))
            << channel;
    }
}

}  // namespace
}  // namespace postern::adapters::connect
