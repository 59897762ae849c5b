// Subscriptions as a resource: what may be asked for, what is shown, and what reaches the core.
#include <map>

#include "gateway/api/key_token.h"
#include "gateway/api/webhook_secret.h"
#include "tests/api/api_rig.h"

namespace postern::api {
namespace {

class FakeDeliveries final : public events::Deliveries {
  public:
    std::string refusal(std::string_view url) const override {
        return url.starts_with("https://") ? std::string{} : "only https may be";
    }
    std::optional<events::DeliveryHealth> health(model::Sequence id) const override {
        const auto it = healths.find(id);
        return it == healths.end() ? std::nullopt : std::optional(it->second);
    }
    void ping(model::Sequence id, net::IoThread& thread,
              std::function<void(events::PingResult)> done) override {
        pinged = id;
        thread.post([done] { done({false, 503, "status 503", std::chrono::milliseconds{12}}); });
    }
    std::map<model::Sequence, events::DeliveryHealth> healths;
    model::Sequence pinged = 0;
};

class SubscriptionsApi : public ApiRig {
  protected:
    SubscriptionsApi() {
        api_ = std::make_unique<ApiHandler>(ApiServices{.core = core_,
                                                        .queries = pool_,
                                                        .signal = signal_,
                                                        .replay = *this,
                                                        .health = *this,
                                                        .status = *this,
                                                        .backups = *this,
                                                        .readiness = *this,
                                                        .now = [this] { return thread_.now(); },
                                                        .deliveries = &deliveries_},
                                            ApiOptions{.requests_per_second = 1000},
                                            core::SmallTables{});
        core_.handler = api_.get();
        model::ApiKeyRow row;
        row.name = "owner";
        row.scopes = {"*"};
        row.hash = hash_token(owner_);
        (void)core_.apply(core::CreateApiKey{row});
    }
    Reply subscribe(const std::string& more = "") {
        return post("/v1/subscriptions",
                    R"({"url":"https://crm.example.com/hook","types":["message.*"])" + more + "}");
    }
    /// Id of the newest event.
    std::string newest_event() {
        const std::string body = get("/v1/events?limit=1000").body;
        return body.substr(body.rfind("{\"id\":\"evt_") + 7, 30);
    }
    static model::Sequence sequence(const std::string& id) {
        model::SubscriptionId parsed;
        EXPECT_TRUE(model::parse_id(id, parsed)) << id;
        return parsed.sequence();
    }
    FakeDeliveries deliveries_;
};

TEST_F(SubscriptionsApi, ShowTheirSecretOnlyWhenTheyAreMade) {
    const Reply made = subscribe();
    EXPECT_EQ(made.status, 201) << made.body;
    const auto secret = parse_webhook_secret(made.member("secret"));
    ASSERT_TRUE(secret);
    EXPECT_EQ(secret->size(), 32u);
    EXPECT_EQ(made.member("state"), "active");
    EXPECT_EQ(made.member("url"), "https://crm.example.com/hook");
    const Reply again = get("/v1/subscriptions/" + made.member("id"));
    EXPECT_EQ(again.status, 200);
    EXPECT_FALSE(again.has("whsec_"));
    EXPECT_FALSE(get("/v1/subscriptions").has("whsec_"));
}

TEST_F(SubscriptionsApi, TakeASecretOfTheCallers) {
    const std::string secret = format_webhook_secret(std::string(24, 'x'));
    EXPECT_EQ(subscribe(R"(,"secret":")" + secret + "\"").member("secret"), secret);
    for (const std::string& wrong :
         {std::string("hunter2"), std::string("whsec_"), std::string("whsec_!!!!"),
          format_webhook_secret(std::string(23, 'x')),
          format_webhook_secret(std::string(65, 'x'))}) {
        const Reply reply = subscribe(R"(,"secret":")" + wrong + "\"");
        EXPECT_EQ(reply.status, 422) << wrong;
        EXPECT_TRUE(reply.has(R"("field":"secret")")) << reply.body;
    }
}

TEST_F(SubscriptionsApi, NameEveryFieldAtFault) {
    const Reply reply =
        post("/v1/subscriptions", R"({"url":"http://10.0.0.1/","types":["No such"],)"
                                  R"("secret":"x","after":"y","colour":"red"})");
    EXPECT_EQ(reply.status, 422);
    for (const char* field : {"url", "types", "secret", "after", "colour"}) {
        EXPECT_TRUE(reply.has("\"field\":\"" + std::string(field) + "\"")) << field;
    }
    EXPECT_TRUE(reply.has("only https may be"));
    EXPECT_EQ(post("/v1/subscriptions", "{}").count("\"field\":"), 2u);
}

TEST_F(SubscriptionsApi, ChangeOnlyWhatIsGiven) {
    const std::string path = "/v1/subscriptions/" + subscribe().member("id");
    const Reply described = ask("PATCH", path, R"({"description":"the CRM"})");
    EXPECT_EQ(described.status, 200) << described.body;
    EXPECT_EQ(described.member("description"), "the CRM");
    EXPECT_EQ(described.member("url"), "https://crm.example.com/hook");
    EXPECT_FALSE(described.has("whsec_"));
    const Reply moved = ask("PATCH", path, R"({"url":"https://new.example.com/","types":["*"]})");
    EXPECT_EQ(moved.member("url"), "https://new.example.com/");
    EXPECT_TRUE(moved.has(R"("types":["*"])"));
    EXPECT_EQ(moved.member("description"), "the CRM");
    EXPECT_EQ(get(path).member("url"), "https://new.example.com/");

    const Reply wrong = ask("PATCH", path, R"({"url":"http://10.0.0.1/","types":["No"],"x":1})");
    EXPECT_EQ(wrong.status, 422);
    EXPECT_EQ(wrong.count("\"field\":"), 3u);
    EXPECT_EQ(ask("PATCH", path, R"({"url":""})").status, 422);
    EXPECT_EQ(get(path).member("url"), "https://new.example.com/");
    EXPECT_EQ(ask("PATCH", "/v1/subscriptions/sub_x", "{}").status, 404);
}

TEST_F(SubscriptionsApi, BeginWithWhatComesNextOrAfterAnEvent) {
    receive("+573001", "one");
    const std::string first = newest_event();
    receive("+573001", "two");
    const std::string second = newest_event();
    EXPECT_EQ(subscribe().member("cursor"), second);
    EXPECT_EQ(subscribe(R"(,"after":")" + first + "\"").member("cursor"), first);
}

TEST_F(SubscriptionsApi, RefuseAPlaceThatIsNotOfThisHistory) {
    receive("+573001", "one");
    const std::string foreign = to_string(model::EventId{{1, 1, 400'003}});
    const Reply reply = subscribe(R"(,"after":")" + foreign + "\"");
    EXPECT_EQ(reply.status, 410);
    EXPECT_EQ(reply.member("code"), "cursor_expired");
}

TEST_F(SubscriptionsApi, TellHowTheyFare) {
    const std::string id = subscribe().member("id");
    EXPECT_EQ(get("/v1/subscriptions/" + id).member("lag_s"), "null");
    events::DeliveryHealth health;
    health.oldest_waiting = thread_.now().wall - std::chrono::seconds{90};
    health.waiting = 7;
    health.retrying = 2;
    health.last_error = "status 500";
    deliveries_.healths[sequence(id)] = health;
    const Reply reply = get("/v1/subscriptions/" + id);
    EXPECT_EQ(reply.member("lag_s"), "90");
    EXPECT_EQ(reply.member("waiting"), "7");
    EXPECT_EQ(reply.member("retrying"), "2");
    EXPECT_EQ(reply.member("last_error"), "status 500");
}

TEST_F(SubscriptionsApi, AreListedInPagesAndDeleted) {
    std::vector<std::string> ids;
    for (int i = 0; i < 3; ++i) ids.push_back(subscribe().member("id"));
    const Reply first = get("/v1/subscriptions?limit=2");
    EXPECT_EQ(first.count("\"id\":"), 2u);
    const Reply rest = get("/v1/subscriptions?limit=2&cursor=" + first.member("next_cursor"));
    EXPECT_EQ(rest.member("id"), ids[2]);
    EXPECT_EQ(rest.member("next_cursor"), "null");

    EXPECT_EQ(ask("DELETE", "/v1/subscriptions/" + ids[0]).member("state"), "deleted");
    EXPECT_EQ(get("/v1/subscriptions/" + ids[0]).status, 404);
    EXPECT_EQ(ask("DELETE", "/v1/subscriptions/" + ids[0]).status, 404);
    EXPECT_EQ(get("/v1/subscriptions").count("\"id\":"), 2u);
}

TEST_F(SubscriptionsApi, AreRotatedWithAnOverlap) {
    const Reply made = subscribe();
    const std::string path = "/v1/subscriptions/" + made.member("id") + "/rotate";
    const Reply rotated = post(path, R"({"overlap":"1h"})");
    EXPECT_EQ(rotated.status, 200);
    EXPECT_TRUE(parse_webhook_secret(rotated.member("secret")));
    EXPECT_NE(rotated.member("secret"), made.member("secret"));
    EXPECT_EQ(rotated.member("previous_valid_until"),
              model::format_time(thread_.now().wall + std::chrono::hours{1}));
    EXPECT_EQ(post(path, R"({"overlap":"31d"})").status, 422);
}

TEST_F(SubscriptionsApi, AreReplayedAndEnabled) {
    receive("+573001", "one");
    const std::string event = newest_event();
    receive("+573001", "two");
    const std::string path = "/v1/subscriptions/" + subscribe().member("id");
    EXPECT_EQ(post(path + "/replay", R"({"after":")" + event + "\"}").member("cursor"), event);
    EXPECT_EQ(post(path + "/replay", "{}").status, 422);
    EXPECT_EQ(post(path + "/enable", "").status, 200);
    EXPECT_EQ(post("/v1/subscriptions/sub_none/enable", "").status, 404);
}

TEST_F(SubscriptionsApi, AreTestedByAPing) {
    const std::string id = subscribe().member("id");
    const Reply reply = post("/v1/subscriptions/" + id + "/test", "");
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.member("delivered"), "false");
    EXPECT_EQ(reply.member("status"), "503");
    EXPECT_EQ(reply.member("error"), "status 503");
    EXPECT_EQ(reply.member("took_ms"), "12");
    EXPECT_EQ(deliveries_.pinged, sequence(id));
}

TEST_F(SubscriptionsApi, NeedTheirScope) {
    const std::string reader = make_key(R"(["subscriptions:read"])");
    EXPECT_EQ(ask("GET", "/v1/subscriptions", "", reader).status, 200);
    EXPECT_EQ(ask("POST", "/v1/subscriptions", "{}", reader).status, 403);
}

}  // namespace
}  // namespace postern::api
