// What becomes of a message, as people ask for it: its state, why, cancelled, sent again, listed.
#include "tests/api/api_rig.h"

namespace postern::api {
namespace {

using namespace std::chrono_literals;

class Outbound : public ApiRig {
  protected:
    /// Buckets begin empty.
    void SetUp() override { thread_.advance(std::chrono::seconds{1}); }
    std::string send(const std::string& more = {}, const std::string& address = "4711") {
        const Reply reply =
            post("/v1/messages", R"({"to":{"channel":"telegram","address":")" + address +
                                     R"("},"account":"tg-shop","content":{"type":"text",)"
                                     R"("text":"hola"})" +
                                     more + "}");
        EXPECT_EQ(reply.status, 202) << reply.body;
        return reply.member("id");
    }
    static adapters::SendOutcome outcome(adapters::SendResult result, std::string code,
                                         std::string external = {}) {
        adapters::SendOutcome outcome;
        outcome.result = result;
        outcome.code = std::move(code);
        outcome.external_id = std::move(external);
        return outcome;
    }
    std::size_t found(const std::string& query) {
        return get("/v1/messages?" + query).count("\"id\":\"msg_");
    }
    const std::string later_ = R"(,"send_at":"2026-02-01T18:00:00Z")";
};

TEST_F(Outbound, IsCancelledWhileItWaits) {
    const std::string id = send(later_);
    const Reply reply = post("/v1/messages/" + id + "/cancel", "");
    EXPECT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.member("state"), "cancelled");
    EXPECT_EQ(get("/v1/messages/" + id).member("state"), "cancelled");
    const Reply again = post("/v1/messages/" + id + "/cancel", "");
    EXPECT_EQ(again.status, 409);
    EXPECT_EQ(again.member("code"), "cannot_cancel");
    EXPECT_TRUE(again.has("cancelled"));
    const std::string gone = send();
    EXPECT_EQ(post("/v1/messages/" + gone + "/cancel", "").status, 409);
    EXPECT_EQ(post("/v1/messages/msg_00000000000000000000000001/cancel", "").status, 404);
    EXPECT_EQ(post("/v1/messages/x/cancel", "").status, 404);
}

TEST_F(Outbound, GoesAgainOnceUnderAKeyThoughTheFirstAnswerFailed) {
    const std::string id = send();
    answer(outcome(adapters::SendResult::permanent, "invalid_recipient"));
    ASSERT_EQ(get("/v1/messages/" + id).member("state"), "failed");
    const auto redrive = [&] {
        return ask("POST", "/v1/messages/" + id + "/redrive", "", {}, {{"Idempotency-Key", "k"}});
    };
    core_.hold = true;
    const Reply first = redrive();
    pool_.busy = true;
    core_.release();
    pool_.busy = false;
    ASSERT_TRUE(first.exchange->answered());
    EXPECT_EQ(first.exchange->response().status, 503) << "the change is durable all the same";
    EXPECT_EQ(get("/v1/messages/" + id).member("state"), "queued");
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(redrive().member("code"), "idempotency_answer_lost") << "memory, then the row";
        restart();
        configure();
    }
}

TEST_F(Outbound, TellsWhyInWordsAndInFields) {
    const std::string id = send();
    answer(outcome(adapters::SendResult::transient, "server_error"));
    const Reply waiting = get("/v1/messages/" + id + "/why");
    ASSERT_EQ(waiting.status, 200) << waiting.body;
    EXPECT_EQ(waiting.member("state"), "waiting");
    const std::size_t verdict = waiting.body.find("Every rule let it pass.");
    const std::size_t attempt = waiting.body.find("Attempt 1 did not get through");
    EXPECT_LT(verdict, attempt);
    EXPECT_NE(attempt, std::string::npos);
    EXPECT_TRUE(waiting.has(R"("class":"transient","code":"server_error")"));
    EXPECT_TRUE(waiting.has(R"("now":{"decision":"send")"));
    const Reply message = get("/v1/messages/" + id);
    EXPECT_EQ(message.member("attempts"), "1");
    EXPECT_TRUE(message.has(R"("error":{"class":"transient")"));
    EXPECT_EQ(get("/v1/messages/msg_00000000000000000000000001/why").status, 404);
}

TEST_F(Outbound, CountsAttemptsFromOneAlsoThoseThatWereNotSpent) {
    const std::string id = send();
    answer(outcome(adapters::SendResult::rate_limited, "account_rate_limited"));
    const Reply why = get("/v1/messages/" + id + "/why");
    EXPECT_TRUE(
        why.has("Attempt 1 did not get through (rate_limited, account_rate_limited) and "
                "does not count."))
        << why.body;
    EXPECT_TRUE(why.has(R"("attempt":1,"cause":"answer")")) << why.body;
    EXPECT_TRUE(why.has(R"("counted":false)"));
    EXPECT_EQ(get("/v1/messages/" + id).member("attempts"), "0");
}

TEST_F(Outbound, AReactionNamesAMessageByOurIdOrTheProviders) {
    const std::string known = send();
    answer(outcome(adapters::SendResult::accepted, "", "4711:55"));
    const auto react = [&](const std::string& message, const char* path) {
        return post(path,
                    R"({"to":{"channel":"telegram","address":"4711"},"account":"tg-shop",)"
                    R"("content":{"type":"reaction","message":")" +
                        message + R"(","emoji":"👍"}})");
    };
    for (const std::string& id : {known, std::string("4711:55")}) {
        EXPECT_EQ(react(id, "/v1/messages/check").status, 200);
        const Reply reply = react(id, "/v1/messages");
        ASSERT_EQ(reply.status, 202) << reply.body;
        EXPECT_TRUE(get("/v1/messages/" + reply.member("id")).has(R"("message":"4711:55")"));
        answer(outcome(adapters::SendResult::accepted, "", "4711:55r"));
    }
    const Reply foreign = react("wamid.1", "/v1/messages");
    EXPECT_EQ(foreign.status, 422);
    EXPECT_EQ(foreign.member("field"), "content.message") << foreign.body;
    const std::string odd = send();
    answer(outcome(adapters::SendResult::accepted, "", "odd"));
    const Reply refused = react(odd, "/v1/messages");
    EXPECT_EQ(refused.status, 422) << refused.body;
    EXPECT_EQ(refused.member("field"), "content.message") << refused.body;
}

TEST_F(Outbound, HasEndedOnceItIsDelivered) {
    const std::string id = send();
    answer(outcome(adapters::SendResult::accepted, "", "900"));
    core::ReceiveStatus receipt;
    receipt.account = 2;
    receipt.external = reader_.blind("external", "900");
    receipt.status.external_id = "900";
    receipt.status.state = adapters::ReceiptState::delivered;
    (void)core_.apply(receipt);
    const Reply why = get("/v1/messages/" + id + "/why");
    EXPECT_TRUE(why.has("Attempt 1 was accepted by the provider."));
    EXPECT_TRUE(why.has("The provider reported it delivered."));
    EXPECT_TRUE(why.body.ends_with(R"("now":null})")) << why.body;
    const Reply message = get("/v1/messages/" + id);
    EXPECT_EQ(message.member("state"), "delivered");
    EXPECT_EQ(message.member("external_id"), "900");
    EXPECT_TRUE(message.has(R"("error":null)"));
    EXPECT_EQ(found("external_id=900"), 1u);
    EXPECT_EQ(found("external_id=901"), 0u);
}

TEST_F(Outbound, IsADeadLetterThatCanGoAgain) {
    const std::string id = send();
    answer(outcome(adapters::SendResult::permanent, "invalid_recipient"));
    EXPECT_EQ(get("/v1/messages/" + id).member("state"), "failed");
    const Reply dead = get("/v1/dead-letters");
    EXPECT_EQ(dead.count("\"id\":\"msg_"), 1u) << dead.body;
    EXPECT_TRUE(dead.has("invalid_recipient"));
    const Reply again = post("/v1/messages/" + id + "/redrive", "");
    EXPECT_EQ(again.status, 200) << again.body;
    EXPECT_EQ(again.member("state"), "queued");
    EXPECT_EQ(again.member("expires_at"), "2026-02-01T12:00:02.000Z");
    EXPECT_EQ(get("/v1/dead-letters").count("\"id\":\"msg_"), 0u);
    EXPECT_EQ(post("/v1/messages/" + id + "/redrive", "").member("code"), "not_a_dead_letter");
    EXPECT_EQ(
        post("/v1/messages/" + id + "/redrive", R"({"expires_at":"2020-01-01T00:00:00Z"})").status,
        422);
}

TEST_F(Outbound, IsListedWithTheOthersAndFiltered) {  // CG-97
    receive("+573001234567", "hola");
    (void)send(R"(,"metadata":{"order":"A 1","paid":true})");
    const std::string waits = send(later_ + R"(,"metadata":{"order":"B"})", "4712");
    EXPECT_EQ(found(""), 3u);
    EXPECT_EQ(found("direction=outbound"), 2u);
    EXPECT_EQ(found("direction=inbound"), 1u);
    EXPECT_EQ(found("account=tg-shop"), 2u);
    EXPECT_EQ(found("account=sms-main"), 0u);
    EXPECT_EQ(found("state=sending"), 1u);
    EXPECT_EQ(found("state=waiting"), 1u);
    EXPECT_EQ(found("state=received"), 1u);
    EXPECT_EQ(found("metadata.order=A+1"), 1u);
    EXPECT_EQ(found("metadata%2Eorder=B"), 1u);
    EXPECT_EQ(found("metadata.order=A+1&metadata.paid=true"), 1u);
    EXPECT_EQ(found("metadata.order=C"), 0u);
    const std::string contact = get("/v1/messages/" + waits).member("contact");
    EXPECT_EQ(found("contact=" + contact), 1u);
    EXPECT_EQ(get("/v1/messages?state=lost").status, 400);
    EXPECT_EQ(get("/v1/messages?direction=up").status, 400);
}

TEST_F(Outbound, StandsInTheTimelineWithItsChanges) {
    const std::string id = send();
    answer(outcome(adapters::SendResult::accepted, "", "900"));
    const std::string contact = get("/v1/messages/" + id).member("contact");
    const Reply timeline = get("/v1/contacts/" + contact + "/timeline");
    ASSERT_EQ(timeline.status, 200) << timeline.body;
    EXPECT_TRUE(timeline.has(R"("type":"contact.created")"));
    EXPECT_TRUE(timeline.has(R"("type":"conversation.opened")"));
    EXPECT_EQ(timeline.count(R"("type":"message.status")"), 1u);
    EXPECT_TRUE(timeline.has(R"("message_id":")" + id + R"(","external_id":"900","state":"sent")"));
    EXPECT_TRUE(timeline.has(R"("changes":[{"at":)"));
}

TEST_F(Outbound, BecomesEventsInOrder) {
    const std::string id = send();
    answer(outcome(adapters::SendResult::accepted, "", "900"));
    const Reply events = get("/v1/events?types=message.status");
    ASSERT_EQ(events.status, 200) << events.body;
    const std::size_t queued = events.body.find(R"("state":"queued")");
    const std::size_t sent = events.body.find(R"("external_id":"900","state":"sent")");
    EXPECT_LT(queued, sent);
    EXPECT_NE(sent, std::string::npos);
    EXPECT_EQ(events.count(R"("message_id":")" + id + "\""), 2u);
}

}  // namespace
}  // namespace postern::api
