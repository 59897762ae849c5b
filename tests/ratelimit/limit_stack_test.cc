// CG-40: each limit by itself, and what of them is kept.
#include "ratelimit/limit_stack.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace postern::ratelimit {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

constexpr Instant midnight = std::chrono::sys_days{std::chrono::days{20'000}};

/// Steady time runs along with the wall clock.
Now at(Instant wall) {
    return {wall, seconds{1'000'000} + (wall - midnight)};
}

AccountLimits wide() {
    return {.rate = Pace::of(1'000, seconds{1}, 1'000)};
}

TEST(Limits, NameTheOneThatEndsLast) {
    Limits limits({});
    AccountLimits one{.rate = Pace::of(1, seconds{1}, 1),
                      .per_recipient = Pace::of(1, seconds{6}, 1)};
    limits.configure(1, one);
    const Now now = at(midnight + seconds{10});
    ASSERT_TRUE(limits.take({.account = 1, .pair = 7}, now).granted);

    EXPECT_EQ(limits.ask({.account = 1, .pair = 7}, now).scope, Scope::recipient);
    EXPECT_EQ(limits.ask({.account = 1, .pair = 7}, now).until, midnight + seconds{16});
    EXPECT_EQ(limits.ask({.account = 1, .pair = 8}, now).scope, Scope::account);
    EXPECT_EQ(limits.ask({.account = 1, .pair = 8}, now).until, midnight + seconds{11});
    EXPECT_EQ(to_string(Scope::back_off), "back_off");
}

TEST(Limits, AreSharedByAccountsOfOneGroup) {
    Limits limits({});
    for (const std::uint32_t account : {1u, 2u}) {
        limits.configure(account, {.rate = Pace::of(account, seconds{1}, 1), .group = "app"});
    }
    const Now now = at(midnight + seconds{10});
    ASSERT_TRUE(limits.take({.account = 1}, now).granted);

    const Grant other = limits.ask({.account = 2}, now);
    EXPECT_FALSE(other.granted);
    EXPECT_EQ(other.scope, Scope::group);
    EXPECT_EQ(other.until, midnight + seconds{11}) << "the slowest pace of the two";

    limits.remove(1);
    const Now later = at(midnight + seconds{20});
    ASSERT_TRUE(limits.take({.account = 2}, later).granted);
    EXPECT_EQ(limits.ask({.account = 2}, later).until,
              midnight + seconds{20} + microseconds{500'000});
}

TEST(Limits, CountADayExactlyAcrossMidnight) {
    Limits limits({});
    AccountLimits two = wide();
    two.per_day = 2;
    limits.configure(1, two);
    const Instant before = midnight + std::chrono::hours{24} - microseconds{1};
    EXPECT_TRUE(limits.take({.account = 1}, at(before)).granted);
    EXPECT_TRUE(limits.take({.account = 1}, at(before)).granted);

    const Grant third = limits.take({.account = 1}, at(before));
    EXPECT_EQ(third.scope, Scope::day);
    EXPECT_EQ(third.until, midnight + std::chrono::hours{24});
    EXPECT_TRUE(limits.take({.account = 1}, at(third.until)).granted);
    EXPECT_EQ(limits.sent_today(1, at(third.until)), 1);
}

TEST(Limits, CountOnInTheLaterDayWhenTheClockStepsBack) {
    Limits limits({});
    AccountLimits two = wide();
    two.per_day = 2;
    limits.configure(1, two);
    const Instant next_day = midnight + std::chrono::hours{24};
    ASSERT_TRUE(limits.take({.account = 1}, at(next_day)).granted);

    const Now back{next_day - seconds{5}, at(next_day).steady + seconds{1}};
    EXPECT_TRUE(limits.take({.account = 1}, back).granted);
    EXPECT_EQ(limits.take({.account = 1}, back).until, next_day + std::chrono::hours{24});

    const Now days_back{midnight - std::chrono::hours{70}, back.steady + seconds{1}};
    EXPECT_FALSE(limits.take({.account = 1}, days_back).granted);
    EXPECT_EQ(limits.ask({.account = 1}, days_back).until, midnight - std::chrono::hours{48});
}

TEST(Limits, ObeyABackOffOfTheScopeThatTheProviderNamed) {
    Limits limits({});
    AccountLimits member = wide();
    member.group = "app";
    for (const std::uint32_t account : {1u, 2u}) limits.configure(account, member);
    limits.configure(3, wide());
    const Now now = at(midnight + seconds{10});

    limits.back_off_pair(1, 11, now.wall + seconds{4}, now);
    EXPECT_EQ(limits.ask({.account = 1, .pair = 11}, now).scope, Scope::back_off);
    EXPECT_TRUE(limits.ask({.account = 1, .pair = 12}, now).granted);
    limits.back_off_account(1, now.wall + seconds{2});
    EXPECT_EQ(limits.ask({.account = 1, .pair = 12}, now).until, now.wall + seconds{2});
    EXPECT_EQ(limits.ask({.account = 1, .pair = 11}, now).until, now.wall + seconds{4});
    EXPECT_TRUE(limits.ask({.account = 2}, now).granted);
    limits.back_off_group(1, now.wall + seconds{9});
    limits.back_off_group(1, now.wall + seconds{8});
    EXPECT_EQ(limits.ask({.account = 2}, now).until, now.wall + seconds{9});
    EXPECT_TRUE(limits.ask({.account = 3}, now).granted);

    limits.clear_back_off(1, 0);
    EXPECT_TRUE(limits.ask({.account = 2}, now).granted);
    EXPECT_FALSE(limits.ask({.account = 1, .pair = 11}, now).granted);
    limits.clear_back_off(1, 11);
    EXPECT_TRUE(limits.ask({.account = 1, .pair = 11}, now).granted);
}

TEST(Limits, WaitForTheWholeAccountRatherThanForgetABackOff) {
    Limits limits({.pairs_max = 4});  // room for one back-off
    limits.configure(1, wide());
    const Now now = at(midnight);
    limits.back_off_pair(1, 11, now.wall + seconds{4}, now);

    limits.back_off_pair(1, 12, now.wall + seconds{6}, now);

    EXPECT_EQ(limits.ask({.account = 1, .pair = 13}, now).until, now.wall + seconds{6});
}

TEST(Limits, CountWhatComesInWhereTheProviderDoes) {
    Limits limits({});
    limits.configure(1, {.rate = Pace::of(10, seconds{1}, 1)});
    const Now now = at(midnight);

    limits.inbound(1, 5, now);

    EXPECT_EQ(limits.ask({.account = 1}, now).until, now.wall + microseconds{500'000});
}

TEST(Limits, AreOwedWhatALongMessageCountsMore) {
    Limits limits({});
    limits.configure(1, {.rate = Pace::of(10, seconds{1}, 1), .group = "app"});
    limits.configure(2, {.rate = Pace::of(100, seconds{1}, 1), .group = "app"});
    const Now now = at(midnight);

    ASSERT_TRUE(limits.take({.account = 1}, now).granted);
    limits.further(1, 2, now);

    EXPECT_EQ(limits.ask({.account = 1}, now).until, now.wall + microseconds{300'000});
    EXPECT_EQ(limits.ask({.account = 2}, now).until, now.wall + microseconds{300'000});
}

TEST(Limits, GoOnWithTheCountOfAnEarlierStart) {
    const Now now = at(midnight + seconds{10});
    AccountLimits two = wide();
    two.per_day = 2;
    Limits before({});
    before.configure(1, two);
    const Grant last = before.take({.account = 1}, now);
    EXPECT_FALSE(before.knows(2));

    const Now again{now.wall + seconds{1}, seconds{3}};  // another boot: another steady time
    Limits after({.restarted_at = again.steady});
    after.configure(1, two);
    after.restore(1, last.day, before.sent_today(1, now));
    after.restore(2, last.day, 2);  // nobody's

    const Now later{again.wall + seconds{5}, again.steady + seconds{5}};
    EXPECT_TRUE(after.take({.account = 1}, later).granted);
    EXPECT_EQ(after.ask({.account = 1}, later).scope, Scope::day);
}

TEST(Limits, ObeyABackOffThatTheCallerKeeps) {
    Limits limits({});
    limits.configure(1, wide());
    const Now now = at(midnight);
    const Ask ask{.account = 1, .pair = 22, .pair_back_off = now.wall + seconds{40}};

    EXPECT_EQ(limits.ask(ask, now).scope, Scope::back_off);
    EXPECT_EQ(limits.ask(ask, now).until, now.wall + seconds{40});
    EXPECT_TRUE(limits.take(ask, at(midnight + seconds{40})).granted);
}

TEST(Limits, CarryAsManyAtOnceAsAccountGroupAndDayAllow) {
    Limits limits({.reply_percent = 20});
    AccountLimits ten{.rate = Pace::of(10, seconds{1}, 10), .per_day = 100};
    limits.configure(1, ten);
    const Now now = at(midnight);
    const Ask bulk{.account = 1}, reply{.account = 1, .send_class = SendClass::reply};

    EXPECT_TRUE(limits.carries(bulk, 8, now));  // two are left to replies
    EXPECT_FALSE(limits.carries(bulk, 9, now));
    EXPECT_TRUE(limits.carries(reply, 10, now));
    EXPECT_FALSE(limits.carries(reply, 11, now));
    EXPECT_TRUE(limits.take(reply, now).granted);
    EXPECT_FALSE(limits.carries(reply, 10, now));
    limits.restore(1, now.wall.time_since_epoch() / std::chrono::days{1}, 98);
    EXPECT_TRUE(limits.carries(reply, 2, now));
    EXPECT_FALSE(limits.carries(reply, 3, now));
}

TEST(Limits, StartEmptyAfterARestart) {
    Limits limits({.restarted_at = at(midnight).steady});
    AccountLimits one{.rate = Pace::of(10, seconds{1}, 5),
                      .per_recipient = Pace::of(1, seconds{6}, 1)};
    limits.configure(1, one);
    const Ask reply{.account = 1, .send_class = SendClass::reply};

    EXPECT_EQ(limits.ask(reply, at(midnight)).until, midnight + microseconds{100'000});
    EXPECT_EQ(limits.ask({.account = 1, .pair = 11}, at(midnight)).until, midnight + seconds{6});
}

TEST(Limits, AnOddKeptTimeOfAPairNeverHoldsItLongerThanARefill) {
    Limits limits({});
    AccountLimits one = wide();
    one.per_recipient = Pace::of(1, seconds{6}, 2);
    limits.configure(1, one);
    Ask ask{.account = 1, .pair = 11, .pair_full_at = Instant::max()};

    EXPECT_EQ(limits.ask(ask, at(midnight)).until, midnight + seconds{6});
}

TEST(Limits, KeepWhatWasTakenWhenTheyAreChanged) {
    Limits limits({});
    limits.configure(1, {.rate = Pace::of(1, seconds{10}, 1)});
    ASSERT_TRUE(limits.take({.account = 1}, at(midnight)).granted);

    limits.configure(1, {.rate = Pace::of(3, seconds{1}, 1)});

    EXPECT_EQ(limits.ask({.account = 1}, at(midnight)).until, midnight + seconds{10});
}

TEST(Limits, RefuseAnAccountThatTheyDoNotKnow) {
    Limits limits({});
    const Grant grant = limits.take({.account = 9}, at(midnight));
    EXPECT_FALSE(grant.granted);
    EXPECT_EQ(grant.until, midnight + seconds{1});
}

TEST(Limits, GiveBackWhatWasNotDispatched) {
    Limits limits({});
    AccountLimits one{.rate = Pace::of(1, seconds{1}, 1),
                      .per_recipient = Pace::of(1, seconds{6}, 1)};
    one.per_day = 1;
    limits.configure(1, one);
    const Ask ask{.account = 1, .pair = 11};
    const Grant grant = limits.take(ask, at(midnight));
    ASSERT_FALSE(limits.ask(ask, at(midnight)).granted);

    limits.give_back(ask, grant);

    EXPECT_TRUE(limits.ask(ask, at(midnight)).granted);
    EXPECT_EQ(limits.sent_today(1, at(midnight)), 0);
}

TEST(Limits, ForgetRecipientsOnceTheirBucketIsFullAgain) {
    Limits limits({.pairs_max = 100'000});
    AccountLimits one = wide();
    one.per_recipient = Pace::of(1, seconds{6}, 1);
    limits.configure(1, one);
    Instant wall = midnight;
    for (std::uint64_t pair = 1; pair <= 50'000; ++pair) {
        wall += microseconds{10'000};  // 600 of them within six seconds
        ASSERT_TRUE(limits.take({.account = 1, .pair = pair}, at(wall)).granted);
        ASSERT_LE(limits.pairs(), 1'202u);
    }
}

TEST(Limits, MakeTheNextRecipientWaitWhenThereIsNoRoom) {
    Limits limits({.pairs_max = 3});
    AccountLimits one = wide();
    one.per_recipient = Pace::of(1, seconds{6}, 1);
    limits.configure(1, one);
    for (std::uint64_t pair = 1; pair <= 3; ++pair) {
        const Now now = at(midnight + seconds{pair});
        ASSERT_TRUE(limits.take({.account = 1, .pair = pair}, now).granted);
    }

    const Grant none = limits.take({.account = 1, .pair = 4}, at(midnight + seconds{4}));
    EXPECT_FALSE(none.granted);
    EXPECT_EQ(none.scope, Scope::recipient);
    EXPECT_TRUE(limits.take({.account = 1, .pair = 4}, at(none.until)).granted);
    EXPECT_EQ(limits.pairs(), 3u);
}

}  // namespace
}  // namespace postern::ratelimit
