// What is known of an address, noted and taken away by people.
#include "tests/api/api_rig.h"

namespace postern::api {
namespace {

class Suppressions : public ApiRig {
  protected:
    Reply of(const std::string& address) {
        return get("/v1/suppressions?account=sms-main&address=" + address);
    }
};

TEST_F(Suppressions, AreNotedReadAndTakenAway) {
    const std::string body = R"({"channel":"twilio","address":"300 123 4567","kind":"opted_out",)"
                             R"("categories":["marketing"],"reason":"by phone"})";
    EXPECT_EQ(post("/v1/suppressions", body).member("field"), "address");
    const std::string good =
        R"({"channel":"twilio","address":"+57 300 123 4567","kind":"opted_out",)"
        R"("categories":["marketing"],"reason":"by phone"})";
    const Reply added = post("/v1/suppressions", good);
    ASSERT_EQ(added.status, 200) << added.body;
    EXPECT_EQ(added.member("address"), "+573001234567");
    const Reply read = of("+573001234567");
    EXPECT_EQ(read.body, added.body);
    EXPECT_TRUE(read.has(R"("categories":["marketing"])"));
    EXPECT_EQ(read.member("source"), "api");
    EXPECT_EQ(post("/v1/suppressions/remove", good).status, 200);
    EXPECT_TRUE(of("+573001234567").has(R"("data":[])"));
    EXPECT_EQ(post("/v1/suppressions/remove", good).status, 404);
    // Audited: who, what, of whom by a hash.
    const Reply events = get("/v1/events?types=suppression.*");
    EXPECT_EQ(events.count(R"("type":"suppression.added")"), 1u) << events.body;
    EXPECT_EQ(events.count(R"("type":"suppression.removed")"), 1u);
    EXPECT_EQ(events.count(R"("address_hash":")" + read.member("address_hash") + '"'), 2u);
    EXPECT_EQ(events.count(R"("key_name":")"), 2u);
    // The person has said nothing.
    EXPECT_EQ(get("/v1/events?types=contact.*").count(R"("type":)"), 0u);
    EXPECT_FALSE(events.has("3001234567"));
}

TEST_F(Suppressions, AreImportedAsOfTheirOwnDates) {
    const Reply reply = post("/v1/suppressions/import",
                             R"({"account":"sms-main","address":"+573001234567",)"
                             R"("as_of":"2024-05-01T00:00:00Z"})"
                             "\nnothing\n"
                             R"({"account":"sms-main","address":"x"})"
                             "\n"
                             R"({"account":"sms-main","address":"+573007654321","kind":"optout"})");
    ASSERT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.member("imported"), "1");
    EXPECT_EQ(reply.member("rejected"), "3");
    EXPECT_TRUE(reply.has(R"({"line":2,"field":"","code":"malformed_json")"));
    EXPECT_TRUE(reply.has(R"({"line":3,"field":"address","code":"invalid")"));
    EXPECT_TRUE(reply.has(R"({"line":4,"field":"kind")"));
    EXPECT_EQ(of("+573001234567").member("at"), "2024-05-01T00:00:00.000Z");
    EXPECT_TRUE(get("/v1/events?types=suppressions.imported").has(R"("imported":1,"rejected":3)"));
    EXPECT_EQ(post("/v1/suppressions/import", "").status, 422);
}

TEST_F(Suppressions, AreAskedByAddressAndByKeysThatMay) {
    EXPECT_EQ(get("/v1/suppressions?account=sms-main").status, 400);
    EXPECT_EQ(get("/v1/suppressions?account=none&address=1").status, 400);
    const std::string key = make_key(R"(["suppressions:read"])");
    EXPECT_EQ(ask("GET", "/v1/suppressions?channel=twilio&address=%2B573001234567", "", key).status,
              200);
    EXPECT_EQ(ask("POST", "/v1/suppressions", "{}", key).status, 403);
}

}  // namespace
}  // namespace postern::api
