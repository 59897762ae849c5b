// The table itself: paths that are none, methods that are not allowed, HEAD, request ids, problems.
#include "gateway/api/routes.h"

#include <set>

#include "tests/api/api_rig.h"

namespace postern::api {
namespace {

class Routes : public ApiRig {};

TEST_F(Routes, AnswerAProblemForWhatIsNot) {  // CG-101
    for (const char* path : {"/", "/v1", "/v1/", "/v1/nothing", "/v1/keys/", "/v1/keys/a/b",
                             "/V1/keys", "/v1/keys/a/rotate/b", "//v1/keys"}) {
        const Reply reply = get(path);
        EXPECT_EQ(reply.status, 404) << path;
        EXPECT_EQ(reply.member("code"), "not_found");
        EXPECT_EQ(reply.member("status"), "404");
        EXPECT_EQ(reply.member("type"), "urn:postern:problem:not_found");
        EXPECT_EQ(reply.exchange->response().content_type, "application/problem+json");
    }
}

TEST_F(Routes, SayWhichMethodsAPathTakes) {
    const Reply reply = ask("PUT", "/v1/keys");
    EXPECT_EQ(reply.status, 405);
    EXPECT_EQ(reply.header("Allow"), "GET, HEAD, POST");
    EXPECT_EQ(ask("POST", "/v1/contacts", "{}").header("Allow"), "GET, HEAD");
    EXPECT_EQ(ask("GET", "/v1/backups").header("Allow"), "POST");
}

TEST_F(Routes, AnswerHeadLikeGet) {
    EXPECT_EQ(ask("HEAD", "/v1/mode").status, 200);
}

TEST_F(Routes, AreAllDifferentAndAllHaveAHandler) {
    std::set<std::string> seen;
    for (const Route& route : routes()) {
        EXPECT_NE(route.handler, nullptr);
        EXPECT_TRUE(seen.insert(std::string(route.method) + std::string(route.pattern)).second);
        const bool says = route.method != "GET" && route.method != "DELETE";
        EXPECT_EQ(says, route.body_bytes_max != 0) << route.pattern;
        const bool changes = route.method != "GET";
        EXPECT_TRUE(route.scope.empty() || route.scope.ends_with(changes ? ":write" : ":read"));
    }
}

TEST_F(Routes, GiveBackTheCallersRequestIdOrMakeOne) {
    EXPECT_EQ(get("/healthz", {{"X-Request-Id", "abc-1"}}).header("X-Request-Id"), "abc-1");
    const std::string made = get("/healthz").header("X-Request-Id");
    EXPECT_TRUE(made.starts_with("req_"));
    EXPECT_NE(get("/healthz").header("X-Request-Id"), made);
    EXPECT_TRUE(
        get("/healthz", {{"X-Request-Id", "a b"}}).header("X-Request-Id").starts_with("req_"));
    const std::string long_id(129, 'x');
    EXPECT_NE(get("/healthz", {{"X-Request-Id", long_id}}).header("X-Request-Id"), long_id);
}

TEST_F(Routes, SayOverloadedWithAnHourToComeBack) {
    core_.full = true;
    const Reply change = post("/v1/mode", R"({"mode":"active"})");
    EXPECT_EQ(change.status, 503);
    EXPECT_EQ(change.header("Retry-After"), "1");
    pool_.busy = true;
    EXPECT_EQ(get("/v1/contacts").member("code"), "overloaded");
    EXPECT_EQ(get("/v1/events").member("code"), "overloaded");
}

TEST_F(Routes, SayThatTheStorageCannotBeRead) {
    receive("+573001234567", "hola");
    const std::string contact = get("/v1/contacts").member("id");
    reader_.broken = true;
    for (const std::string& path :
         {std::string("/v1/contacts"), "/v1/contacts/" + contact,
          "/v1/contacts/" + contact + "/timeline", std::string("/v1/messages"),
          std::string("/v1/quarantine"), std::string("/v1/events"),
          std::string("/v1/contacts?phone=%2B571"), "/v1/messages?contact=" + contact}) {
        EXPECT_EQ(get(path).member("code"), "storage_unreadable") << path;
    }
}

TEST_F(Routes, ChangeNothingOnADiskThatIsNearlyFull) {
    disk_full_ = true;
    EXPECT_EQ(post("/v1/mode", R"({"mode":"active"})").member("code"), "storage_full");
    EXPECT_EQ(get("/v1/mode").status, 200);
}

}  // namespace
}  // namespace postern::api
