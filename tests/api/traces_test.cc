// The way of a request, a message and an event; and the webhooks that were turned away.
#include "gateway/api/key_token.h"
#include "tests/api/api_rig.h"

namespace postern::api {
namespace {

using namespace std::chrono_literals;

class OneRefused final : public RefusedRequestSource {
  public:
    std::optional<std::vector<RefusedRequest>> refused_requests(
        std::string_view account) const override {
        if (account != "wa-main") return std::nullopt;
        RefusedRequest text, bytes;
        text.id = "req_1";
        text.at = model::Instant{std::chrono::seconds{1'800'000'000}};
        text.status = 401;
        text.reason = "the signature does not match";
        text.headers = {{"X-Hub-Signature-256", "sha256=ab"}};
        text.body = "{\"a\":1}";
        text.body_bytes = 7;
        bytes = text;
        bytes.body = "\xFF";
        return std::vector{text, bytes};
    }
};

class Traces : public ApiRig {
  protected:
    Traces() {
        api_ = std::make_unique<ApiHandler>(ApiServices{.core = core_,
                                                        .queries = pool_,
                                                        .signal = signal_,
                                                        .replay = *this,
                                                        .health = *this,
                                                        .status = *this,
                                                        .backups = *this,
                                                        .readiness = *this,
                                                        .now = [this] { return thread_.now(); },
                                                        .desk = &desk_,
                                                        .refused = &refused_,
                                                        .traces = &traces_},
                                            ApiOptions{.requests_per_second = 1000}, tables());
        core_.handler = api_.get();
        model::ApiKeyRow row;
        row.name = "owner";
        row.scopes = {"*"};
        row.hash = hash_token(owner_);
        (void)core_.apply(core::CreateApiKey{row});
        configure();
        thread_.advance(1s);  // buckets begin empty
    }
    /// As the rig has registered them.
    static core::SmallTables tables() {
        core::SmallTables tables;
        tables.accounts = {{.number = 1, .name = "wa-main", .channel = "whatsapp"},
                           {.number = 2, .name = "tg-shop", .channel = "telegram"},
                           {.number = 3, .name = "sms-main", .channel = "twilio"}};
        return tables;
    }
    Reply send() {
        return post("/v1/messages", R"({"to":{"channel":"telegram","address":"4711"},)"
                                    R"("account":"tg-shop","content":{"type":"text",)"
                                    R"("text":"hola"}})");
    }
    void provider_answers(adapters::SendResult result) {
        ASSERT_FALSE(core_.dispatched.empty());
        const core::Dispatch dispatch = core_.dispatched.front();
        core_.dispatched.erase(core_.dispatched.begin());
        core::AnswerAttempt answer;
        answer.message = dispatch.message;
        answer.attempt = dispatch.attempt;
        answer.slot = dispatch.slot;
        answer.account = dispatch.account;
        answer.part = dispatch.part;
        answer.outcome.result = result;
        answer.outcome.code = result == adapters::SendResult::accepted ? "" : "server_error";
        answer.dispatched = thread_.now().wall;
        answer.provider_status = result == adapters::SendResult::accepted ? 200 : 503;
        answer.provider_request = "AbTraceId";
        thread_.advance(1s);
        (void)core_.apply(answer);
    }

    runtime::RequestTraces traces_{1, 100};
    OneRefused refused_;
};

TEST_F(Traces, LeadFromARequestToItsMessageAndBack) {
    const Reply sent = send();
    ASSERT_EQ(sent.status, 202) << sent.body;
    const std::string id = sent.member("id"), request = sent.header("X-Request-Id");
    const Reply by_request = get("/v1/traces/" + request);
    ASSERT_EQ(by_request.status, 200) << by_request.body;
    EXPECT_TRUE(
        by_request.has(R"("request":{"id":")" + request + R"(","what":"POST /v1/messages")"))
        << by_request.body;
    EXPECT_TRUE(by_request.has(R"("message_id":")" + id + "\""));
    const Reply by_message = get("/v1/traces/" + id);
    EXPECT_TRUE(by_message.has(R"("request":{"id":")" + request)) << by_message.body;
    EXPECT_EQ(by_message.count(R"("step":"received")"), 1u);
    EXPECT_EQ(by_message.count(R"("step":"decided")"), 1u);
    EXPECT_EQ(by_message.count(R"("step":"durable")"), 1u);
}

TEST_F(Traces, TellEachAttemptWithTheProvidersNameForIt) {
    const std::string id = send().member("id");
    provider_answers(adapters::SendResult::transient);
    const Reply trace = get("/v1/traces/" + id);
    const std::size_t dispatched = trace.body.find(R"("step":"dispatched")");
    const std::size_t answered = trace.body.find(R"("step":"provider_answered")");
    EXPECT_LT(dispatched, answered) << trace.body;
    EXPECT_TRUE(trace.has(R"("status":503,"provider_request_id":"AbTraceId")")) << trace.body;
    EXPECT_TRUE(trace.has(R"("code":"server_error")"));
    EXPECT_EQ(trace.member("state"), "waiting");
    const Reply why = get("/v1/messages/" + id + "/why");
    EXPECT_TRUE(why.has(R"("provider_status":503,"provider_request_id":"AbTraceId")")) << why.body;
}

TEST_F(Traces, LeadFromAnEventToWhatItIsAbout) {
    receive("+573001234567", "hola");
    const std::string events = get("/v1/events?types=message.received").body;
    const std::string event = events.substr(events.find("evt_"), 30);
    const Reply trace = get("/v1/traces/" + event);
    ASSERT_EQ(trace.status, 200) << trace.body;
    EXPECT_EQ(trace.member("direction"), "inbound");
    EXPECT_EQ(trace.member("account"), "wa-main");
    EXPECT_TRUE(trace.has(R"("request":null)"));
}

TEST_F(Traces, OfWhatNobodyKnowsAreNotFound) {
    EXPECT_EQ(get("/v1/traces/req_0").status, 404);
    EXPECT_EQ(get("/v1/traces/msg_00000000000000000000000001").status, 404);
    EXPECT_EQ(get("/v1/traces/evt_00000000000000000000000004").status, 404);
    (void)send();
    // A sequence of ours in the id of another history.
    const std::string foreign = to_string(model::MessageId{{1, 1, 3}});
    EXPECT_EQ(get("/v1/traces/" + foreign).status, 404);
}

TEST_F(Traces, RememberNothingOfARequestThatMadeNothing) {
    const Reply checked =
        post("/v1/messages/check", R"({"to":{"channel":"telegram","address":"4711"},)"
                                   R"("account":"tg-shop","content":{"type":"text","text":"x"}})");
    ASSERT_EQ(checked.status, 200) << checked.body;
    EXPECT_EQ(get("/v1/traces/" + checked.header("X-Request-Id")).status, 404);
}

TEST_F(Traces, WebhooksThatCameInAreListedBesideThoseThatDidNot) {
    runtime::RequestTrace taken;
    taken.what = runtime::webhook_trace("wa-main");
    taken.peer = "203.0.113.9";
    taken.status = 200;
    for (const auto& [id, second] :
         {std::pair{"req_before", 1'799'999'999}, {"req_after", 1'800'000'001}, {"req_1", 1}}) {
        taken.id = id;
        taken.received = model::Instant{std::chrono::seconds{second}};
        traces_.note(0, taken);
    }
    const Reply list = get("/v1/accounts/wa-main/requests");
    EXPECT_LT(list.body.find("req_after"), list.body.find("req_1"));
    EXPECT_LT(list.body.find("req_1"), list.body.find("req_before"));
    EXPECT_EQ(list.count("\"req_1\""), 2u);  // set aside: told once, as what it was
    EXPECT_EQ(list.count(R"("reason":null)"), 2u);
}

TEST_F(Traces, RefusedWebhooksAreShownWithTheirReason) {
    const Reply list = get("/v1/accounts/wa-main/requests");
    ASSERT_EQ(list.status, 200) << list.body;
    EXPECT_EQ(list.count(R"("reason":"the signature does not match")"), 2u);
    EXPECT_TRUE(list.has(R"({"name":"X-Hub-Signature-256","value":"sha256=ab"})"));
    EXPECT_TRUE(list.has(R"("body":"{\"a\":1}")"));
    EXPECT_TRUE(list.has(R"("body_base64":"/w==")"));
    EXPECT_EQ(get("/v1/accounts/nobody/requests").status, 404);
    EXPECT_EQ(
        ask("GET", "/v1/accounts/wa-main/requests", "", make_key(R"(["accounts:read"])")).status,
        403);
}

}  // namespace
}  // namespace postern::api
