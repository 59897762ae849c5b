// Windows, blocks, quotas and polling as a gateway meets them over HTTP: the providers know by
// themselves, in their own words.
#include <gtest/gtest.h>

#include "tests/sim/sim_rig.h"

namespace postern::sim {
namespace {

class Windows : public SimRig {
  protected:
    void inbound(const std::string& body) {
        const auto answer = json("/_sim/inbound", body);
        ASSERT_TRUE(answer.status == 200 || answer.status == 202) << answer.body;
    }
    void person(const std::string& body) {
        const auto answer = json("/_sim/people", body);
        ASSERT_EQ(answer.status, 200) << answer.body;
    }
    net::ClientResponse messenger(const std::string& more) {
        return json("/messenger/v25.0/400300/messages",
                    R"({"recipient":{"id":"7001"},)" + more + R"(,"message":{"text":"hi"}})",
                    {{"Authorization", "Bearer fb-token"}});
    }
    net::ClientResponse viber() {
        return json("/viber/pa/send_message",
                    R"({"receiver":"dGVzdA==","sender":{"name":"D"},"type":"text","text":"hi"})",
                    {{"X-Viber-Auth-Token", "4453b6ac12345678-e02c5f12174805f9-aaec63c5a1b2c3d4"}});
    }
    net::ClientResponse line() {
        return json("/line/v2/bot/message/push",
                    R"({"to":"U0123456789abcdef0123456789abcdef",)"
                    R"("messages":[{"type":"text","text":"hi"}]})",
                    {{"Authorization", "Bearer line-token"}});
    }
    void expect(const net::ClientResponse& answer, const std::string& part) {
        expect(answer.body, part);
    }
    void expect(const std::string& text, const std::string& part) {
        EXPECT_NE(text.find(part), std::string::npos) << text;
    }
};

TEST_F(Windows, OfMetaOpenWithAMessageAndCloseADayLater) {
    set_faults(R"({"windows":1})");
    expect(whatsapp_text("+573001112233"), R"("code":131047)");
    expect(whatsapp(R"({"messaging_product":"whatsapp","to":"573001112233","type":"template",)"
                    R"("template":{"name":"order_ready","language":{"code":"es"}}})"),
           R"("message_status":"accepted")");
    inbound(R"({"channel":"whatsapp","from":"573001112233","text":"hi"})");
    expect(whatsapp_text("+573001112233"), "wamid.");
    person(R"({"channel":"whatsapp","address":"573001112233","last_inbound_ago_s":86401})");
    expect(whatsapp_text("+573001112233"), R"("code":131047)");

    const std::string response = R"("messaging_type":"RESPONSE")";
    const std::string human = R"("messaging_type":"MESSAGE_TAG","tag":"HUMAN_AGENT")";
    expect(messenger(response), R"("error_subcode":2018278)");
    person(R"({"channel":"messenger","address":"7001","last_inbound_ago_s":86401})");
    expect(messenger(response), R"("code":10)");
    expect(messenger(human), "message_id");
    person(R"({"channel":"messenger","address":"7001","last_inbound_ago_s":604801})");
    expect(messenger(human), R"("error_subcode":2018278)");
    expect(json("/instagram/me/messages", R"({"recipient":{"id":"8001"},"message":{"text":"hi"}})",
                {{"Authorization", "Bearer any"}}),
           R"("error_subcode":2534022)");
    EXPECT_EQ(ledger_count(), 3u);
}

TEST_F(Windows, OfBotsOpenWithTheFirstMessage) {
    set_faults(R"({"windows":1})");
    const std::string text = R"({"chat_id":77,"text":"hi"})";
    expect(telegram("sendMessage", text), "can't initiate conversation");
    inbound(R"({"channel":"telegram","from":"77","text":"/start"})");
    expect(telegram("sendMessage", text), R"("ok":true)");
    inbound(R"({"channel":"telegram","from":"77","kind":"opt_out"})");
    expect(telegram("sendMessage", text), "blocked by the user");

    expect(viber(), R"("status":6)");
    inbound(R"({"channel":"viber","from":"dGVzdA==","kind":"opt_in"})");
    expect(viber(), R"("status":0)");

    EXPECT_EQ(line().status, 200) << "LINE has no window";
    person(R"({"channel":"line","address":"U0123456789abcdef0123456789abcdef","blocked":true})");
    EXPECT_EQ(line().status, 200) << "and tells nobody of a block";
    EXPECT_EQ(ledger_count(), 3u);
}

TEST_F(Windows, OfWhatsAppHoldOverTwilioAndAreToldByAStatus) {
    set_faults(R"({"windows":1})");
    const std::string form = "To=whatsapp%3A%2B573001112233&MessagingServiceSid=MG" +
                             std::string(32, '0') + "&StatusCallback=" + gateway_url() +
                             "/webhooks/sms-main&";
    EXPECT_EQ(twilio(form + "Body=hi").status, 201);
    const auto told = taker.wait_for(1);
    ASSERT_GE(told.size(), 1u);
    EXPECT_NE(told[0].body.find("ErrorCode=63016"), std::string::npos) << told[0].body;
    EXPECT_EQ(twilio(form + "ContentSid=HX" + std::string(32, '0')).status, 201);
    const auto sent = taker.wait_for(2);
    ASSERT_GE(sent.size(), 2u);
    EXPECT_EQ(sent[1].body.find("ErrorCode"), std::string::npos) << sent[1].body;
}

TEST_F(Windows, HoldOfPeopleWhoWereToldOfAloneWithoutStrictness) {
    expect(whatsapp_text("+573001112233"), "wamid.");
    person(R"({"channel":"whatsapp","address":"573001112233","blocked":true})");
    expect(whatsapp_text("+573001112233"), R"("code":131026)");
    expect(whatsapp_text("+573001112244"), "wamid.");
    expect(get("/_sim/people"), R"("address":"573001112233","blocked":true)");
    EXPECT_EQ(json("/_sim/people", R"({"channel":"whatsapp","address":""})").status, 400);
}

TEST_F(Windows, OfAMonthAreAQuota) {
    set_faults(R"({"accounts":{"line-main":{"monthly_quota":2}}})");
    EXPECT_EQ(line().status, 200);
    EXPECT_EQ(line().status, 200);
    const auto spent = line();
    EXPECT_EQ(spent.status, 429);
    expect(spent, "monthly limit");
    EXPECT_EQ(ledger_count(), 2u);
}

TEST_F(Windows, ABotHasAWebhookOrPollsAndItsUpdatesWaitUntilTheyAreConfirmed) {
    expect(telegram("getUpdates", "{}"), "can't use getUpdates method while webhook is active");
    expect(telegram("deleteWebhook", "{}"), R"("result":true)");
    expect(telegram("getUpdates", "{}"), R"("result":[])");
    expect(telegram("getUpdates", R"({"limit":0})"), "invalid limit");
    for (const char* text : {"one", "two"}) {
        inbound(R"({"channel":"telegram","from":"77","wait":false,"text":")" + std::string(text) +
                "\"}");
    }
    const std::string first = telegram("getUpdates", R"({"limit":1,"timeout":10})").body;
    EXPECT_NE(first.find(R"("text":"one")"), std::string::npos) << first;
    EXPECT_EQ(first.find(R"("text":"two")"), std::string::npos);
    EXPECT_EQ(telegram("getUpdates", R"({"limit":1})").body, first) << "again until confirmed";
    const std::size_t at = first.find("\"update_id\":") + 12;
    const std::string next = std::to_string(std::stoll(first.substr(at)) + 1);
    const std::string second =
        telegram("getUpdates", R"({"timeout":10,"offset":)" + next + "}").body;
    EXPECT_EQ(second.find(R"("text":"one")"), std::string::npos);
    EXPECT_NE(second.find(R"("text":"two")"), std::string::npos) << second;
    expect(get("/_sim/sent?acknowledged=1"), R"("acknowledged":true)");
    EXPECT_EQ(taker.wait_for(0).size(), 0u) << "nothing was posted";
    expect(telegram("getUpdates", R"({"offset":-1})"), R"("text":"two")");
    expect(telegram("setWebhook", R"({"url":"https://gw.example/tg"})"), R"("result":true)");
    expect(telegram("getUpdates", "{}"), R"("error_code":409)");
}

TEST_F(Windows, ABotThatPollsGetsWhatItsConfirmationSetsFree) {
    expect(telegram("deleteWebhook", "{}"), R"("result":true)");
    // More than are under way at once: the rest comes when the first are confirmed.
    inbound(R"({"channel":"telegram","from":"77","text":"hi","count":70,"wait":false})");
    std::size_t updates = 0;
    std::int64_t offset = 0;
    while (updates < 70) {
        const std::string body =
            telegram("getUpdates", R"({"timeout":10,"offset":)" + std::to_string(offset) + "}")
                .body;
        std::size_t at = body.find("\"update_id\":");
        ASSERT_NE(at, std::string::npos) << body;
        for (; at != std::string::npos; at = body.find("\"update_id\":", at + 1)) {
            ++updates;
            offset = std::stoll(body.substr(at + 12)) + 1;
        }
    }
    EXPECT_EQ(updates, 70u);
}

// The stream of a bot that never named them has reactions; Telegram's own list has not.
TEST_F(Windows, ABotGetsTheUpdatesThatItAskedFor) {
    const auto react = [this] {
        inbound(R"({"channel":"telegram","from":"77","text":"hi"})");
        return json("/_sim/inbound", R"({"channel":"telegram","kind":"reaction","from":"77"})")
            .body;
    };
    expect(react(), R"("sent":1)");
    expect(telegram("setWebhook", R"({"url":"https://gw.example/tg"})"), R"("result":true)");
    json("/_sim/inbound", R"({"channel":"telegram","account":"tg-main","url":")" + gateway_url() +
                              R"(/webhooks/tg-main","from":"77","text":"hi"})");
    expect(react(), R"("sent":0)");
    expect(telegram("setWebhook",
                    R"({"url":"https://gw.example/tg","allowed_updates":["message_reaction"]})"),
           R"("result":true)");
    expect(telegram("getWebhookInfo", "{}"), R"("allowed_updates":["message_reaction"])");
    expect(telegram("setWebhook", R"({"url":"https://gw.example/tg"})"), R"("result":true)");
    expect(telegram("getWebhookInfo", "{}"), R"("allowed_updates":["message_reaction"])");
    expect(telegram("setWebhook", R"({"url":"https://gw.example/tg","allowed_updates":"all"})"),
           "can't parse allowed updates");
}

// LINE: single use, of that chat, free of the month's quota, and no retry key.
TEST_F(Windows, ALineReplyTokenIsGoodForOneAnswer) {
    set_faults(R"({"accounts":{"line-main":{"monthly_quota":1}}})");
    inbound(R"({"channel":"line","from":"U0123456789abcdef0123456789abcdef","text":"hi"})");
    const std::string event = taker.wait_for(1).at(0).body;
    const std::size_t at = event.find(R"("replyToken":")") + 14;
    const std::string token = event.substr(at, event.find('"', at) - at);
    const Headers bearer = {{"Authorization", "Bearer line-token"}};
    const auto reply = [&](const std::string& given, const Headers& headers) {
        return json("/line/v2/bot/message/reply",
                    R"({"replyToken":")" + given + R"(","messages":[{"type":"text","text":"ok"}]})",
                    headers);
    };
    Headers keyed = bearer;
    keyed.emplace_back("X-Line-Retry-Key", "123e4567-e89b-12d3-a456-426614174000");
    EXPECT_EQ(reply(token, keyed).status, 400);
    EXPECT_EQ(line().status, 200) << "the month's one message";
    const auto answered = reply(token, bearer);
    EXPECT_EQ(answered.status, 200) << answered.body;
    expect(get("/_sim/ledger"), R"("to":"U0123456789abcdef0123456789abcdef")");
    for (const std::string& spent : {token, std::string("rt-of-nobody")}) {
        const auto refused = reply(spent, bearer);
        EXPECT_EQ(refused.status, 400);
        expect(refused, "Invalid reply token");
    }
    EXPECT_EQ(ledger_count(), 2u);
}

TEST_F(Windows, WhoOnlyOpensAViberChatMayBeWelcomedOnce) {
    set_faults(R"({"windows":1})");
    expect(viber(), R"("status":6)");
    inbound(R"({"channel":"viber","kind":"opened","from":"dGVzdA==","text":"ref42"})");
    const std::string event = taker.wait_for(1).at(0).body;
    expect(event, R"("event":"conversation_started")");
    expect(event, R"("type":"open","context":"ref42")");
    expect(event, R"("subscribed":false)");
    expect(viber(), R"("status":0)");
    expect(viber(), R"("status":6)");
    person(R"({"channel":"viber","address":"dGVzdA==","forget":true})");
    inbound(R"({"channel":"viber","kind":"opt_in","from":"dGVzdA=="})");
    expect(viber(), R"("status":0)");
    expect(viber(), R"("status":0)");
}

TEST_F(Windows, ViberTellsOnlyOfTheEventsThatTheWebhookWasSetFor) {
    const Headers token = {
        {"X-Viber-Auth-Token", "4453b6ac12345678-e02c5f12174805f9-aaec63c5a1b2c3d4"}};
    const std::string url = R"("url":")" + gateway_url() + R"(/webhooks/viber-main")";
    const auto set = [&](const std::string& more) {
        return json("/viber/pa/set_webhook", "{" + url + more + "}", token);
    };
    expect(set(R"(,"event_types":["delivered","hologram"])"), R"("status":3)");
    expect(set(R"(,"event_types":["seen"])"),
           R"("event_types":["seen","subscribed","unsubscribed"])");
    const auto opened = json("/_sim/inbound", R"({"channel":"viber","kind":"opened","from":"x"})");
    expect(opened, R"("sent":0)");
    expect(json("/_sim/inbound", R"({"channel":"viber","kind":"opt_in","from":"x"})"),
           R"("sent":1)");
    expect(set(""), R"("conversation_started")");
    expect(json("/_sim/inbound", R"({"channel":"viber","kind":"opened","from":"x"})"),
           R"("sent":1)");
}

}  // namespace
}  // namespace postern::sim
