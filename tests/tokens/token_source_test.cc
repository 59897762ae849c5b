// One owner of a token over real sockets: one request for all who wait, the next one in time.
#include "gateway/tokens/token_source.h"

#include <atomic>
#include <future>
#include <mutex>

#include <gtest/gtest.h>

#include "tests/net/support.h"

namespace postern::tokens {
namespace {

using namespace std::chrono_literals;
using adapters::SendResult;
using net::test::TestServer;

/// The answer's body is the token, which lives an hour; any other status is a refusal.
class Grant final : public adapters::TokenGrant {
  public:
    explicit Grant(std::string url) : url_(std::move(url)) {}
    [[nodiscard]] adapters::ProviderCall request() const override {
        adapters::ProviderCall call;
        call.url = url_;
        call.body = "the secret";
        return call;
    }
    [[nodiscard]] adapters::GrantedToken answered(const adapters::ProviderAnswer& answer,
                                                  adapters::Instant) override {
        adapters::GrantedToken out;
        if (answer.status == 200) {
            out.token = adapters::Secret(std::string(answer.body));
            out.lives = 1h;
            return out;
        }
        out.refusal.result = SendResult::credential;
        out.refusal.code = "token_refused";
        out.hold = 60s;
        return out;
    }

  private:
    std::string url_;
};

class TokenSourceTest : public ::testing::Test {
  protected:
    TokenSourceTest() {
        provider_.handler.on_request = [this](const net::Request&, net::Responder responder) {
            const int number = ++asked_;
            if (hold_) {
                const std::lock_guard lock(mutex_);
                return held_.push_back(std::make_shared<net::Responder>(std::move(responder)));
            }
            net::Response response;
            response.status = status_;
            response.body = "token-" + std::to_string(number);
            responder.send(std::move(response));
        };
        source_ = make(provider_.url("/token"));
    }
    ~TokenSourceTest() override {
        source_->close();
        flush();
        pool_->stop();
    }
    std::shared_ptr<TokenSource> make(const std::string& url) {
        return make_token_source(pool_->at(0), std::make_unique<Grant>(url), {}, [this] {
            const std::chrono::microseconds now{now_us_.load()};
            return model::Now{model::Instant{now}, now};
        });
    }
    void flush() {
        for (std::size_t i = 0; i < pool_->size(); ++i) {
            std::promise<void> ran;
            pool_->at(i).post([&] { ran.set_value(); });
            ran.get_future().wait();
        }
    }
    std::future<Token> begin(std::size_t thread = 1) {
        auto come = std::make_shared<std::promise<Token>>();
        source_->ask(pool_->at(thread), [this, thread, come](const Token& token) {
            EXPECT_TRUE(pool_->at(thread).is_current());
            come->set_value(token);
        });
        return come->get_future();
    }
    std::string ask() { return std::string(begin().get().secret.reveal()); }
    void pass(std::chrono::microseconds time) { now_us_ += time.count(); }

    TestServer provider_;
    std::atomic<int> asked_{0};
    std::atomic<int> status_{200};
    std::atomic<bool> hold_{false};
    std::atomic<std::int64_t> now_us_{1'000'000'000};
    std::mutex mutex_;
    std::vector<std::shared_ptr<net::Responder>> held_;
    std::unique_ptr<net::IoPool> pool_ = net::make_io_pool(2);
    std::shared_ptr<TokenSource> source_;
};

TEST_F(TokenSourceTest, IsAskedForOnceByAllWhoNeedIt) {
    hold_ = true;
    std::vector<std::future<Token>> waiting;
    for (std::size_t i = 0; i < 20; ++i) waiting.push_back(begin(i % 2));
    ASSERT_TRUE(net::test::eventually([&] { return asked_.load() == 1; }));
    flush();
    {
        const std::lock_guard lock(mutex_);
        ASSERT_EQ(held_.size(), 1U);
        held_.front()->send({.body = "the one"});
    }
    for (auto& one : waiting) EXPECT_EQ(one.get().secret.reveal(), "the one");
    EXPECT_EQ(asked_, 1);
}

TEST_F(TokenSourceTest, TheNextOneIsThereFiveMinutesBeforeTheLastOneEnds) {
    EXPECT_EQ(ask(), "token-1");
    pass(55min - 1us);
    EXPECT_EQ(ask(), "token-1");
    pass(1us);
    EXPECT_EQ(ask(), "token-2");
    EXPECT_EQ(ask(), "token-2");
}

TEST_F(TokenSourceTest, OneThatIsRefusedIsFollowedByOneOther) {
    const Token first = begin().get();
    // Whoever hears it late speaks of a token that is gone already.
    source_->spoil(first.secret);
    EXPECT_EQ(ask(), "token-2");
    source_->spoil(first.secret);
    EXPECT_EQ(ask(), "token-2");
    EXPECT_EQ(asked_, 2);
}

TEST_F(TokenSourceTest, ARefusalIsToldAndNotAskedForAgainAtOnce) {
    status_ = 401;
    const Token none = begin().get();
    EXPECT_TRUE(none.secret.empty());
    EXPECT_EQ(none.refusal.result, SendResult::credential);
    EXPECT_EQ(begin().get().refusal.code, "token_refused");
    EXPECT_EQ(asked_, 1);
    status_ = 200;
    pass(60s);
    EXPECT_EQ(ask(), "token-2");
}

TEST_F(TokenSourceTest, AServerThatIsDownIsTriedAgainSoon) {
    source_->close();
    source_ = make("http://127.0.0.1:1/token");
    const Token none = begin().get();
    EXPECT_EQ(none.refusal.result, SendResult::transient);
    EXPECT_EQ(none.refusal.code, "token_unavailable");
}

TEST_F(TokenSourceTest, ACheckAsksAnewAndWhatComesIsKept) {
    EXPECT_EQ(ask(), "token-1");
    std::promise<net::ClientResponse> come;
    source_->fetch(pool_->at(1),
                   [&](const net::ClientResponse& response) { come.set_value(response); });
    EXPECT_EQ(come.get_future().get().body, "token-2");
    EXPECT_EQ(ask(), "token-2");
    EXPECT_EQ(asked_, 2);
}

TEST_F(TokenSourceTest, WhoWaitsIsToldOfTheEnd) {
    hold_ = true;
    auto waits = begin();
    ASSERT_TRUE(net::test::eventually([&] { return asked_.load() == 1; }));
    source_->close();
    EXPECT_EQ(waits.get().refusal.code, "stopping");
    EXPECT_EQ(begin().get().refusal.code, "stopping");
    std::promise<bool> failed;
    source_->fetch(pool_->at(1), [&](const net::ClientResponse& response) {
        failed.set_value(!!response.error);
    });
    EXPECT_TRUE(failed.get_future().get());
    const std::lock_guard lock(mutex_);
    held_.clear();
}

TEST_F(TokenSourceTest, StaysWhileTheAccountAsksTheSame) {
    EXPECT_TRUE(source_->asks_as(Grant(provider_.url("/token"))));
    EXPECT_FALSE(source_->asks_as(Grant(provider_.url("/other"))));
}

}  // namespace
}  // namespace postern::tokens
