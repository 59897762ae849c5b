// Every dispatch comes back once: from all threads, when too many come, and when it ends.
#include "gateway/egress/egress.h"

#include <set>
#include <thread>

#include "tests/egress/egress_rig.h"
#include "tests/net/proxy_peer.h"

namespace postern::egress {
namespace {

using adapters::SendResult;
using net::test::ScriptedServer;
using net::test::TestServer;

class EgressTest : public EgressRig {};

/// Keeps requests until the test lets them go.
class HoldingProvider final {
  public:
    HoldingProvider() {
        server_.handler.on_request = [this](const net::Request&, net::Responder responder) {
            const std::lock_guard lock(mutex_);
            held_.push_back(std::move(responder));
        };
    }
    ~HoldingProvider() { release(); }
    [[nodiscard]] std::string url() const { return server_.url(""); }
    [[nodiscard]] bool holds(std::size_t count) {
        return net::test::eventually([&] {
            const std::lock_guard lock(mutex_);
            return held_.size() >= count;
        });
    }
    void release() {
        const std::lock_guard lock(mutex_);
        for (auto& responder : held_) {
            auto& thread = responder.thread();
            auto answer = std::make_shared<net::Responder>(std::move(responder));
            thread.post([answer] { answer->send({.body = "id"}); });
        }
        held_.clear();
    }

  private:
    std::mutex mutex_;
    std::vector<net::Responder> held_;
    TestServer server_;
};

TEST_F(EgressTest, AnswersEachDispatchOnce) {
    threads_ = 2;
    TestServer provider({}, 2);
    std::atomic<unsigned> turn{0};
    provider.handler.on_request = [&turn](const net::Request&, net::Responder responder) {
        const int statuses[] = {200, 429, 400, 200, 200};
        responder.send({.status = statuses[turn++ % 5], .body = "id"});
    };
    connect(provider.url(""));
    constexpr std::size_t messages = 400;
    std::vector<core::Dispatch> dispatches;
    for (std::size_t i = 1; i <= messages; ++i) dispatches.push_back(dispatch_of(i));
    egress_->dispatch(std::move(dispatches));
    std::set<model::Sequence> answered;
    for (const auto& answer : inbox_.wait_for(messages)) answered.insert(answer.message);
    EXPECT_EQ(answered.size(), messages);
    EXPECT_TRUE(egress_->stop(std::chrono::seconds(60)));
    EXPECT_EQ(inbox_.count(), messages);
    EXPECT_EQ(egress_->under_way(), 0U);
    EXPECT_EQ(health().requests.load(), messages);
}

TEST_F(EgressTest, KeepsItsConnection) {
    TestServer provider;
    connect(provider.url(""));
    for (model::Sequence i = 1; i <= 10; ++i) EXPECT_EQ(send(i).result, SendResult::accepted);
    EXPECT_EQ(provider.server->counters().connections_accepted.load(), 1U);
}

TEST_F(EgressTest, SaysSoWhenTooManyWaitForAConnection) {
    options_.connections_per_origin_max = 1;
    options_.total_timeout = std::chrono::minutes(10);
    HoldingProvider provider;
    connect(provider.url());
    constexpr std::size_t queue = 16'384;
    std::vector<core::Dispatch> dispatches;
    for (std::size_t i = 0; i < queue + 6; ++i) dispatches.push_back(dispatch_of(i + 1));
    egress_->dispatch(std::move(dispatches));
    // One is under way, the queue is full, the rest come back.
    for (const auto& answer : inbox_.wait_for(5)) {
        EXPECT_EQ(answer.outcome.code, "queue_full");
        EXPECT_EQ(answer.outcome.result, SendResult::transient);
    }
    EXPECT_EQ(health().breakers.mode(), ratelimit::BreakerMode::closed);
    EXPECT_FALSE(egress_->stop(std::chrono::milliseconds(0)));
}

TEST_F(EgressTest, StopWaitsForWhatIsUnderWay) {
    HoldingProvider provider;
    connect(provider.url());
    egress_->dispatch({dispatch_of(1)});
    ASSERT_TRUE(provider.holds(1));
    std::thread stopping([this] { EXPECT_TRUE(egress_->stop(std::chrono::seconds(60))); });
    provider.release();
    stopping.join();
    EXPECT_EQ(inbox_.wait_for(1).front().outcome.result, SendResult::accepted);
}

TEST_F(EgressTest, WhatIsCutAtTheEndOfTheGraceHasNoAnswer) {
    HoldingProvider provider;
    connect(provider.url());
    egress_->dispatch({dispatch_of(1)});
    ASSERT_TRUE(provider.holds(1));
    EXPECT_FALSE(egress_->stop(std::chrono::milliseconds(1)));
    EXPECT_EQ(inbox_.count(), 0U);
}

TEST_F(EgressTest, WhatComesAfterTheStopIsNotSent) {
    TestServer provider;
    connect(provider.url(""));
    EXPECT_TRUE(egress_->stop(std::chrono::seconds(60)));
    egress_->dispatch({dispatch_of(1)});
    const auto answer = inbox_.wait_for(1).front();
    EXPECT_EQ(answer.outcome.result, SendResult::transient);
    EXPECT_EQ(answer.outcome.code, "stopping");
    EXPECT_EQ(provider.server->counters().requests.load(), 0U);
}

TEST_F(EgressTest, WhatIsUnderWayEndsWithTheAccountThatItBeganWith) {
    HoldingProvider before;
    connect(before.url());
    egress_->dispatch({dispatch_of(1)});
    ASSERT_TRUE(before.holds(1));
    egress_->reload(std::make_shared<const AccountTable>());
    adapter_.reset();
    before.release();
    EXPECT_EQ(inbox_.wait_for(1).front().outcome.result, SendResult::accepted);
    EXPECT_EQ(egress_->accounts()->find(number), nullptr);
}

TEST_F(EgressTest, GoesThroughTheAccountsProxyAndSaysSoWhenThatFails) {
    TestServer provider;
    net::test::ProxyPeer proxy;
    proxy_.url = proxy.url();
    connect(provider.url(""));
    EXPECT_EQ(send().result, SendResult::accepted);
    EXPECT_EQ(proxy.asked().size(), 1u);

    net::test::ProxyPeer strict;
    strict.authorization = "Basic somebody else";
    proxy_.url = strict.url();
    connect(provider.url(""));
    const auto refused = send(2);
    EXPECT_EQ(refused.result, SendResult::transient);  // nothing left
    EXPECT_EQ(refused.code, "proxy_refused");

    proxy_.url = ClosedPort().url();
    connect(provider.url(""));
    EXPECT_EQ(send(3).code, "proxy_failed");

    proxy_ = {};
    connect(provider.url(""));
    EXPECT_EQ(send(4).result, SendResult::accepted);
    EXPECT_EQ(provider.server->counters().requests.load(), 2u);
}

TEST_F(EgressTest, BringsBackWhenItCalledAndHowTheProviderNamesTheCall) {
    TestServer provider;
    provider.handler.on_request = [](const net::Request&, net::Responder responder) {
        responder.send({.status = 503,
                        .headers = {{"X-Request-Id", "of a gateway"}, {"x-fb-trace-id", "Ab/9"}}});
    };
    connect(provider.url(""));
    egress_->dispatch({dispatch_of(1)});
    const core::AnswerAttempt answer = inbox_.wait_for(1).back();
    EXPECT_EQ(answer.provider_status, 503);
    EXPECT_EQ(answer.provider_request, "Ab/9");
    EXPECT_EQ(answer.dispatched, start);

    connect(ClosedPort().url());
    egress_->dispatch({dispatch_of(2)});
    const core::AnswerAttempt none = inbox_.wait_for(2).back();
    EXPECT_EQ(none.provider_status, 0);
    EXPECT_EQ(none.provider_request, "");
}

}  // namespace
}  // namespace postern::egress
