// Keys as a resource: made, listed, rotated, revoked, and never beyond what their maker may.
#include "tests/api/api_rig.h"

namespace postern::api {
namespace {

class Keys : public ApiRig {};

TEST_F(Keys, ShowTheirTextOnlyWhenTheyAreMade) {
    const Reply made = post("/v1/keys", R"({"name":"crm","scopes":["events:read"]})");

    EXPECT_EQ(made.status, 201);
    EXPECT_TRUE(made.member("key").starts_with("pk_"));
    EXPECT_EQ(made.member("name"), "crm");
    EXPECT_EQ(made.member("state"), "active");
    EXPECT_EQ(made.member("expires_at"), "null");
    const Reply again = get("/v1/keys/" + made.member("id"));
    EXPECT_EQ(again.status, 200);
    EXPECT_FALSE(again.has("\"key\":"));
}

TEST_F(Keys, NameEveryFieldAtFault) {  // CG-101
    const Reply reply = post(
        "/v1/keys",
        R"({"scopes":["everything"],"expires_at":"yesterday","rate_per_second":0,"colour":"red"})");

    EXPECT_EQ(reply.status, 422);
    EXPECT_EQ(reply.member("code"), "validation_failed");
    EXPECT_EQ(reply.count("\"field\":"), 5u) << reply.body;
    for (const char* field : {"name", "scopes", "expires_at", "rate_per_second", "colour"}) {
        EXPECT_TRUE(reply.has("\"field\":\"" + std::string(field) + "\"")) << field;
    }
    EXPECT_EQ(post("/v1/keys", "{").member("code"), "malformed_json");
    EXPECT_EQ(post("/v1/keys", "[]").status, 400);
    EXPECT_EQ(post("/v1/keys", "").status, 422);
    EXPECT_EQ(post("/v1/keys", R"({"name":"x","scopes":["*"],"expires_at":"2020-01-01T00:00:00Z"})")
                  .status,
              422);
}

TEST_F(Keys, CannotGiveRenewOrEndWhatTheirHolderLacks) {
    const std::string small = make_key(R"(["keys:*","events:read"])");
    const std::string body = R"({"name":"x","scopes":["events:read"]})";
    EXPECT_EQ(ask("POST", "/v1/keys", body, small).status, 201);
    for (const char* scopes : {R"(["*"])", R"(["events:*"])", R"(["events:read","mode:write"])"}) {
        const std::string more = R"({"name":"x","scopes":)" + std::string(scopes) + "}";
        EXPECT_EQ(ask("POST", "/v1/keys", more, small).member("code"), "scope_exceeded") << scopes;
    }
    const std::string list = get("/v1/keys").body;
    const std::string owner = list.substr(list.find("key_"), 30);
    EXPECT_EQ(ask("POST", "/v1/keys/" + owner + "/rotate", "{}", small).status, 403);
    EXPECT_EQ(ask("DELETE", "/v1/keys/" + owner, "", small).status, 403);
}

TEST_F(Keys, ShowTheirTextAgainOnlyToWhoMadeThem) {
    const Fields again{{"Idempotency-Key", "made-once"}};
    const std::string body = R"({"name":"second owner","scopes":["*"]})";
    const Reply made = ask("POST", "/v1/keys", body, {}, again);
    ASSERT_EQ(made.status, 201) << made.body;
    const std::string small = make_key(R"(["keys:write"])");
    for (int i = 0; i < 2; ++i) {
        const Reply other = ask("POST", "/v1/keys", body, small, again);
        EXPECT_EQ(other.status, 422) << "from memory, then from the row";
        EXPECT_EQ(other.member("code"), "idempotency_conflict");
        EXPECT_FALSE(other.has(made.member("key")));
        EXPECT_EQ(ask("POST", "/v1/keys", body, {}, again).body, made.body);
        restart();
        configure();
    }
}

TEST_F(Keys, NeverLeaveNobodyWhoMayDoEverything) {
    const std::string list = get("/v1/keys").body;
    const std::string owner = list.substr(list.find("key_"), 30);
    EXPECT_EQ(ask("DELETE", "/v1/keys/" + owner).member("code"), "last_owner_key");
    const std::string second = make_key(R"(["*"])");
    EXPECT_EQ(ask("DELETE", "/v1/keys/" + owner, "", second).status, 200);
    EXPECT_EQ(get("/v1/keys").status, 401);
}

TEST_F(Keys, RefuseToRotateWhatIsRevokedOrUnknown) {
    const Reply made = post("/v1/keys", R"({"name":"crm","scopes":["*"]})");
    const std::string path = "/v1/keys/" + made.member("id");
    EXPECT_EQ(post(path + "/rotate", R"({"overlap":"31d"})").status, 422);
    EXPECT_EQ(post(path + "/rotate", R"({"overlap":"soon"})").status, 422);
    EXPECT_EQ(ask("DELETE", path).member("state"), "revoked");
    EXPECT_EQ(post(path + "/rotate", "{}").status, 409);
    EXPECT_EQ(post("/v1/keys/key_00000000000000000000000001/rotate", "{}").status, 404);
    const Reply brief =
        post("/v1/keys", R"({"name":"b","scopes":["*"],"expires_at":"2026-01-31T13:00:00Z"})");
    ASSERT_EQ(brief.status, 201) << brief.body;
    thread_.advance(std::chrono::hours{1});
    const std::string late = "/v1/keys/" + brief.member("id") + "/rotate";
    EXPECT_EQ(post(late, "{}").member("code"), "key_expired");
    EXPECT_EQ(get("/v1/keys/nonsense").status, 404);
    std::string other_epoch = made.member("id");
    other_epoch[14] = other_epoch[14] == '0' ? '1' : '0';
    EXPECT_EQ(get("/v1/keys/" + other_epoch).status, 404);
}

TEST_F(Keys, AreListedInPages) {  // CG-93, CG-94
    for (int i = 0; i < 6; ++i) (void)make_key(R"(["*"])");
    std::string path = "/v1/keys?limit=3";
    std::size_t keys = 0, pages = 0;
    for (std::string cursor; pages == 0 || cursor != "null"; ++pages) {
        const Reply page = get(path + (cursor.empty() ? "" : "&cursor=" + cursor));
        ASSERT_EQ(page.status, 200) << page.body;
        EXPECT_LE(page.count("\"id\":"), 3u);
        keys += page.count("\"id\":");
        cursor = page.member("next_cursor");
    }
    EXPECT_EQ(keys, 7u);
    EXPECT_EQ(pages, 3u);
}

}  // namespace
}  // namespace postern::api
