// POST /v1/messages/batch: a result each, in the order in which they came.
#include "tests/api/api_rig.h"

namespace postern::api {
namespace {

class Batch : public ApiRig {
  protected:
    /// Buckets begin empty.
    void SetUp() override { thread_.advance(std::chrono::seconds{1}); }
    static std::string to(const std::string& address, const std::string& text = "hola") {
        return R"({"to":{"channel":"telegram","address":")" + address +
               R"("},"account":"tg-shop","content":{"type":"text","text":")" + text + R"("}})";
    }
    static std::string list(const std::string& messages) {
        return R"({"messages":[)" + messages + "]}";
    }
    Reply post_lines(const std::string& lines, const std::string& key = "k") {
        return ask("POST", "/v1/messages/batch", lines, {},
                   {{"Content-Type", "application/x-ndjson"}, {"Idempotency-Key", key}});
    }
};

TEST_F(Batch, AnswersInOrderWhateverIsRefused) {  // CG-96
    ASSERT_EQ(post("/v1/suppressions", R"({"channel":"telegram","address":"2"})").status, 200);
    const Reply reply = post("/v1/messages/batch", list(to("1", "a1") + "," + to("2", "a2") +
                                                        R"(,{"to":1},)" + to("3", "a3")));
    ASSERT_EQ(reply.status, 200) << reply.body;
    const std::size_t first = reply.body.find(R"({"status":202,"message":{)");
    const std::size_t second = reply.body.find(R"({"status":422,"error":{)");
    ASSERT_NE(second, std::string::npos);
    EXPECT_EQ(first, std::string(R"({"data":[)").size());
    EXPECT_LT(first, second);
    EXPECT_NE(reply.body.find(R"("code":"suppressed")", second), std::string::npos);
    const std::size_t third = reply.body.find(R"("code":"validation_failed")");
    EXPECT_LT(second, third);
    EXPECT_LT(third, reply.body.find(R"("text":"a3")"));
    EXPECT_EQ(reply.count(R"("status":202)"), 2u);
    EXPECT_EQ(core_.dispatched.size(), 2u);
}

TEST_F(Batch, TakesOneMessageALine) {
    const Reply reply = post_lines(to("1") + "\n\nnothing\n" + to("2") + "\r\n");
    ASSERT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.exchange->response().content_type, "application/x-ndjson");
    EXPECT_EQ(reply.count("\n"), 3u);
    EXPECT_TRUE(reply.body.starts_with(R"({"status":202,"message":{)"));
    EXPECT_TRUE(reply.has("\n{\"status\":400,\"error\":{"));
    const Reply again = post_lines(to("1") + "\n\nnothing\n" + to("2") + "\r\n");
    EXPECT_EQ(again.body, reply.body);
    EXPECT_EQ(again.header("Idempotent-Replayed"), "true");
    EXPECT_EQ(core_.dispatched.size(), 2u);
}

TEST_F(Batch, IsOfOneToAThousand) {
    EXPECT_EQ(post("/v1/messages/batch", list("")).status, 422);
    EXPECT_EQ(post("/v1/messages/batch", "{}").member("field"), "messages");
    EXPECT_EQ(post("/v1/messages/batch", R"({"message":[]})").member("code"), "validation_failed");
    EXPECT_EQ(post("/v1/messages/batch", "[]").status, 400);
    std::string many = to("1");
    for (int i = 0; i < 1000; ++i) many += ",{}";
    EXPECT_EQ(post("/v1/messages/batch", list(many)).status, 422);
    EXPECT_TRUE(core_.dispatched.empty());
}

TEST_F(Batch, ReadsContactsToo) {
    receive("+573001234567", "hola");
    const std::string contact = get("/v1/contacts?phone=%2B573001234567").member("id");
    const Reply reply = post(
        "/v1/messages/batch",
        list(R"({"to":{"contact":")" + contact +
             R"("},"account":"wa-main","category":"reply","content":{"type":"text","text":"a"}},)" +
             to("9")));
    EXPECT_EQ(reply.count(R"("status":202)"), 2u) << reply.body;
    EXPECT_TRUE(reply.has(R"("address":"+573001234567")"));
}

/// What a restart leaves of a batch: its answer is gone from memory, its messages are not.
TEST_F(Batch, NeverSendsAMessageTwiceEvenAfterItsAnswerIsForgotten) {
    const std::string body = list(to("1") + "," + to("2"));
    const Fields key{{"Idempotency-Key", "k"}};
    const Reply first = ask("POST", "/v1/messages/batch", body, {}, key);
    ASSERT_EQ(first.status, 200);
    restart();
    const Reply again = ask("POST", "/v1/messages/batch", body, {}, key);
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(again.header("Idempotent-Replayed"), "true");
    EXPECT_EQ(core_.dispatched.size(), 2u);
}

}  // namespace
}  // namespace postern::api
