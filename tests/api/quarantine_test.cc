// The quarantine: listed, shown whole, replayed.
#include "tests/api/api_rig.h"

namespace postern::api {
namespace {

class Quarantine : public ApiRig {};

TEST_F(Quarantine, ShowsWhatCouldNotBeUnderstoodWhole) {
    (void)quarantine("{\"odd\":1}");
    const Reply list = get("/v1/quarantine");
    EXPECT_EQ(list.count("\"id\":\"qrt_"), 1u);
    EXPECT_EQ(list.member("bytes"), "9");
    EXPECT_EQ(list.member("account"), "wa-main");
    EXPECT_FALSE(list.has("odd"));

    const Reply one = get("/v1/quarantine/" + list.member("id"));

    EXPECT_TRUE(one.has(R"("body":"{\"odd\":1}")"));
    EXPECT_EQ(one.member("target"), "/webhooks/wa-main");
    EXPECT_FALSE(one.has("body_base64"));
}

TEST_F(Quarantine, ShowsNoSecretOfTheUrlNorOfAHeader) {
    model::QuarantineRow row;
    row.account = 1;
    row.method = "GET";
    row.target = "/webhooks/wa-main?apiKey=s3cr3t&text=a%20token&msg_signature=s3cr3t&x&password=";
    row.headers = {{"X-Session-Token", "s3cr3t"}, {"X-Kind", "sms"}};
    (void)core_.apply(core::Quarantine{row});
    const std::string id = get("/v1/quarantine").member("id");

    const Reply one = get("/v1/quarantine/" + id);

    EXPECT_EQ(one.member("target"),
              "/webhooks/wa-main?apiKey=***&text=a%20token&msg_signature=***&x&password=***");
    EXPECT_FALSE(one.has("s3cr3t"));
    EXPECT_TRUE(one.has(R"({"name":"X-Session-Token","value":"***"})"));
    EXPECT_TRUE(one.has(R"({"name":"X-Kind","value":"sms"})"));
}

TEST_F(Quarantine, ShowsBytesThatAreNoTextInBase64) {
    (void)quarantine(std::string("\xFF\x00\x01", 3));
    const std::string id = get("/v1/quarantine").member("id");
    EXPECT_EQ(get("/v1/quarantine/" + id).member("body_base64"), "/wAB");
}

TEST_F(Quarantine, ReplaysWhatIsUnderstoodNow) {
    (void)quarantine("{}");
    const std::string id = get("/v1/quarantine").member("id");
    understood_ = false;
    const Reply refused = post("/v1/quarantine/" + id + "/replay", "{}");
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(refused.member("code"), "not_understood");
    EXPECT_EQ(refused.member("detail"), "still no entry");
    understood_ = true;

    const Reply done = post("/v1/quarantine/" + id + "/replay", "{}");

    EXPECT_EQ(done.status, 200);
    EXPECT_EQ(done.member("resolved"), "true");
    EXPECT_EQ(done.member("attempts"), "2");
    EXPECT_EQ(get("/v1/quarantine").count("qrt_"), 0u);
    EXPECT_EQ(get("/v1/quarantine?resolved=all").count("\"id\":\"qrt_"), 1u);
    EXPECT_EQ(post("/v1/quarantine/" + id + "/replay", "{}").status, 409);
    EXPECT_EQ(post("/v1/quarantine/qrt_00000000000000000000000001/replay", "{}").status, 404);
    EXPECT_EQ(post("/v1/quarantine/x/replay", "{}").status, 404);
}

TEST_F(Quarantine, AReplayThatFindsNoRoomIsToBeTriedAgain) {
    (void)quarantine("{}");
    const std::string id = get("/v1/quarantine").member("id");
    replay_refused_ = true;
    const Reply refused = post("/v1/quarantine/" + id + "/replay", "{}");
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(refused.member("code"), "overloaded");
    EXPECT_NE(refused.header("Retry-After"), "");
    EXPECT_EQ(get("/v1/quarantine/" + id).member("attempts"), "0");
}

TEST_F(Quarantine, IsListedInPagesAndByAccount) {  // CG-93, CG-97
    for (int i = 0; i < 7; ++i) (void)quarantine("{}");
    std::size_t rows = 0;
    std::string cursor;
    do {
        const Reply page =
            get("/v1/quarantine?limit=3" + (cursor.empty() ? "" : "&cursor=" + cursor));
        EXPECT_LE(page.count("\"id\":\"qrt_"), 3u);
        rows += page.count("\"id\":\"qrt_");
        cursor = page.member("next_cursor");
    } while (cursor != "null");
    EXPECT_EQ(rows, 7u);
    EXPECT_EQ(get("/v1/quarantine?account=wa-main").count("\"id\":\"qrt_"), 7u);
    EXPECT_EQ(get("/v1/quarantine?account=none").count("\"id\":\"qrt_"), 0u);
}

}  // namespace
}  // namespace postern::api
