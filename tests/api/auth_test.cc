// Who may: every route with no key, a wrong one, one without the scope, one that expired or was
// revoked; the old text of a rotated key; limits; use.
#include <set>

#include "gateway/api/key_ring.h"
#include "gateway/api/routes.h"
#include "tests/api/api_rig.h"

namespace postern::api {
namespace {

using namespace std::chrono_literals;

class Auth : public ApiRig {
  protected:
    /// Each route that needs a key, as a request that would be answered.
    void for_each_guarded(const std::function<void(const Route&, std::string)>& visit) {
        for (const Route& route : routes()) {
            std::string path(route.pattern);
            const std::size_t open = path.find("{id}");
            if (open != std::string::npos) path.replace(open, 4, "wa-main");
            if (!route.scope.empty()) visit(route, path);
        }
    }
    void expect_refused(const std::string& token, int status, const std::string& code) {
        for_each_guarded([&](const Route& route, const std::string& path) {
            const Reply reply = ask(std::string(route.method), path, "", token);
            EXPECT_EQ(reply.status, status) << route.method << " " << path;
            EXPECT_EQ(reply.member("code"), code);
            EXPECT_EQ(reply.exchange->response().content_type, "application/problem+json");
            EXPECT_FALSE(reply.header("X-Request-Id").empty());
        });
    }
};

TEST_F(Auth, RefusesEveryRouteWithoutAKey) {
    expect_refused("-", 401, "unauthorized");
    EXPECT_EQ(ask("GET", "/v1/mode", "", "-").header("WWW-Authenticate"), "Bearer");
}

TEST_F(Auth, RefusesEveryRouteWithAKeyThatNobodyMade) {
    expect_refused("pk_01J00000000000000000000000_x_y", 401, "unauthorized");
}

TEST_F(Auth, RefusesEveryRouteWithoutItsScope) {  // CG-77
    for (const Route& route : routes()) {
        if (route.scope.empty()) continue;
        std::set<std::string_view> scopes;  // each once: a key takes 64
        for (const Route& other : routes()) scopes.insert(other.scope);
        scopes.erase("");
        scopes.erase(route.scope);
        std::string others;
        for (const std::string_view scope : scopes)
            others += (others.empty() ? "" : ",") + ("\"" + std::string(scope) + "\"");
        const std::string token = make_key("[" + others + "]");
        std::string path(route.pattern);
        const std::size_t open = path.find("{id}");
        if (open != std::string::npos) path.replace(open, 4, "x");
        const Reply reply = ask(std::string(route.method), path, "{}", token);
        EXPECT_EQ(reply.status, 403) << route.method << " " << path;
        EXPECT_EQ(reply.member("code"), "scope_missing");
    }
}

TEST_F(Auth, LetsAKeyDoExactlyWhatItsScopesSay) {  // CG-77
    const std::string reader = make_key(R"(["mode:read"])");
    EXPECT_EQ(ask("GET", "/v1/mode", "", reader).status, 200);
    EXPECT_EQ(ask("POST", "/v1/mode", R"({"mode":"active"})", reader).status, 403);
    const std::string both = make_key(R"(["mode:*"])");
    EXPECT_EQ(ask("POST", "/v1/mode", R"({"mode":"active"})", both).status, 200);
    EXPECT_EQ(ask("GET", "/v1/keys", "", both).status, 403);
}

TEST_F(Auth, RefusesAKeyThatHasExpired) {
    const std::string token = make_key(R"(["*"])", R"(,"expires_at":"2026-01-31T13:00:00Z")");
    EXPECT_EQ(ask("GET", "/v1/mode", "", token).status, 200);
    thread_.advance(1h);
    expect_refused(token, 401, "key_expired");
}

TEST_F(Auth, RefusesARevokedKeyFromTheNextRequestOn) {
    const std::string token = make_key(R"(["*"])");
    const std::string id = ask("GET", "/v1/keys", "", token).body;
    const std::string key = id.substr(id.rfind("key_"), 30);

    EXPECT_EQ(ask("DELETE", "/v1/keys/" + key).status, 200);

    expect_refused(token, 401, "key_revoked");
}

TEST_F(Auth, TakesBothTextsOfAKeyWhileItIsRotated) {  // CG-76
    const Reply made = post("/v1/keys", R"({"name":"crm","scopes":["mode:read"]})");
    const std::string old_text = made.member("key");

    const Reply rotated = post("/v1/keys/" + made.member("id") + "/rotate", R"({"overlap":"1h"})");

    ASSERT_EQ(rotated.status, 200) << rotated.body;
    const std::string new_text = rotated.member("key");
    EXPECT_NE(new_text, old_text);
    EXPECT_EQ(rotated.member("id"), made.member("id"));
    EXPECT_EQ(ask("GET", "/v1/mode", "", old_text).status, 200);
    EXPECT_EQ(ask("GET", "/v1/mode", "", new_text).status, 200);
    thread_.advance(1h + 1s);
    EXPECT_EQ(ask("GET", "/v1/mode", "", old_text).member("code"), "key_expired");
    EXPECT_EQ(ask("GET", "/v1/mode", "", new_text).status, 200);
}

TEST_F(Auth, LimitsAKeyAndSaysWhenToComeBack) {  // CG-99
    const std::string token = make_key(R"(["mode:read"])", R"(,"rate_per_second":5)");
    for (int i = 4; i >= 0; --i) {
        const Reply reply = ask("GET", "/v1/mode", "", token);
        EXPECT_EQ(reply.status, 200);
        EXPECT_EQ(reply.header("RateLimit-Limit"), "5");
        EXPECT_EQ(reply.header("RateLimit-Remaining"), std::to_string(i));
    }

    const Reply refused = ask("GET", "/v1/mode", "", token);

    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(refused.member("code"), "rate_limited");
    EXPECT_EQ(refused.header("Retry-After"), "1");
    EXPECT_EQ(refused.header("RateLimit-Remaining"), "0");
    EXPECT_EQ(ask("GET", "/v1/mode").status, 200) << "another key has its own limit";
    thread_.advance(200ms);
    EXPECT_EQ(ask("GET", "/v1/mode", "", token).status, 200);
    EXPECT_EQ(ask("GET", "/v1/mode", "", token).status, 429);
}

TEST_F(Auth, CountsTheUseOfAKeyAndNotesItOnceAMinute) {  // CG-78, CG-103
    const Reply made = post("/v1/keys", R"({"name":"crm","scopes":["mode:read"]})");
    core_.notes = 0;
    for (int i = 0; i < 10; ++i) (void)ask("GET", "/v1/mode", "", made.member("key"));
    EXPECT_EQ(core_.notes, 1u);
    Reply key = get("/v1/keys/" + made.member("id"));
    EXPECT_EQ(key.member("uses"), "10");
    EXPECT_EQ(key.member("last_source"), "192.0.2.9");
    EXPECT_EQ(key.member("last_used_at"), "2026-01-31T12:00:01.000Z");

    thread_.advance(61s);
    (void)ask("GET", "/v1/mode", "", made.member("key"));
    (void)ask("GET", "/v1/mode", "", made.member("key"));
    api_->flush_usage();

    const auto row = reader_.get(storage::keys::api_key(4));
    key = get("/v1/keys/" + made.member("id"));
    EXPECT_EQ(key.member("uses"), "12");
}

TEST_F(Auth, KeepsTheCountWhenTheCoreIsTooBusyToNoteIt) {
    const Reply made = post("/v1/keys", R"({"name":"crm","scopes":["mode:read"]})");
    core_.full = true;
    for (int i = 0; i < 3; ++i) (void)ask("GET", "/v1/mode", "", made.member("key"));
    core_.full = false;
    EXPECT_EQ(get("/v1/keys/" + made.member("id")).member("uses"), "3");
    api_->flush_usage();
    EXPECT_EQ(get("/v1/keys/" + made.member("id")).member("uses"), "3");
}

TEST_F(Auth, RefusesABodyBeforeItIsRead) {
    testing::Exchange big(thread_, "POST", "/v1/mode");
    EXPECT_FALSE(api_->admit(big.request()).accepted);
    big.header("Authorization", "bearer " + owner_);
    const net::Admission admission = api_->admit(big.request());
    EXPECT_TRUE(admission.accepted);
    EXPECT_EQ(admission.body_bytes_max, api_body_bytes_max);
    testing::Exchange unknown(thread_, "POST", "/v1/nothing");
    EXPECT_EQ(api_->admit(unknown.request()).refusal.status, 404);
}

TEST_F(Auth, StoresNothingThatOpensTheDoor) {  // CG-75
    const Reply made = post("/v1/keys", R"({"name":"crm","scopes":["*"]})");
    const std::string secret = made.member("key").substr(30, 52);
    EXPECT_EQ(get("/v1/keys").body.find(secret), std::string::npos);
    std::size_t keys = 0;
    (void)reader_.scan(storage::keys::api_key(0), storage::keys::api_key(~0ull),
                       [&](std::string_view, const model::RecordPtr& record) {
                           const auto& row = model::get<model::ApiKeyRow>(*record);
                           const std::string_view hash(
                               reinterpret_cast<const char*>(row.hash.data()), row.hash.size());
                           EXPECT_EQ(hash.find(secret.substr(0, 8)), std::string_view::npos);
                           ++keys;
                           return true;
                       });
    EXPECT_EQ(keys, 2u);
}

TEST(Scopes, AllowByNameAreaOrAll) {
    EXPECT_TRUE(allows({"*"}, "messages:read"));
    EXPECT_TRUE(allows({"messages:*"}, "messages:read"));
    EXPECT_TRUE(allows({"a:read", "messages:read"}, "messages:read"));
    EXPECT_FALSE(allows({"messages:write"}, "messages:read"));
    EXPECT_FALSE(allows({"message:*"}, "messages:read"));
    EXPECT_FALSE(allows({"messages:", "messages", ":*", ""}, "messages:read"));
    EXPECT_FALSE(allows({}, "messages:read"));
}

}  // namespace
}  // namespace postern::api
