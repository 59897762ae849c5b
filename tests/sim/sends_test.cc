// Receipts, faults and rates of the simulated providers, over HTTP.
#include <gtest/gtest.h>

#include <set>

#include "gateway/sim/signatures.h"
#include "tests/sim/sim_rig.h"

namespace postern::sim {
namespace {

class Sends : public SimRig {
  protected:
    std::vector<int> statuses(int count) {
        std::vector<int> out;
        for (int i = 0; i < count; ++i) out.push_back(whatsapp_text().status);
        return out;
    }
};

std::string form_value(const std::string& body, std::string_view name) {
    for (const auto& [key, value] : parse_form(body)) {
        if (key == name) return value;
    }
    return {};
}

std::string between(const std::string& text, const std::string& before, char end) {
    const std::size_t at = text.find(before);
    if (at == std::string::npos) return {};
    const std::size_t from = at + before.size();
    return text.substr(from, text.find(end, from) - from);
}

TEST_F(Sends, WhatsAppReceiptsAreSignedNameTheMessageAndBringTheEchoBack) {
    set_faults(R"({"receipt_read":1})");
    const std::string id = between(whatsapp_text().body, R"("messages":[{"id":")", '"');

    const auto receipts = taker.wait_for(3);

    ASSERT_EQ(receipts.size(), 3u);
    std::set<std::string> states;
    for (const TakenWebhook& receipt : receipts) {
        EXPECT_EQ(receipt.target, "/webhooks/wa-main");
        EXPECT_EQ(receipt.headers.at("X-Hub-Signature-256"),
                  "sha256=" + hmac_sha256_hex("demo-app-secret", receipt.body));
        states.insert(between(receipt.body, R"("status":")", '"'));
        EXPECT_NE(receipt.body.find(id), std::string::npos);
        EXPECT_NE(receipt.body.find(R"("biz_opaque_callback_data":"att_1")"), std::string::npos);
        EXPECT_NE(receipt.body.find(R"("phone_number_id":"300200")"), std::string::npos);
    }
    EXPECT_EQ(states, (std::set<std::string>{"delivered", "read", "sent"}));
}

TEST_F(Sends, TwilioReceiptsGoToTheCallbackOfTheMessageAndAreSignedForIt) {
    const std::string url = gateway_url() + "/hook?m=1";
    const auto answer = twilio("To=%2B573001112233&From=%2B15005550001&Body=hi&StatusCallback=" +
                               form_text({{"", url}}).substr(1));
    ASSERT_EQ(answer.status, 201) << answer.body;

    const auto receipts = taker.wait_for(2);

    ASSERT_EQ(receipts.size(), 2u);
    std::set<std::string> states;
    for (const TakenWebhook& receipt : receipts) {
        states.insert(form_value(receipt.body, "MessageStatus"));
        EXPECT_EQ(receipt.target, "/hook?m=1");
        EXPECT_EQ(receipt.headers.at("X-Twilio-Signature"),
                  twilio_form_signature("00112233445566778899aabbccddeeff", url, receipt.body));
        EXPECT_EQ(form_value(receipt.body, "MessageSid"), between(answer.body, R"("sid":")", '"'));
    }
    EXPECT_EQ(states, (std::set<std::string>{"delivered", "sent"}));
}

TEST_F(Sends, TwilioReceiptsForThePublicUrlReachWhatIsBehindIt) {
    const auto answer = twilio(
        "To=%2B573001112233&From=%2B15005550001&Body=hi&StatusCallback="
        "https%3A%2F%2Fgateway.example%2Fwebhooks%2Fsms-main%3Fx%3D1");
    ASSERT_EQ(answer.status, 201);

    const auto receipts = taker.wait_for(1);

    ASSERT_FALSE(receipts.empty());
    EXPECT_EQ(receipts[0].target, "/webhooks/sms-main?x=1");
    EXPECT_EQ(
        receipts[0].headers.at("X-Twilio-Signature"),
        twilio_form_signature("00112233445566778899aabbccddeeff",
                              "https://gateway.example/webhooks/sms-main?x=1", receipts[0].body));
}

TEST_F(Sends, HttpReceiptsBringTheEchoBack) {
    ASSERT_EQ(http(R"({"to":"+573001112233","text":"hi","echo":"att_9"})").status, 200);

    const auto receipts = taker.wait_for(2);

    ASSERT_EQ(receipts.size(), 2u);
    EXPECT_EQ(receipts[0].headers.at("X-Postern-Signature"),
              "sha256=" + hmac_sha256_hex("demo-http-secret", receipts[0].body));
    EXPECT_NE(receipts[0].body.find(R"("echo":"att_9")"), std::string::npos);
}

TEST_F(Sends, ReceiptsMayBeTurnedRoundOrDoubled) {
    // Far apart, so that the network cannot turn them round once more.
    set_faults(R"({"receipt_reordered":1,"receipt_duplicate":1,"receipt_sent_ms":1,)"
               R"("receipt_delivered_ms":2000})");
    ASSERT_EQ(whatsapp_text().status, 200);

    const auto receipts = taker.wait_for(4);

    ASSERT_EQ(receipts.size(), 4u);
    std::string order;
    for (const auto& receipt : receipts) order += between(receipt.body, R"("status":")", '"')[0];
    EXPECT_EQ(order, "ddss");
}

TEST_F(Sends, AReceiptMayComeBeforeTheAnswer) {
    set_faults(R"({"receipt_early":1,"receipt_delivered":0})");
    ASSERT_EQ(whatsapp_text().status, 200);

    // Nothing is waited for: it was here before the answer was.
    EXPECT_EQ(taker.wait_for(0).size(), 1u);
}

TEST_F(Sends, MissingReceiptsDoNotCome) {
    set_faults(R"({"receipt_missing":1})");
    ASSERT_EQ(whatsapp_text().status, 200);
    set_faults(R"({"receipt_missing":0,"receipt_delivered":0,"receipt_sent_ms":1})");
    ASSERT_EQ(whatsapp_text("+573009999999").status, 200);

    const auto receipts = taker.wait_for(1);

    ASSERT_EQ(receipts.size(), 1u);
    EXPECT_NE(receipts[0].body.find("573009999999"), std::string::npos);
}

TEST_F(Sends, EveryRefusalComesInTheProvidersOwnWords) {
    struct Refusal {
        const char* fault;
        int whatsapp;
        const char* whatsapp_says;
        int telegram;
        const char* telegram_says;
        int twilio;
        const char* twilio_says;
        int http;
    };
    const std::vector<Refusal> table = {
        {"rate_limited", 429, ":130429", 429, "\"retry_after\":7", 429, ":20429", 429},
        {"pair_limited", 400, ":131056", 429, "\"retry_after\":7", 429, ":20429", 429},
        {"server_error", 500, ":131000", 500, "Internal", 500, ":20500", 500},
        {"unavailable", 503, ":131016", 502, "Bad Gateway", 503, ":20503", 503},
        {"closed_window", 400, ":131047", 403, "can't initiate", 201, "queued", 403},
        {"blocked", 400, ":131026", 403, "was blocked", 400, ":21610", 403},
        {"unreachable", 400, ":131026", 400, "chat not found", 400, ":21614", 422},
        {"revoked", 401, ":190", 401, "Unauthorized", 401, ":20003", 401},
    };
    set_faults(R"({"retry_after_s":7})");
    std::uint64_t taken = 0;
    for (const Refusal& one : table) {
        const std::string fault = one.fault;
        set_faults(R"({"next":[{"fault":")" + fault + R"(","count":4}]})");
        const auto by_whatsapp = whatsapp_text();
        const auto by_telegram = telegram("sendMessage", R"({"chat_id":77,"text":"hi"})");
        const auto by_twilio = twilio("To=%2B573001112233&From=%2B15005550001&Body=hi");
        EXPECT_EQ(by_whatsapp.status, one.whatsapp) << fault;
        EXPECT_NE(by_whatsapp.body.find(one.whatsapp_says), std::string::npos) << by_whatsapp.body;
        EXPECT_EQ(by_telegram.status, one.telegram) << fault;
        EXPECT_NE(by_telegram.body.find(one.telegram_says), std::string::npos) << by_telegram.body;
        EXPECT_EQ(by_twilio.status, one.twilio) << fault;
        EXPECT_NE(by_twilio.body.find(one.twilio_says), std::string::npos) << by_twilio.body;
        EXPECT_EQ(http(R"({"to":"1","text":"hi"})").status, one.http) << fault;
        EXPECT_EQ(by_twilio.header("retry-after"), one.twilio == 429 ? "7" : "") << fault;
        if (one.twilio == 201) ++taken;
    }
    EXPECT_EQ(ledger_count(), taken);
}

TEST_F(Sends, ARefusalMayComeLaterAsAFailedReceipt) {
    set_faults(R"({"refused_later":1,"recipients":{"+573001112233":"closed_window"}})");
    ASSERT_EQ(whatsapp_text().status, 200);

    const auto receipts = taker.wait_for(1);

    ASSERT_EQ(receipts.size(), 1u);
    EXPECT_NE(receipts[0].body.find(R"("status":"failed")"), std::string::npos);
    EXPECT_NE(receipts[0].body.find(R"("code":131047)"), std::string::npos);
}

TEST_F(Sends, RecipientsAreRememberedHoweverTheyAreSpelled) {
    set_faults(R"({"recipients":{"573001112233":"blocked"}})");
    EXPECT_EQ(whatsapp_text("+573001112233").status, 400);
    EXPECT_EQ(whatsapp_text("+573001112234").status, 200);
    EXPECT_NE(twilio("To=%2B573001112233&From=%2B15005550001&Body=hi").body.find("21610"),
              std::string::npos);
    set_faults(R"({"recipients":{"+573001112233":null}})");
    EXPECT_EQ(whatsapp_text("+573001112233").status, 200);
}

TEST_F(Sends, TemplatesAreRefusedByTheirState) {
    const auto send = [this] {
        return whatsapp(R"({"messaging_product":"whatsapp","to":"+573001112233","type":"template",)"
                        R"("template":{"name":"order_ready","language":{"code":"es"}}})")
            .body;
    };
    EXPECT_NE(send().find("wamid"), std::string::npos);
    set_faults(R"({"templates":{"order_ready":"paused"}})");
    EXPECT_NE(send().find(":132015"), std::string::npos);
    set_faults(R"({"templates":{"order_ready":"pending"}})");
    EXPECT_NE(send().find(":132001"), std::string::npos);
    set_faults(R"({"templates":{"order_ready":"approved"}})");
    EXPECT_NE(send().find("wamid"), std::string::npos);
    set_faults(R"({"templates":{"order_ready":null,"other":"approved"}})");
    EXPECT_NE(send().find(":132001"), std::string::npos);
}

TEST_F(Sends, AChangedTemplateIsListedAndToldOf) {
    set_faults(R"({"templates":{"order_ready":{"status":"paused","language":"pt_BR"}}})");

    const auto webhooks = taker.wait_for(1);
    const Headers token = {{"Authorization", "Bearer wa-token"}};
    const auto listed = call("GET", "/whatsapp/200100/message_templates?limit=100", "", token);

    ASSERT_EQ(webhooks.size(), 1u);
    EXPECT_EQ(webhooks[0].headers.at("X-Hub-Signature-256"),
              "sha256=" + hmac_sha256_hex("demo-app-secret", webhooks[0].body));
    EXPECT_NE(webhooks[0].body.find(R"("event":"PAUSED")"), std::string::npos);
    EXPECT_EQ(listed.status, 200);
    EXPECT_NE(listed.body.find(R"("name":"order_ready","language":"pt_BR","status":"PAUSED")"),
              std::string::npos)
        << listed.body;
    EXPECT_EQ(call("GET", "/whatsapp/200100/message_templates", "", {}).status, 401);
}

TEST_F(Sends, ABrokenConnectionLeavesALineOnlyIfItBrokeAfterwards) {
    set_faults(R"({"next":[{"fault":"reset_before"},{"fault":"reset_after"}]})");

    EXPECT_TRUE(whatsapp_text().error);
    EXPECT_EQ(ledger_count(), 0u);
    EXPECT_TRUE(whatsapp_text().error);
    EXPECT_EQ(ledger_count(), 1u);
    EXPECT_EQ(whatsapp_text().status, 200);
}

TEST_F(Sends, NoAnswerIsInTheLedgerAll) {
    set_faults(R"({"no_answer_ms":50,"next":[{"fault":"no_answer"}]})");

    EXPECT_TRUE(whatsapp_text().error);
    EXPECT_EQ(ledger_count(), 1u);
}

TEST_F(Sends, ASlowAnswerIsWholeInTheEnd) {
    set_faults(R"({"slow_answer_ms":30,"next":[{"fault":"slow_answer"}]})");
    const auto answer = whatsapp_text();

    EXPECT_EQ(answer.status, 200) << answer.problem;
    EXPECT_EQ(answer.body.back(), '}');
    EXPECT_NE(answer.body.find("wamid."), std::string::npos);
}

TEST_F(Sends, AnAccountIsHeldToItsRate) {
    // An hour's span for the pair, so that no slow machine lets a second one through.
    set_faults(R"({"accounts":{"wa-main":{"per_recipient_s":3600}}})");
    EXPECT_EQ(whatsapp_text().status, 200);
    const auto pair = whatsapp_text();
    EXPECT_NE(pair.body.find(":131056"), std::string::npos);
    EXPECT_EQ(whatsapp_text("+573005550000").status, 200);
    EXPECT_EQ(telegram("sendMessage", R"({"chat_id":77,"text":"hi"})").status, 200);

    set_faults(R"({"accounts":{"tg-main":{"per_recipient_s":3600}}})");
    const std::string text = R"({"chat_id":78,"text":"hi"})";
    EXPECT_EQ(telegram("sendMessage", text).status, 200);
    const auto chat = telegram("sendMessage", text);
    EXPECT_EQ(chat.status, 429);
    EXPECT_NE(chat.body.find("\"retry_after\":3600"), std::string::npos) << chat.body;
    EXPECT_EQ(chat.header("retry-after"), "3600");
    EXPECT_NE(get("/_sim/rate?account=tg-main").body.find("\"count\":2"), std::string::npos);
}

TEST_F(Sends, TheSameSeedGivesTheSameAnswers) {
    const std::string faults = R"({"rate_limited":0.3,"server_error":0.2})";
    set_faults(faults);
    const std::vector<int> first = statuses(40);
    stop();
    start(11);
    set_faults(faults);
    EXPECT_EQ(statuses(40), first);
    stop();
    start(12);
    set_faults(faults);
    EXPECT_NE(statuses(40), first);
}

TEST_F(Sends, AnEmptyScriptForgetsWhatWaits) {
    const std::string before = get("/_sim/faults").body;
    set_faults(R"({"next":[{"fault":"blocked","count":3}]})");
    set_faults(R"({"next":[{"fault":"server_error"}]})");
    const std::string two = get("/_sim/faults").body;
    EXPECT_NE(two.find("blocked"), std::string::npos) << two;
    EXPECT_NE(two.find("\"server_error\",\"channel\""), std::string::npos) << two;
    set_faults(R"({"next":[]})");
    EXPECT_EQ(get("/_sim/faults").body, before);
}

TEST_F(Sends, AWrongFaultDocumentChangesNothing) {
    const std::string before = get("/_sim/faults").body;
    for (const char* wrong :
         {R"({"rate_limited":0.5,"dice":1})", R"({"accounts":{"nobody":{}}})",
          R"({"recipients":{"1":"sad"}})", R"({"templates":{"a":"fine"}})",
          R"({"next":[{"count":3}]})", R"({"next":[{"fault":"blocked","colour":"red"}]})"}) {
        EXPECT_EQ(json("/_sim/faults", wrong).status, 400) << wrong;
    }
    EXPECT_EQ(get("/_sim/faults").body, before);
}

TEST_F(Sends, AnAccountLearnedFromAnInboundRequestGetsReceipts) {
    const std::string url = gateway_url() + "/webhooks/wa-new";
    ASSERT_EQ(json("/_sim/inbound", R"({"channel":"whatsapp","account":"wa-new","secret":"new",)"
                                    R"("phone_number_id":"4711","text":"hi","url":")" +
                                        url + "\"}")
                  .status,
              200);
    const std::string body =
        R"({"messaging_product":"whatsapp","to":"+573001112233","text":{"body":"hi"}})";
    ASSERT_EQ(json("/whatsapp/4711/messages", body, {{"Authorization", "Bearer any"}}).status, 200);

    const auto webhooks = taker.wait_for(3);  // the inbound one, sent, delivered

    ASSERT_EQ(webhooks.size(), 3u);
    EXPECT_EQ(webhooks[2].headers.at("X-Hub-Signature-256"),
              "sha256=" + hmac_sha256_hex("new", webhooks[2].body));
    EXPECT_NE(get("/_sim/ledger").body.find(R"("account":"wa-new")"), std::string::npos);
}

}  // namespace
}  // namespace postern::sim
