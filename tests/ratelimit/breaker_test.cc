#include "ratelimit/breaker.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace postern::ratelimit {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

Breaker opened(microseconds now) {
    Breaker breaker;
    for (int i = 0; i < 20; ++i) breaker.failed(now, false);
    return breaker;
}

TEST(Breaker, OpensAtHalfFailedOfTwentyCalls) {
    Breaker breaker;
    for (int i = 0; i < 10; ++i) breaker.succeeded(seconds{100}, false);
    for (int i = 0; i < 9; ++i) breaker.failed(seconds{101}, false);
    EXPECT_EQ(breaker.mode(), BreakerMode::closed);
    breaker.failed(seconds{101}, false);
    EXPECT_EQ(breaker.mode(), BreakerMode::open);
}

TEST(Breaker, StaysClosedBelowHalf) {
    Breaker breaker;
    for (int i = 0; i < 51; ++i) breaker.succeeded(seconds{100}, false);
    for (int i = 0; i < 50; ++i) breaker.failed(seconds{101}, false);
    EXPECT_EQ(breaker.mode(), BreakerMode::closed);
}

TEST(Breaker, ForgetsWhatIsOlderThanItsWindow) {
    Breaker breaker;
    for (int i = 0; i < 19; ++i) breaker.failed(seconds{100}, false);
    breaker.failed(seconds{130}, false);
    EXPECT_EQ(breaker.mode(), BreakerMode::closed);
    for (int i = 0; i < 19; ++i) breaker.failed(seconds{159}, false);
    EXPECT_EQ(breaker.mode(), BreakerMode::open);
}

TEST(Breaker, ProbesOnceAndWaitsLongerEachTime) {
    microseconds now = seconds{100};
    Breaker breaker = opened(now);
    for (const int wait : {5, 10, 20, 40, 60, 60}) {
        const Permit refused = breaker.ask(now);
        EXPECT_FALSE(refused.granted);
        EXPECT_EQ(refused.ask_at, now + seconds{wait});
        EXPECT_FALSE(breaker.ask(refused.ask_at - microseconds{1}).granted);
        now = refused.ask_at;
        EXPECT_TRUE(breaker.ask(now).probe);
        EXPECT_EQ(breaker.mode(), BreakerMode::half_open);
        EXPECT_FALSE(breaker.ask(now).granted) << "one at a time";
        breaker.failed(now, true);
    }
    now = breaker.ask(now).ask_at;
    ASSERT_TRUE(breaker.ask(now).probe);
    breaker.succeeded(now, true);
    EXPECT_EQ(breaker.mode(), BreakerMode::closed);
    EXPECT_TRUE(breaker.ask(now).granted);
    breaker.failed(now, false);
    EXPECT_EQ(breaker.mode(), BreakerMode::closed) << "old failures are forgotten";
}

TEST(Breaker, IgnoresLateAnswersToEarlierCalls) {
    Breaker breaker = opened(seconds{100});
    breaker.succeeded(seconds{101}, false);
    breaker.failed(seconds{101}, false);
    EXPECT_EQ(breaker.ask(seconds{101}).ask_at, seconds{105});
    ASSERT_TRUE(breaker.ask(seconds{105}).probe);
    breaker.succeeded(seconds{105}, false);
    EXPECT_EQ(breaker.mode(), BreakerMode::half_open);
}

TEST(Breaker, OpensAtOnceWhenTheCredentialIsRefused) {
    Breaker breaker;
    breaker.credential_refused(seconds{100});
    EXPECT_EQ(breaker.mode(), BreakerMode::open);
    EXPECT_TRUE(breaker.credential());
    breaker.credential_refused(seconds{101});  // of a call in flight
    EXPECT_EQ(breaker.ask(seconds{101}).ask_at, seconds{105});
    breaker.reset();
    EXPECT_TRUE(breaker.ask(seconds{101}).granted);
    EXPECT_FALSE(breaker.credential());
}

TEST(Breaker, ProbesAgainWhenAProbeIsLostOrNotMade) {
    Breaker breaker = opened(seconds{100});
    ASSERT_TRUE(breaker.ask(seconds{105}).probe);
    EXPECT_EQ(breaker.ask(seconds{106}).ask_at, seconds{165});
    EXPECT_TRUE(breaker.ask(seconds{165}).probe);
    breaker.cancelled(seconds{166}, true);
    EXPECT_TRUE(breaker.ask(seconds{166}).probe);
}

TEST(Breaker, SurvivesARestart) {
    const Now now{Instant{std::chrono::days{20'000}}, seconds{100}};
    Breaker breaker = opened(now.steady);
    const BreakerState state = breaker.state(now);
    EXPECT_TRUE(state.open);

    const Now again{now.wall + seconds{2}, seconds{7}};
    Breaker restored = Breaker::restored(state, again);
    EXPECT_EQ(restored.ask(again.steady).ask_at, seconds{10});
    EXPECT_EQ(restored.state(again), state);

    const Now clock_back{now.wall - std::chrono::hours{9}, seconds{7}};
    EXPECT_EQ(Breaker::restored(state, clock_back).ask(seconds{7}).ask_at, seconds{12});
    EXPECT_EQ(Breaker::restored({}, again).mode(), BreakerMode::closed);
    EXPECT_EQ(Breaker().state(now), BreakerState{});
}

}  // namespace
}  // namespace postern::ratelimit
