#include "ratelimit/retry_pace.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace postern::ratelimit {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

TEST(RetryPace, DoublesUpToItsCap) {
    const RetryPace pace;
    EXPECT_EQ(delay_max(pace, 1), seconds{2});
    EXPECT_EQ(delay_max(pace, 2), seconds{4});
    EXPECT_EQ(delay_max(pace, 9), seconds{512});
    EXPECT_EQ(delay_max(pace, 10), seconds{600});
    EXPECT_EQ(delay_max(pace, UINT32_MAX), seconds{600});
    EXPECT_EQ(delay_max({.factor_thousandths = 1'500}, 3), microseconds{4'500'000});
    EXPECT_EQ(delay_max({.factor_thousandths = 1'000}, UINT32_MAX), seconds{2});
}

RC_GTEST_PROP(RetryPace, JittersOverTheWholeWait, (std::uint64_t random, std::uint8_t attempt)) {
    const RetryPace pace;
    const microseconds wait = delay(pace, attempt, random);
    RC_ASSERT(wait >= microseconds{0});
    RC_ASSERT(wait <= delay_max(pace, attempt));
    RC_ASSERT(delay(pace, attempt, 0) == microseconds{0});
    RC_ASSERT(delay(pace, attempt, UINT64_MAX) == delay_max(pace, attempt));
    const microseconds half = delay(pace, attempt, UINT64_MAX / 2);
    RC_ASSERT(half >= delay_max(pace, attempt) / 2 - microseconds{1});
    RC_ASSERT(half <= delay_max(pace, attempt) / 2 + microseconds{1});
}

TEST(RetryPace, GivesUpByTime) {
    const RetryPace pace{.give_up_after = seconds{100}};
    const Instant first = Instant{std::chrono::days{20'000}};
    EXPECT_EQ(next_try(pace, first, first + seconds{98}, 1, UINT64_MAX), first + seconds{100});
    EXPECT_EQ(next_try(pace, first, first + seconds{99}, 1, UINT64_MAX), std::nullopt);
    EXPECT_EQ(next_try(pace, first, first + seconds{99}, 1, 0), first + seconds{99});
}

RC_GTEST_PROP(RetryBudget, AllowsAShareOfWhatIsSentAndItsFloor, ()) {
    RetryBudget budget({.percent = 10, .saved_max = 1'000});
    microseconds now = seconds{50};
    std::int64_t sent = 0;
    std::int64_t retried = 0;
    for (int i = 0; i < 400; ++i) {
        if (*rc::gen::arbitrary<bool>()) {
            budget.sent();
            ++sent;
        }
        now += microseconds{*rc::gen::inRange(0, 50'000)};
        const bool promised = budget.earliest(now) <= now;
        const bool taken = budget.take(now);
        RC_ASSERT(taken == promised);
        retried += taken;
    }
    RC_ASSERT(retried <= sent / 10 + 10 + (now - seconds{50}) / microseconds{100'000});
}

TEST(RetryBudget, SavesUpOnlySoMuch) {
    RetryBudget budget({.percent = 10, .saved_max = 5, .floor = Pace::of(1, seconds{1}, 1)});
    for (int i = 0; i < 1'000; ++i) budget.sent();
    int retried = 0;
    while (budget.take(seconds{9})) ++retried;
    EXPECT_EQ(retried, 5 + 1);
    EXPECT_EQ(budget.earliest(seconds{9}), seconds{10});
}

}  // namespace
}  // namespace postern::ratelimit
