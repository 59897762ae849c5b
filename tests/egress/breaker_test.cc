// A provider in trouble is left alone, and asked again with one request.
#include "tests/egress/egress_rig.h"

namespace postern::egress {
namespace {

using adapters::SendResult;
using ratelimit::Breaker;
using ratelimit::BreakerMode;

/// Answers every request with a status that the test sets.
class BreakerTest : public EgressRig {
  protected:
    BreakerTest() {
        provider_.handler.on_request = [this](const net::Request&, net::Responder responder) {
            responder.send({.status = status_.load(), .body = "x"});
        };
        connect(provider_.url(""));
    }
    void send_many(unsigned count) {
        for (unsigned i = 0; i < count; ++i) (void)send();
    }
    void pass(std::chrono::microseconds time) { later_us_ += time.count(); }
    [[nodiscard]] std::uint64_t requests() const {
        return provider_.server->counters().requests.load();
    }

    net::test::TestServer provider_;
    std::atomic<int> status_{200};
};

TEST_F(BreakerTest, OpensAfterFailuresAndRecoversByOneProbe) {
    status_ = 500;
    send_many(Breaker::calls_min);
    EXPECT_EQ(health().breakers.mode(), BreakerMode::open);

    const auto held = send();
    EXPECT_EQ(held.result, SendResult::transient);
    EXPECT_EQ(held.code, "circuit_open");
    EXPECT_EQ(held.retry_at, start + Breaker::wait_min);
    EXPECT_EQ(requests(), Breaker::calls_min);
    EXPECT_EQ(health().held_back.load(), 1U);

    pass(Breaker::wait_min);
    EXPECT_NE(send().code, "circuit_open");  // the probe, which fails
    EXPECT_EQ(requests(), Breaker::calls_min + 1);
    EXPECT_EQ(send().retry_at, start + Breaker::wait_min * 3);  // the wait has doubled

    status_ = 200;
    pass(Breaker::wait_min * 2);
    EXPECT_EQ(send().result, SendResult::accepted);
    EXPECT_EQ(health().breakers.mode(), BreakerMode::closed);
    EXPECT_EQ(send().result, SendResult::accepted);
}

TEST_F(BreakerTest, OpensAtOnceWhenTheCredentialIsRefused) {
    status_ = 401;
    EXPECT_EQ(send().result, SendResult::credential);
    EXPECT_EQ(send().code, "circuit_open");
    EXPECT_EQ(requests(), 1U);
    health().breakers.reset();
    status_ = 200;
    EXPECT_EQ(send().result, SendResult::accepted);
}

TEST_F(BreakerTest, RefusalsOfMessagesAndRateLimitsAreNoFailures) {
    status_ = 400;
    send_many(Breaker::calls_min);
    status_ = 429;
    send_many(Breaker::calls_min);
    EXPECT_EQ(health().breakers.mode(), BreakerMode::closed);
    EXPECT_EQ(health().counted(SendResult::rate_limited), Breaker::calls_min);
    EXPECT_EQ(requests(), Breaker::calls_min * 2);
}

TEST(Breakers, WhileAProbeIsUnderWayTheOthersAskAgainSoon) {
    using std::chrono::seconds;
    Breakers breakers;
    breakers.end("a", CallEnd::credential, false, seconds(100));
    const auto probe = breakers.ask("a", seconds(105));
    EXPECT_TRUE(probe.granted && probe.probe);
    const auto other = breakers.ask("a", seconds(106));
    EXPECT_FALSE(other.granted);
    EXPECT_EQ(other.ask_at, seconds(111));
    EXPECT_EQ(breakers.mode(), BreakerMode::half_open);
    breakers.end("a", CallEnd::cancelled, true, seconds(107));
    EXPECT_TRUE(breakers.ask("a", seconds(107)).probe);
}

TEST(Breakers, OriginsFailApartAndTheirNumberIsBounded) {
    using std::chrono::seconds;
    Breakers breakers;
    breakers.end("a", CallEnd::credential, false, seconds(100));
    EXPECT_FALSE(breakers.ask("a", seconds(101)).granted);
    EXPECT_TRUE(breakers.ask("b", seconds(101)).granted);
    for (int i = 0; i < 100; ++i) (void)breakers.ask(std::to_string(i), seconds(101));
    breakers.end("another", CallEnd::credential, false, seconds(101));
    EXPECT_FALSE(breakers.ask("one more", seconds(102)).granted);
    EXPECT_TRUE(breakers.ask("b", seconds(102)).granted);
}

}  // namespace
}  // namespace postern::egress
