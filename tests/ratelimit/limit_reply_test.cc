// Replies and one-time codes while a campaign runs: what bulk leaves them, and how long they wait.
#include <algorithm>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "ratelimit/limit_stack.h"
#include "tests/ratelimit/windows.h"

namespace postern::ratelimit {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

Now at(microseconds steady) {
    return {Instant{std::chrono::days{20'000}} + steady, steady};
}

/// Replies that arrive at the given times, one after the other, while bulk asks at every moment at
/// which it may, and always first: when each went.
std::vector<microseconds> replies_under_bulk(Limits& limits,
                                             const std::vector<microseconds>& arrivals,
                                             std::vector<Taken>& all) {
    std::vector<microseconds> went;
    microseconds bulk_at = seconds{1};
    microseconds reply_at = arrivals.front();
    while (went.size() < arrivals.size()) {
        const microseconds now = std::min(bulk_at, reply_at);
        while (bulk_at <= now) {
            const Grant grant = limits.take({.account = 1, .send_class = SendClass::bulk}, at(now));
            if (grant.granted) all.push_back({now, 1});
            bulk_at = grant.granted ? now : grant.earliest;
        }
        while (reply_at <= now && went.size() < arrivals.size()) {
            const Grant grant =
                limits.take({.account = 1, .send_class = SendClass::reply}, at(now));
            if (grant.granted) {
                all.push_back({now, 1});
                went.push_back(now);
                if (went.size() == arrivals.size()) break;
                reply_at = std::max(arrivals[went.size()], now);
            } else {
                reply_at = grant.earliest;
            }
        }
    }
    return went;
}

RC_GTEST_PROP(LimitsReply, WaitsNoLongerThanWithABucketOfItsOwn, ()) {
    const Pace pace = Pace::of(*rc::gen::inRange(1, 100), seconds{1}, *rc::gen::inRange(1, 30));
    const std::int64_t left = std::min((pace.burst() + 4) / 5, pace.burst() - 1);
    std::vector<microseconds> arrivals;
    microseconds t = seconds{1};
    for (int i = 0; i < 40; ++i) {
        t += microseconds{*rc::gen::inRange<std::int64_t>(0, pace.time_of(3).count())};
        arrivals.push_back(t);
    }
    Limits limits({});
    limits.configure(1, {.rate = pace});
    std::vector<Taken> all;

    const std::vector<microseconds> went = replies_under_bulk(limits, arrivals, all);

    // With nothing kept back a reply may come just after bulk: one step more.
    const Pace own = Pace::of(pace.count(), pace.period(), std::max<std::int64_t>(left, 1));
    const microseconds more = left > 0 ? microseconds{0} : pace.time_of(1);
    Gcra reference;
    microseconds turn{};
    for (std::size_t i = 0; i < arrivals.size(); ++i) {
        turn = std::max({turn, arrivals[i], reference.earliest(own)});
        reference.take(own, turn);
        RC_ASSERT(went[i] <= turn + more);
    }
    RC_ASSERT(obeys(all, pace));
}

TEST(LimitsReply, BulkLeavesAFifthOfTheBurst) {
    Limits limits({});
    limits.configure(1, {.rate = Pace::of(100, seconds{1}, 10)});
    int bulk = 0;
    while (limits.take({.account = 1}, at(seconds{5})).granted) ++bulk;
    int replies = 0;
    while (limits.take({.account = 1, .send_class = SendClass::reply}, at(seconds{5})).granted) {
        ++replies;
    }
    EXPECT_EQ(bulk, 8);
    EXPECT_EQ(replies, 2);
}

TEST(LimitsReply, BulkUsesTheWholeRateWhileNobodyReplies) {
    Limits limits({});
    limits.configure(1, {.rate = Pace::of(100, seconds{1}, 10)});
    std::int64_t granted = 0;
    for (microseconds now = seconds{5}; now <= seconds{65};) {
        const Grant grant = limits.take({.account = 1}, at(now));
        granted += grant.granted;
        if (!grant.granted) now = grant.earliest;
    }
    EXPECT_EQ(granted, 8 + 100 * 60);
}

TEST(LimitsReply, TakesTheNextUnitWhereTheBurstCannotBeShared) {
    Limits limits({});
    limits.configure(1, {.rate = Pace::of(1, seconds{1}, 1)});
    ASSERT_TRUE(limits.take({.account = 1}, at(seconds{5})).granted);
    const Ask reply{.account = 1, .send_class = SendClass::reply};
    const Grant refused = limits.take(reply, at(seconds{5}));
    ASSERT_EQ(refused.earliest, seconds{6});

    EXPECT_FALSE(limits.take({.account = 1}, at(seconds{6})).granted);
    EXPECT_TRUE(limits.take(reply, at(seconds{6})).granted);
    EXPECT_TRUE(limits.take({.account = 1}, at(seconds{7})).granted);
}

TEST(LimitsReply, ThatNeverComesBackHoldsBulkForItsTurnOnly) {
    Limits limits({});
    limits.configure(1, {.rate = Pace::of(1, seconds{1}, 1)});
    ASSERT_TRUE(limits.take({.account = 1}, at(seconds{5})).granted);
    ASSERT_FALSE(
        limits.take({.account = 1, .send_class = SendClass::reply}, at(seconds{5})).granted);

    const Grant bulk = limits.take({.account = 1}, at(seconds{6}));
    EXPECT_FALSE(bulk.granted);
    EXPECT_EQ(bulk.earliest, seconds{6} + std::chrono::milliseconds{200});
    EXPECT_TRUE(limits.take({.account = 1}, at(bulk.earliest)).granted);
}

}  // namespace
}  // namespace postern::ratelimit
