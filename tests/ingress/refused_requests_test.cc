// What people see of webhooks that were turned away, and what they never see.
#include "gateway/ingress/refused_requests.h"

#include "tests/ingress/ingress_rig.h"

namespace postern::ingress {
namespace {

using namespace std::chrono_literals;

Account account_with_secret() {
    Account account;
    account.name = "shop";
    account.number = 1;
    account.config.credentials["secret"].emplace_back("hook-secret-7");
    return account;
}

struct Sent {
    std::string target = "/webhooks/shop";
    std::string body = "{}";
    std::vector<net::Header> headers;

    [[nodiscard]] net::Request request() const {
        net::Request request;
        request.method = "POST";
        request.target = target;
        request.path = "/webhooks/shop";
        request.headers = headers;
        request.body = body;
        request.peer = "203.0.113.9";
        return request;
    }
};

constexpr model::Instant start{std::chrono::seconds{1'800'000'000}};

TEST(RefusedRequests, AreKeptWholeWithTheirReason) {
    RefusedRequests refused(20, 24h);
    const Account account = account_with_secret();
    Sent sent;
    sent.headers = {{"X-Signature", "sha256=ab"}};
    refused.note(account, sent.request(), "req_1", 401, "the signature does not match", start);
    const auto list = refused.list(1, start + 1s);
    ASSERT_EQ(list.size(), 1u);
    EXPECT_EQ(list[0].id, "req_1");
    EXPECT_EQ(list[0].peer, "203.0.113.9");
    EXPECT_EQ(list[0].status, 401);
    EXPECT_EQ(list[0].reason, "the signature does not match");
    EXPECT_EQ(list[0].body, "{}");
    EXPECT_EQ(list[0].headers[0].second, "sha256=ab");  // what one compares
    EXPECT_TRUE(refused.list(2, start).empty());
}

TEST(RefusedRequests, NeverShowASecret) {
    RefusedRequests refused(20, 24h);
    Sent sent;
    sent.target = "/webhooks/shop?hub.verify_token=abc&x=1&api_key=2&y=hook-secret-7";
    sent.body = R"({"leaked":"hook-secret-7"})";
    sent.headers = {{"Authorization", "Basic dTpw"},
                    {"X-Telegram-Bot-Api-Secret-Token", "tg"},
                    {"Cookie", "session"},
                    {"X-Custom", "it is hook-secret-7!"},
                    {"User-Agent", "curl"}};
    refused.note(account_with_secret(), sent.request(), "req_1", 401, "no", start);
    const Refused kept = refused.list(1, start)[0];
    EXPECT_EQ(kept.target, "/webhooks/shop?hub.verify_token=***&x=1&api_key=***&y=***");
    EXPECT_EQ(kept.body, R"({"leaked":"***"})");
    EXPECT_EQ(kept.headers[0].second, "***");
    EXPECT_EQ(kept.headers[1].second, "***");
    EXPECT_EQ(kept.headers[2].second, "***");
    EXPECT_EQ(kept.headers[3].second, "it is ***!");
    EXPECT_EQ(kept.headers[4].second, "curl");
}

TEST(RefusedRequests, AreTheLastOnesLatestFirstForADay) {
    RefusedRequests refused(3, 24h);
    const Account account = account_with_secret();
    for (int i = 0; i < 5; ++i) {
        refused.note(account, Sent{}.request(), "req_" + std::to_string(i), 401, "no",
                     start + std::chrono::seconds{i});
    }
    const auto list = refused.list(1, start + 10s);
    ASSERT_EQ(list.size(), 3u);
    EXPECT_EQ(list[0].id, "req_4");
    EXPECT_EQ(list[2].id, "req_2");
    EXPECT_TRUE(refused.list(1, start + 25h).empty());
}

TEST(RefusedRequests, KeepTheBeginningOfALongBody) {
    RefusedRequests refused(3, 24h);
    Sent sent;
    sent.body = std::string(refused_body_bytes_max + 1, 'x');
    refused.note(account_with_secret(), sent.request(), "req_1", 401, "no", start);
    EXPECT_EQ(refused.list(1, start)[0].body.size(), refused_body_bytes_max);
    EXPECT_EQ(refused.list(1, start)[0].body_bytes, refused_body_bytes_max + 1);
}

TEST(RefusedRequests, OfAFloodAreAFewASecond) {
    RefusedRequests refused(1000, 24h);
    const Account account = account_with_secret();
    for (int i = 0; i < 500; ++i) refused.note(account, Sent{}.request(), "", 401, "no", start);
    EXPECT_EQ(refused.list(1, start).size(), refused_per_second_max);
    refused.note(account, Sent{}.request(), "", 401, "no", start + 1s);
    EXPECT_EQ(refused.list(1, start + 1s).size(), refused_per_second_max + 1);
}

TEST(RefusedRequests, AreNoneWhereNoneAreToBeKept) {
    RefusedRequests refused(0, 24h);
    refused.note(account_with_secret(), Sent{}.request(), "", 401, "no", start);
    EXPECT_TRUE(refused.list(1, start).empty());
}

class WatchedWebhook : public IngressRig {
  protected:
    WatchedWebhook() {
        configure(R"({"batch":"/items","verify":{"type":"none"},"kind":"message"})");
        handler_->watch(traces_, refused_);
    }
    std::string id_of(const net::Response& response) const {
        if (response.fixed == nullptr) {
            for (const auto& [name, value] : response.headers)
                if (name == "X-Request-Id") return value;
            return {};
        }
        const std::size_t at = response.fixed->find("\r\nX-Request-Id: ") + 16;
        return response.fixed->substr(at, response.fixed->find("\r\n", at) - at);
    }
    runtime::RequestTraces traces_{1, 100};
    RefusedRequests refused_{20, 24h};
};

TEST_F(WatchedWebhook, NamesEachRequestAndRemembersWhatItMade) {
    const net::Response answer = send(R"({"items":[{"id":"a","from":"x"},{"id":"b","from":"y"}]})");
    ASSERT_NE(answer.fixed, nullptr);
    EXPECT_TRUE(answer.fixed->starts_with("HTTP/1.1 200 OK\r\nX-Request-Id: req_"))
        << *answer.fixed;
    EXPECT_TRUE(answer.fixed->ends_with("\r\n\r\n"));
    const auto trace = traces_.find(id_of(answer));
    ASSERT_TRUE(trace);
    EXPECT_EQ(trace->what, "webhook shop");
    EXPECT_EQ(trace->status, 200);
    EXPECT_EQ(trace->made.size(), 2u);
    EXPECT_NE(trace->durable, model::Instant{});
    EXPECT_TRUE(refused_.list(1, inbox_.now).empty());
}

TEST_F(WatchedWebhook, KeepsWhatDoesNotVerifyAndWhatIsSetAside) {
    const net::Response odd = send("this is no JSON");
    ASSERT_NE(odd.fixed, nullptr);  // set aside: 200
    auto list = refused_.list(1, inbox_.now);
    ASSERT_EQ(list.size(), 1u);
    EXPECT_EQ(list[0].status, 200);
    EXPECT_TRUE(list[0].reason.starts_with("set aside: ")) << list[0].reason;
    EXPECT_EQ(list[0].id, id_of(odd));
    EXPECT_EQ(list[0].body, "this is no JSON");
}

TEST_F(WatchedWebhook, KeepsNothingOfStrangers) {
    testing::Exchange exchange(thread_, "POST", "/webhooks/nobody", "{}");
    handler_->handle(exchange.request(), exchange.responder());
    EXPECT_EQ(exchange.response().status, 401);
    EXPECT_TRUE(exchange.answer_header("X-Request-Id").starts_with("req_"));
    EXPECT_EQ(handler_->unknown_accounts.load(), 1u);
    EXPECT_TRUE(refused_.list(0, inbox_.now).empty());
    EXPECT_TRUE(refused_.list(1, inbox_.now).empty());
}

}  // namespace
}  // namespace postern::ingress
