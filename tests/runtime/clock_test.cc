// Which time is trusted when the wall clock steps, comes back, stands still, or was wrong at a
// start.
#include "gateway/runtime/clock.h"

#include <gtest/gtest.h>

namespace postern::runtime {
namespace {

using namespace std::chrono_literals;
using Kind = ClockChange::Kind;

constexpr model::Instant noon{std::chrono::seconds{1'767'268'800}};

class TrustedClockTest : public ::testing::Test {
  protected:
    /// Time passes, second by second, under the eyes of the watch: what it said last.
    std::optional<ClockChange> pass(std::chrono::seconds time) {
        std::optional<ClockChange> last;
        for (; time > 0s; time -= 1s) {
            raw_.wall += 1s;
            raw_.steady += 1s;
            if (const auto change = clock_.watch()) last = change;
        }
        return last;
    }
    void set_clock(std::chrono::microseconds by) { raw_.wall += by; }

    model::Now raw_{noon, 1000s};
    bool synchronised_ = false;
    TrustedClock clock_{[this] { return raw_; }, [this] { return synchronised_; }};
};

TEST_F(TrustedClockTest, IsTheWallClockWhileNothingHappens) {
    EXPECT_EQ(pass(100s), std::nullopt);
    EXPECT_EQ(clock_.now(), raw_);
    EXPECT_FALSE(clock_.in_doubt());
}

TEST_F(TrustedClockTest, FollowsACorrectionThatIsNoStep) {
    for (int i = 0; i < 20; ++i) {
        set_clock(i % 3 == 0 ? -50ms : 80ms);
        EXPECT_EQ(pass(1s), std::nullopt);
    }
    EXPECT_EQ(clock_.now(), raw_);
    EXPECT_FALSE(clock_.in_doubt());
}

TEST_F(TrustedClockTest, GoesOnFromTheTrustedTimeFromTheFirstLookAfterAStep) {
    for (const std::chrono::microseconds by : {3s, 3600s, 365 * 86400s, -3s, -3600s}) {
        TrustedClock clock([this] { return raw_; }, [] { return false; });
        const model::Now before = clock.now();
        set_clock(by);
        EXPECT_EQ(clock.now(), before) << by.count();
        EXPECT_TRUE(clock.in_doubt());
    }
}

TEST_F(TrustedClockTest, BelievesAStepAfterAMinuteThatBearsItOut) {
    const model::Instant before = clock_.now().wall;
    set_clock(1h);
    const auto told = pass(1s);
    ASSERT_TRUE(told);
    EXPECT_EQ(told->kind, Kind::stepped);
    EXPECT_EQ(told->by, 1h);
    EXPECT_EQ(pass(59s), std::nullopt);
    EXPECT_EQ(clock_.now().wall, before + 60s);
    const auto confirmed = pass(1s);
    ASSERT_TRUE(confirmed);
    EXPECT_EQ(confirmed->kind, Kind::confirmed);
    EXPECT_EQ(clock_.now(), raw_);
    EXPECT_FALSE(clock_.in_doubt());
}

TEST_F(TrustedClockTest, BelievesAStepAtOnceWhereTheSystemSaysThatItIsSynchronised) {
    synchronised_ = true;
    set_clock(1h);
    const auto told = pass(1s);
    ASSERT_TRUE(told);
    EXPECT_EQ(told->kind, Kind::confirmed);
    EXPECT_EQ(clock_.now(), raw_);
}

TEST_F(TrustedClockTest, AStepThatIsTakenBackLeavesNothingBehind) {
    const model::Instant before = clock_.now().wall;
    set_clock(365 * 24h);
    (void)pass(30s);
    set_clock(-365 * 24h);
    const auto told = pass(1s);
    ASSERT_TRUE(told);
    EXPECT_EQ(told->kind, Kind::returned);
    EXPECT_EQ(clock_.now().wall, before + 31s);
    EXPECT_EQ(pass(100s), std::nullopt);
}

TEST_F(TrustedClockTest, AClockThatKeepsSteppingIsNeverConfirmed) {
    const model::Instant before = clock_.now().wall;
    set_clock(1h);
    const auto told = pass(40s);
    ASSERT_TRUE(told);
    EXPECT_EQ(told->kind, Kind::stepped);
    for (int i = 0; i < 9; ++i) {
        set_clock(1h);
        EXPECT_EQ(pass(40s), std::nullopt);
    }
    EXPECT_EQ(clock_.now().wall, before + 400s);
}

TEST_F(TrustedClockTest, AWallClockThatStandsStillDoesNotStopTime) {
    const model::Instant before = clock_.now().wall;
    for (int i = 0; i < 300; ++i) {
        raw_.steady += 1s;
        (void)clock_.watch();
    }
    // It was followed for as long as that could be a correction.
    EXPECT_GT(clock_.now().wall, before + 298s);
    EXPECT_TRUE(clock_.in_doubt());
}

TEST_F(TrustedClockTest, BeginsWhereTheLastProcessEndedIfTheClockIsBehindOrFarBeyond) {
    for (const std::chrono::microseconds absence : {-1h, 24h * 31, -24h * 365}) {
        TrustedClock clock([this] { return raw_; }, [] { return false; });
        clock.begin(raw_.wall - absence);
        EXPECT_EQ(clock.now().wall, raw_.wall - absence);
        EXPECT_TRUE(clock.in_doubt());
    }
}

TEST_F(TrustedClockTest, BelievesAStartAfterAPlausibleAbsenceOrASynchronisedOne) {
    clock_.begin(raw_.wall - 24h * 29);
    EXPECT_EQ(clock_.now(), raw_);
    clock_.begin({});
    EXPECT_EQ(clock_.now(), raw_);
    synchronised_ = true;
    clock_.begin(raw_.wall - 24h * 400);
    EXPECT_EQ(clock_.now(), raw_);
}

TEST(ProcessClock, TellsTheTimeOfTheSystem) {
    const model::Now first = read_clocks();
    const model::Now second = read_clocks();
    EXPECT_LE(first.steady, second.steady);
    EXPECT_GT(first.wall, noon);
}

}  // namespace
}  // namespace postern::runtime
