// Probes, status, mode, accounts, backups, events.
#include "tests/api/api_rig.h"

namespace postern::api {
namespace {

class Operations : public ApiRig {};

TEST_F(Operations, AnswerProbesWithoutAKey) {
    EXPECT_EQ(ask("GET", "/healthz", "", "-").status, 200);
    EXPECT_EQ(ask("GET", "/readyz", "", "-").body, R"({"ready":true,"reasons":[]})");
    ready_ = false;
    const Reply reply = ask("GET", "/readyz", "", "-");
    EXPECT_EQ(reply.status, 503);
    EXPECT_TRUE(reply.has("the disk does not answer"));
}

TEST_F(Operations, PassTheStatusThrough) {
    EXPECT_EQ(get("/v1/status").body, R"({"version":"0.1.0"})");
}

TEST_F(Operations, SetTheModeAndSayWhereItComesFrom) {
    EXPECT_EQ(get("/v1/mode").body, R"({"mode":"active","source":"configuration"})");
    EXPECT_EQ(post("/v1/mode", R"({"mode":"inactive"})").body,
              R"({"mode":"inactive","source":"api"})");
    EXPECT_EQ(get("/v1/mode").body, R"({"mode":"inactive","source":"api"})");
    EXPECT_EQ(post("/v1/mode", R"({"mode":"off"})").status, 422);
    EXPECT_EQ(post("/v1/mode", "{}").status, 422);
}

TEST_F(Operations, ShowAccountsWithTheirHealth) {
    const Reply list = get("/v1/accounts");
    EXPECT_EQ(list.count("\"paused_reason\""), 3u);
    EXPECT_EQ(get("/v1/accounts?channel=telegram").count("\"paused_reason\""), 1u);  // CG-97
    const Reply one = get("/v1/accounts/wa-main");
    EXPECT_EQ(one.member("id"), "wa-main");
    EXPECT_EQ(one.member("state"), "active");
    EXPECT_EQ(one.member("signature_failures"), "7");
    EXPECT_EQ(one.member("last_inbound_at"), "2026-01-31T12:00:00.000Z");
    EXPECT_EQ(get("/v1/accounts/tg-shop").member("state"), "removed");
    EXPECT_EQ(get("/v1/accounts/none").status, 404);
}

TEST_F(Operations, PauseAndResumeAnAccount) {
    const Reply paused = post("/v1/accounts/wa-main/pause", R"({"reason":"token expired"})");
    EXPECT_EQ(paused.member("state"), "paused");
    EXPECT_EQ(paused.member("paused_reason"), "token expired");
    EXPECT_EQ(get("/v1/accounts/wa-main").member("state"), "paused");
    EXPECT_EQ(post("/v1/accounts/wa-main/resume", "").member("state"), "active");
    EXPECT_EQ(post("/v1/accounts/none/pause", "{}").status, 404);
    EXPECT_EQ(post("/v1/accounts/wa-main/resume", R"({"reason":"x"})").status, 422);
}

TEST_F(Operations, HoldBackLanesAndCallersUntilTheyAreResumed) {  // MF-11
    configure();
    thread_.advance(std::chrono::seconds{5});
    const std::string key = make_key(R"(["messages:*"])");
    const std::string text = R"({"account":"sms-main","to":{"address":"+573001234567"},)"
                             R"("category":"marketing","content":{"type":"text","text":"Hi"}})";
    const Reply keys = get("/v1/keys");
    const std::size_t at = keys.body.rfind(R"("id":")") + 6;
    const std::string id = keys.body.substr(at, keys.body.find('"', at) - at);

    const Reply paused = post("/v1/pauses", R"({"key":")" + id + R"(","reason":"runs wild"})");
    ASSERT_EQ(paused.status, 200) << paused.body;
    EXPECT_EQ(paused.member("key"), id);
    EXPECT_EQ(paused.member("reason"), "runs wild");
    EXPECT_EQ(get("/v1/pauses").body, paused.body);
    const Reply held = ask("POST", "/v1/messages", text, key);
    EXPECT_EQ(held.member("state"), "waiting");
    EXPECT_TRUE(held.has("runs wild")) << held.body;
    const std::string other = R"({"account":"sms-main","to":{"address":"+573007654321"},)"
                              R"("category":"marketing","content":{"type":"text","text":"Hi"}})";
    const Reply free = post("/v1/messages", other);  // another key's
    EXPECT_EQ(free.member("decision"), "send") << free.body;

    EXPECT_EQ(post("/v1/pauses/remove", R"({"category":"marketing"})").status, 404);
    EXPECT_TRUE(post("/v1/pauses/remove", R"({"key":")" + id + R"("})").has(R"("data":[])"));
    EXPECT_EQ(post("/v1/pauses", R"({"key":"key_none"})").member("field"), "key");
    EXPECT_EQ(post("/v1/pauses", R"({"account":"none"})").member("field"), "account");
    EXPECT_EQ(post("/v1/pauses", R"({"account":""})").member("field"), "account") << "not: all";
    EXPECT_EQ(post("/v1/pauses/remove", R"({"key":""})").member("field"), "key");
    EXPECT_EQ(post("/v1/pauses", R"({"category":"news"})").member("field"), "category");
    EXPECT_EQ(post("/v1/pauses", R"({"priority":"some"})").member("field"), "priority");
}

TEST_F(Operations, AnswerNotModifiedToWhoHasTheLatest) {  // CG-98
    const Reply first = get("/v1/accounts/wa-main");
    const std::string etag = first.header("ETag");
    ASSERT_FALSE(etag.empty());
    EXPECT_EQ(get("/v1/accounts/wa-main", {{"If-None-Match", etag}}).status, 304);
    EXPECT_EQ(get("/v1/accounts/wa-main", {{"If-None-Match", "\"x\", W/" + etag}}).status, 304);
    EXPECT_EQ(get("/v1/accounts/wa-main", {{"If-None-Match", "\"x\""}}).status, 200);
    (void)post("/v1/accounts/wa-main/pause", "{}");
    EXPECT_EQ(get("/v1/accounts/wa-main", {{"If-None-Match", etag}}).status, 200);
}

TEST_F(Operations, MakeABackupWhereTheyAreTold) {
    const Reply made = post("/v1/backups", R"({"path":"/var/backups/a"})");
    EXPECT_EQ(made.status, 201);
    EXPECT_EQ(made.member("path"), "/var/backups/a");
    EXPECT_EQ(post("/v1/backups", R"({"path":"/taken"})").member("code"), "backup_failed");
    EXPECT_EQ(post("/v1/backups", R"({"path":"relative"})").status, 422);
    EXPECT_EQ(post("/v1/backups", "{}").status, 422);
}

TEST_F(Operations, ServeEventsAndOneEventByItsId) {
    receive("+573001234567", "hola");
    const Reply list = get("/v1/events?types=message.received");
    EXPECT_EQ(list.status, 200);
    EXPECT_EQ(list.count("\"type\":\"message.received\""), 1u);
    EXPECT_FALSE(list.header("RateLimit-Limit").empty());
    EXPECT_FALSE(list.header("X-Request-Id").empty());
    const Reply one = get("/v1/events/" + list.member("id"));
    EXPECT_EQ(one.status, 200);
    EXPECT_TRUE(list.has(one.body));
    EXPECT_EQ(get("/v1/events/evt_00000000000000000000000009").status, 404);
    EXPECT_EQ(get("/v1/events?after=evt_zzzz").member("code"), "invalid_cursor");
    std::string other = list.member("next_cursor");
    other[15] = other[15] == '0' ? '1' : '0';
    EXPECT_EQ(get("/v1/events?after=" + other).member("code"), "cursor_expired");
}

}  // namespace
}  // namespace postern::api
