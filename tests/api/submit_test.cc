// POST /v1/messages over a real core: accepted, refused, judged, asked again.
#include "gateway/api/idempotency.h"
#include "tests/api/api_rig.h"

namespace postern::api {
namespace {

using namespace std::chrono_literals;

class Submit : public ApiRig {
  protected:
    /// Buckets begin empty.
    void SetUp() override { thread_.advance(std::chrono::seconds{1}); }
    /// A text on Telegram, with more members before the end.
    static std::string text(const std::string& more = {}) {
        return R"({"to":{"channel":"telegram","address":"4711"},"account":"tg-shop",)"
               R"("content":{"type":"text","text":"hola"})" +
               more + "}";
    }
    static std::string to_whatsapp(const std::string& more = {}) {
        return R"({"to":{"channel":"whatsapp","address":"+57 300 123 4567"},"account":"wa-main",)"
               R"("category":"reply","content":{"type":"text","text":"hola"})" +
               more + "}";
    }
    Reply post_as(const std::string& key, const std::string& path, const std::string& body) {
        return ask("POST", path, body, {}, {{"Idempotency-Key", key}});
    }
};

TEST_F(Submit, AcceptsAMessageAndShowsItAtOnce) {
    const Reply reply = post("/v1/messages", text());
    ASSERT_EQ(reply.status, 202) << reply.body;
    EXPECT_EQ(reply.member("state"), "queued");
    EXPECT_EQ(reply.member("direction"), "outbound");
    EXPECT_EQ(reply.member("account"), "tg-shop");
    EXPECT_EQ(reply.member("channel"), "telegram");
    EXPECT_EQ(reply.member("address"), "4711");
    EXPECT_EQ(reply.member("category"), "transactional");
    EXPECT_EQ(reply.member("decision"), "send");
    EXPECT_TRUE(reply.has(R"("category_default":true)"));
    EXPECT_TRUE(reply.has(R"("content":{"type":"text","text":"hola"})"));
    ASSERT_EQ(core_.dispatched.size(), 1u);
    const Reply now = get("/v1/messages/" + reply.member("id"));
    EXPECT_EQ(now.status, 200);
    EXPECT_EQ(now.member("state"), "sending");
    EXPECT_EQ(now.member("contact"), reply.member("contact"));
    EXPECT_EQ(get("/v1/contacts/" + reply.member("contact")).status, 200);
}

TEST_F(Submit, KeepsAMessageUntilItsTime) {
    const Reply reply =
        post("/v1/messages", text(R"(,"send_at":"2026-01-31T18:00:00Z","metadata":{"order":7})"));
    ASSERT_EQ(reply.status, 202) << reply.body;
    EXPECT_EQ(reply.member("state"), "waiting");
    EXPECT_EQ(reply.member("not_before"), "2026-01-31T18:00:00.000Z");
    EXPECT_TRUE(reply.has(R"("metadata":{"order":7})"));
    EXPECT_TRUE(core_.dispatched.empty());
}

// none-has 8: the recipient's zone is the one that the caller gives, where there is no number
TEST_F(Submit, JudgesQuietHoursByTheZoneThatIsGiven) {
    policy::HoursRule rule;
    rule.categories = model::all_categories;
    policy::open(rule.week, 0x7F, 6 * 60, 8 * 60);
    settings_.accounts[2].policy.quiet.rules = {rule};
    configure();
    const auto verdict_in = [&](const std::string& zone) {
        return post("/v1/messages/check",
                    R"({"to":{"address":"4711")" + zone + R"(},"account":"tg-shop",)" +
                        R"("at":"2026-02-02T12:00:00Z","content":{"type":"text","text":"hola"}})");
    };
    EXPECT_TRUE(verdict_in("").has("time zone is unknown"));
    EXPECT_EQ(verdict_in(R"(,"timezone":"America/Bogota")").member("decision"), "send");
    const Reply rome = verdict_in(R"(,"timezone":"Europe/Rome")");
    EXPECT_EQ(rome.member("decision"), "wait") << rome.body;
    EXPECT_EQ(rome.member("until"), "2026-02-03T05:00:00.000Z");
    EXPECT_TRUE(rome.has(R"("zone_source":"given")"));
    EXPECT_EQ(verdict_in(R"(,"timezone":"Rome")").member("field"), "to.timezone");
}

TEST_F(Submit, JudgesAnotherTimeWithoutTodaysLimitsAndEnd) {
    settings_.accounts[2].policy.rate.per_second = 0.001;
    settings_.accounts[2].policy.rate.burst = 1;
    configure();
    ASSERT_EQ(post("/v1/messages", text()).status, 202);
    EXPECT_EQ(post("/v1/messages/check", text()).member("decision"), "wait");  // by its rate
    for (const std::string at : {"2020-01-31T18:00:00Z", "2026-12-24T18:00:00Z"}) {
        const Reply then = post("/v1/messages/check", text(R"(,"at":")" + at + R"(")"));
        EXPECT_EQ(then.member("decision"), "send") << then.body;
    }
}

TEST_F(Submit, NamesEveryFieldAtFault) {  // CG-101
    struct Case {
        const char* body;
        const char* field;
        const char* code;
    };
    const Case cases[] = {
        {R"({"account":"tg-shop","content":{"type":"text","text":"a"}})", "to", "required"},
        {R"({"to":7,"account":"tg-shop","content":{"type":"text","text":"a"}})", "to", "invalid"},
        {R"({"to":{},"account":"tg-shop","content":{"type":"text","text":"a"}})", "to.address",
         "required"},
        {R"({"to":{"contact":"x"},"account":"tg-shop","content":{"type":"text","text":"a"}})",
         "to.contact", "invalid"},
        {R"({"to":{"contact":"con_00000000000000000000000001"},"account":"tg-shop",)"
         R"("content":{"type":"text","text":"a"}})",
         "to.contact", "not_found"},
        {R"({"to":{"channel":"fax","address":"1"},"account":"tg-shop",)"
         R"("content":{"type":"text","text":"a"}})",
         "to.channel", "invalid"},
        {R"({"to":{"channel":"whatsapp","address":"1"},"account":"tg-shop",)"
         R"("content":{"type":"text","text":"a"}})",
         "to.channel", "invalid"},
        {R"({"to":{"address":"1"},"content":{"type":"text","text":"a"}})", "account", "required"},
        {R"({"to":{"address":"1"},"account":"none","content":{"type":"text","text":"a"}})",
         "account", "not_found"},
        {R"({"to":{"address":"1"},"account":"tg-in","content":{"type":"text","text":"a"}})",
         "account", "cannot_send"},
        {R"({"to":{"address":"+573001234567"},"account":"wa-main",)"
         R"("content":{"type":"text","text":"a"}})",
         "category", "required"},
        {R"({"to":{"address":"1"},"account":"tg-shop"})", "content", "required"},
        {R"({"to":{"address":"1"},"account":"tg-shop","content":{"type":"txt"}})", "content.type",
         "invalid"},
        {R"({"to":{"address":"1"},"account":"tg-shop","content":{"type":"text"}})", "content.text",
         "required"},
    };
    for (const Case& c : cases) {
        const Reply reply = post("/v1/messages", c.body);
        EXPECT_EQ(reply.status, 422) << c.body;
        EXPECT_EQ(reply.member("field"), c.field) << c.body << reply.body;
        EXPECT_TRUE(reply.has(std::string(R"("field":")") + c.field + R"(","code":")" + c.code))
            << reply.body;
    }
    EXPECT_EQ(post("/v1/messages", "[]").status, 400);
    EXPECT_EQ(post("/v1/messages", "{").status, 400);
}

TEST_F(Submit, ChecksWordsTimesAndMetadata) {
    struct Case {
        const char* more;
        const char* field;
        const char* detail;
    };
    const Case cases[] = {
        {R"(,"category":"marketting")", "category", "Did you mean marketing?"},
        {R"(,"priority":"urgent")", "priority", "high, normal, low"},
        {R"(,"fallbak":[])", "fallbak", "Did you mean fallback?"},
        {R"(,"fallback":["tg-shop"])", "fallback[0]", "already"},
        {R"(,"fallback":["x"])", "fallback[0]", "no account"},
        {R"(,"fallback":["wa-main"])", "fallback[0]", "wa-main"},
        {R"(,"send_at":"soon")", "send_at", "RFC 3339"},
        {R"(,"send_at":"2028-01-31T18:00:00Z")", "send_at", "a year"},
        {R"(,"expires_at":"2026-01-30T00:00:00Z")", "expires_at", "later"},
        {R"(,"expires_at":"2026-04-30T00:00:00Z")", "expires_at", "30 days"},
        {R"(,"send_at":"2026-02-02T00:00:00Z","expires_at":"2026-02-01T00:00:00Z")", "expires_at",
         "later"},
        {R"(,"metadata":[])", "metadata", "object"},
        {R"(,"metadata":{"a":{"b":1}})", "metadata.a", "flat"},
        {R"(,"test":"yes")", "test", "true or false"},
        {R"(,"reply_to":5)", "reply_to", "string"},
        {R"(,"at":"2026-02-02T00:00:00Z")", "at", "not known"},
    };
    for (const Case& c : cases) {
        const Reply reply = post("/v1/messages", text(c.more));
        EXPECT_EQ(reply.status, 422) << c.more;
        EXPECT_EQ(reply.member("field"), c.field) << reply.body;
        EXPECT_TRUE(reply.has(c.detail)) << reply.body;
    }
    std::string blank = text();
    blank.replace(blank.find("hola"), 4, R"( \n )");
    EXPECT_EQ(post("/v1/messages", blank).member("field"), "content.text") << blank;
    const std::string large = R"(,"metadata":{"a":")" + std::string(5000, 'x') + R"("})";
    EXPECT_EQ(post("/v1/messages", text(large)).member("field"), "metadata");
    EXPECT_TRUE(core_.dispatched.empty());
}

TEST_F(Submit, RefusesByRuleWithTheVerdict) {
    const Reply closed = post("/v1/messages", to_whatsapp());
    EXPECT_EQ(closed.status, 422);
    EXPECT_EQ(closed.member("code"), "window_24h");
    EXPECT_EQ(closed.member("decision"), "refuse");
    receive("+573001234567", "hola");
    EXPECT_EQ(post("/v1/messages", to_whatsapp()).status, 202);
    const Reply noted = post("/v1/suppressions",
                             R"({"account":"wa-main","address":"+573001234567","reason":"asked"})");
    EXPECT_EQ(noted.status, 200) << noted.body;
    const Reply suppressed = post("/v1/messages", to_whatsapp());
    EXPECT_EQ(suppressed.status, 422);
    EXPECT_EQ(suppressed.member("code"), "suppressed");
    const Reply invalid = post("/v1/messages", R"({"to":{"address":"+12"},"account":"wa-main",)"
                                               R"("category":"reply","content":{"type":"text",)"
                                               R"("text":"a"}})");
    EXPECT_EQ(invalid.member("code"), "address_valid") << invalid.body;
}

TEST_F(Submit, FindsTheContactsAddressOnTheAccount) {
    receive("+573001234567", "hola");
    const std::string contact = get("/v1/contacts?phone=%2B573001234567").member("id");
    const std::string to = R"({"to":{"contact":")" + contact +
                           R"("},"content":{"type":"text",)"
                           R"("text":"a"},"category":"reply","account":)";
    const Reply whatsapp = post("/v1/messages", to + R"("wa-main"})");
    ASSERT_EQ(whatsapp.status, 202) << whatsapp.body;
    EXPECT_EQ(whatsapp.member("address"), "+573001234567");
    EXPECT_EQ(whatsapp.member("contact"), contact);
    const Reply none = post("/v1/messages", to + R"("tg-shop"})");
    EXPECT_EQ(none.status, 422);
    EXPECT_EQ(none.member("code"), "no_address");
    EXPECT_TRUE(none.has("tg-shop"));
    const Reply sms = post("/v1/messages", to + R"("wa-main","fallback":["sms-main"]})");
    EXPECT_EQ(sms.status, 202) << sms.body;
    EXPECT_TRUE(sms.has(R"("fallback":["sms-main"])"));
}

TEST_F(Submit, JudgesAtAnotherTimeAndWritesNothing) {
    const auto rows = reader_.applied();
    receive("+573001234567", "hola");
    const auto later = reader_.applied();
    EXPECT_GT(later, rows);
    const Reply now = post("/v1/messages/check", to_whatsapp());
    EXPECT_EQ(now.status, 200) << now.body;
    EXPECT_EQ(now.member("decision"), "send");
    EXPECT_EQ(now.member("segments"), "null");
    const Reply tomorrow =
        post("/v1/messages/check", to_whatsapp(R"(,"at":"2026-02-02T12:00:00Z",)"
                                               R"("expires_at":"2026-02-03T12:00:00Z")"));
    EXPECT_EQ(tomorrow.status, 200);
    EXPECT_EQ(tomorrow.member("decision"), "refuse") << tomorrow.body;
    EXPECT_EQ(reader_.applied(), later);
    EXPECT_TRUE(core_.dispatched.empty());
}

TEST_F(Submit, CountsSegmentsWhereTheyAreCharged) {
    const auto sms = [&](const std::string& words) {
        return post("/v1/messages/check",
                    R"({"to":{"channel":"sms","address":"+573001234567"},"account":"sms-main",)"
                    R"("content":{"type":"text","text":")" +
                        words + R"("}})");
    };
    const Reply plain = sms(std::string(161, 'a'));
    EXPECT_EQ(plain.status, 200) << plain.body;
    EXPECT_EQ(plain.member("encoding"), "gsm7");
    EXPECT_EQ(plain.member("count"), "2");
    EXPECT_EQ(plain.member("units"), "161");
    EXPECT_EQ(plain.member("cost_units"), "2");
    EXPECT_EQ(sms("\xE4\xBD\xA0\xE5\xA5\xBD").member("encoding"), "ucs2");
    EXPECT_TRUE(plain.has(R"("hints":[])")) << plain.body;
    EXPECT_TRUE(sms("Hola {{name}}").has(R"("hints":[{"code":"unfilled_variable",)"));  // CG-34
}

TEST_F(Submit, CountsThePartsOfASplitText) {
    const auto check = [&](std::size_t letters) {
        return post("/v1/messages/check",
                    R"({"to":{"channel":"telegram","address":"4242"},"account":"tg-shop",)"
                    R"("content":{"type":"text","text":")" +
                        std::string(letters, 'a') + R"("}})");
    };
    const Reply plain = check(4096);
    EXPECT_EQ(plain.member("cost_units"), "1") << plain.body;
    const Reply split = check(4097);
    EXPECT_EQ(split.member("cost_units"), "2") << split.body;
    EXPECT_EQ(split.member("segments"), "null");
}

TEST_F(Submit, AnswersTheSameKeyWithTheSameBytes) {
    const Reply first = post_as("order-7", "/v1/messages", text());
    ASSERT_EQ(first.status, 202) << first.body;
    EXPECT_EQ(first.header("Idempotent-Replayed"), "");
    adapters::SendOutcome taken;
    taken.result = adapters::SendResult::accepted;
    taken.external_id = "77";
    answer(taken);
    thread_.advance(1h);
    const Reply again = post_as("order-7", "/v1/messages", text());
    EXPECT_EQ(again.status, 202);
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(again.header("Idempotent-Replayed"), "true");
    const Reply other = post_as("order-7", "/v1/messages", text(R"(,"test":false)"));
    EXPECT_EQ(other.status, 422);
    EXPECT_EQ(other.member("code"), "idempotency_conflict");
    EXPECT_TRUE(core_.dispatched.empty());
    EXPECT_EQ(post_as(std::string(256, 'k'), "/v1/messages", text()).status, 400);
}

TEST_F(Submit, ForgetsTheKeyOfARefusal) {
    EXPECT_EQ(post_as("k", "/v1/messages", to_whatsapp()).status, 422);
    receive("+573001234567", "hola");
    const Reply reply = post_as("k", "/v1/messages", to_whatsapp());
    EXPECT_EQ(reply.status, 202) << reply.body;
    EXPECT_EQ(reply.header("Idempotent-Replayed"), "");
}

TEST_F(Submit, SaysThatTheFirstIsStillBeingWorkedOn) {
    core_.hold = true;
    const Reply first = post_as("k", "/v1/messages", text());
    EXPECT_EQ(first.status, 0);
    const Reply second = post_as("k", "/v1/messages", text());
    EXPECT_EQ(second.status, 409);
    EXPECT_EQ(second.member("code"), "idempotency_in_progress");
    core_.release();
    ASSERT_TRUE(first.exchange->answered());
    EXPECT_EQ(first.exchange->response().status, 202);
    const Reply third = post_as("k", "/v1/messages", text());
    EXPECT_EQ(third.status, 202);
    EXPECT_EQ(third.body, first.exchange->response().body);
}

TEST_F(Submit, KeepsAnswersOfOtherPostsToo) {
    const Reply first = post_as("k1", "/v1/keys", R"({"name":"a","scopes":["messages:read"]})");
    ASSERT_EQ(first.status, 201) << first.body;
    const Reply again = post_as("k1", "/v1/keys", R"({"name":"a","scopes":["messages:read"]})");
    EXPECT_EQ(again.status, 201);
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(again.header("Idempotent-Replayed"), "true");
    EXPECT_EQ(post_as("k1", "/v1/keys", R"({"name":"b","scopes":[]})").member("code"),
              "idempotency_conflict");
    EXPECT_EQ(post_as("k1", "/v1/messages", text()).status, 422);
}

TEST_F(Submit, KeepsAnswersOfOtherPostsOverARestart) {
    const std::string body = R"({"name":"a","scopes":["messages:read"]})";
    const Reply first = post_as("k1", "/v1/keys", body);
    ASSERT_EQ(first.status, 201) << first.body;
    const Reply paused = post_as("k2", "/v1/accounts/wa-main/pause", R"({"reason":"x"})");
    ASSERT_EQ(paused.status, 200) << paused.body;
    restart();
    configure();
    for (int i = 0; i < 2; ++i) {
        const Reply again = post_as("k1", "/v1/keys", body);
        EXPECT_EQ(again.status, 201);
        EXPECT_EQ(again.body, first.body);
        EXPECT_EQ(again.header("Idempotent-Replayed"), "true");
    }
    EXPECT_EQ(post_as("k2", "/v1/accounts/wa-main/pause", R"({"reason":"x"})").body, paused.body);
    EXPECT_EQ(post_as("k1", "/v1/keys", R"({"name":"b","scopes":[]})").member("code"),
              "idempotency_conflict");
    EXPECT_EQ(post_as("k1", "/v1/messages", text()).status, 422) << "one namespace";
    EXPECT_EQ(get("/v1/keys").count(R"("name":"a")"), 1u);
}

TEST_F(Submit, DoesNotDoTwiceWhatWasInterrupted) {
    const std::string body = R"({"name":"a","scopes":["messages:read"]})";
    net::Request request;
    request.method = "POST";
    request.path = "/v1/keys";
    request.body = body;
    core::KeepAnswer used;
    used.key = desk_.blind("idempotency", "k1");
    const std::string list = get("/v1/keys").body;
    model::KeyId owner;
    ASSERT_TRUE(model::parse_id(list.substr(list.find("key_"), 30), owner));
    used.row.hash = hash_request(request, 0, owner.sequence());
    (void)core_.apply(used);
    const Reply again = post_as("k1", "/v1/keys", body);
    EXPECT_EQ(again.status, 409);
    EXPECT_EQ(again.member("code"), "idempotency_answer_lost");
    used.row.status = 201;  // … answered, and the answer was too large to be kept
    (void)core_.apply(used);
    EXPECT_EQ(post_as("k1", "/v1/keys", body).member("code"), "idempotency_answer_lost");
    EXPECT_EQ(get("/v1/keys").count(R"("name":"a")"), 0u);
}

TEST_F(Submit, DoesNotDoTwiceWhatNobodyCouldKeepTheAnswerOf) {
    const std::string body = R"({"name":"a","scopes":["messages:read"]})";
    core_.hold = true;
    const Reply first = post_as("k1", "/v1/keys", body);
    core_.full = true;
    core_.release();
    ASSERT_TRUE(first.exchange->answered());
    EXPECT_EQ(first.exchange->response().status, 201) << "what was done is done";
    core_.full = false;
    EXPECT_EQ(post_as("k1", "/v1/keys", body).body, first.exchange->response().body);
    restart();
    configure();
    EXPECT_EQ(post_as("k1", "/v1/keys", body).member("code"), "idempotency_answer_lost");
    EXPECT_EQ(get("/v1/keys").count(R"("name":"a")"), 1u);
}

TEST_F(Submit, ARefusalGivesItsKeyBackBeforeItIsTold) {
    const std::string body = R"({"account":"wa-main","name":"a","language":"es",)"
                             R"("category":"reply","body":"b {{c}}"})";
    ASSERT_EQ(post("/v1/templates", body).status, 201);
    core_.hold = true;
    const Reply first = post_as("k1", "/v1/templates", body);
    core_.release(true);
    EXPECT_FALSE(first.exchange->answered()) << "the key is not free yet";
    core_.release();
    ASSERT_TRUE(first.exchange->answered());
    EXPECT_EQ(first.exchange->response().status, 409);
    EXPECT_EQ(post_as("k1", "/v1/keys", R"({"name":"a","scopes":["messages:read"]})").status, 201);
}

TEST_F(Submit, ARefusedPostLeavesItsKeyFreeOverARestart) {
    const std::string body = R"({"account":"wa-main","name":"a","language":"es",)"
                             R"("category":"reply","body":"b {{c}}"})";
    ASSERT_EQ(post("/v1/templates", body).status, 201);
    EXPECT_EQ(post_as("k1", "/v1/templates", body).status, 409);
    restart();
    configure();
    EXPECT_EQ(post_as("k1", "/v1/keys", R"({"name":"a","scopes":["messages:read"]})").status, 201);
}

TEST_F(Submit, IsForKeysThatMay) {
    const std::string reader = make_key(R"(["messages:read"])");
    EXPECT_EQ(ask("POST", "/v1/messages", text(), reader).status, 403);
    const std::string writer = make_key(R"(["messages:write"])");
    EXPECT_EQ(ask("POST", "/v1/messages", text(), writer).status, 202);
    core_.full = true;
    EXPECT_EQ(post("/v1/messages", text()).status, 503);
}

}  // namespace
}  // namespace postern::api
