// CG-40: limits of channels are obeyed, exactly, in every window.
#include "ratelimit/gcra.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/ratelimit/windows.h"

namespace postern::ratelimit {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

Pace some_pace() {
    return Pace::of(*rc::gen::inRange(1, 1500), microseconds{*rc::gen::inRange(1, 7'000'000)},
                    *rc::gen::inRange(1, 20));
}

/// Often within a step, sometimes after a long silence.
microseconds some_gap(const Pace& pace) {
    const std::int64_t step = pace.time_of(1).count();
    const std::int64_t longest = *rc::gen::inRange(0, 10) == 0 ? step * 40 : step * 2;
    return microseconds{*rc::gen::inRange<std::int64_t>(0, longest + 1)};
}

RC_GTEST_PROP(Gcra, NeverGrantsMoreThanBurstAndRateInAnyWindow, ()) {
    const Pace pace = some_pace();
    Gcra bucket;
    microseconds now{1'000'000'000};
    std::vector<Taken> taken;
    for (int i = 0; i < 150; ++i) {
        now += some_gap(pace);
        const std::int64_t units = *rc::gen::inRange<std::int64_t>(1, pace.burst() + 1);
        if (bucket.take(pace, now, units)) taken.push_back({now, units});
        if (!taken.empty() && *rc::gen::inRange(0, 4) == 0) {
            const auto at = taken.begin() + *rc::gen::inRange<std::ptrdiff_t>(
                                                0, static_cast<std::ptrdiff_t>(taken.size()));
            bucket.give_back(pace, at->at, at->units);
            taken.erase(at);  // given back: as if it had never been
        }
    }
    RC_ASSERT(obeys(taken, pace));
}

RC_GTEST_PROP(Gcra, GrantsExactlyFromTheMomentThatItNames, ()) {
    const Pace pace = some_pace();
    Gcra bucket;
    microseconds now{1'000'000'000};
    for (int i = 0; i < 100; ++i) {
        now += some_gap(pace);
        const std::int64_t units = *rc::gen::inRange<std::int64_t>(1, pace.burst() + 1);
        const microseconds earliest = bucket.earliest(pace, units);
        Gcra before = bucket;
        RC_ASSERT(!before.take(pace, earliest - microseconds{1}, units));
        RC_ASSERT(bucket.take(pace, now, units) == (earliest <= now));
        RC_ASSERT(before.take(pace, std::max(earliest, now), units));
    }
}

TEST(Gcra, DoesNotDriftUnderBacklog) {
    struct Case {
        Pace pace;
        seconds time;
        std::int64_t granted;
    };
    for (const Case& c : {Case{Pace::of(80, seconds{1}, 8), seconds{3600}, 8 + 80 * 3600},
                          Case{Pace::of(1, seconds{6}, 1), seconds{3600}, 1 + 600},
                          Case{Pace::of(1000, seconds{1}, 100), seconds{60}, 100 + 60'000},
                          Case{Pace::of(3, seconds{1}, 2), seconds{3600}, 2 + 10'800},
                          Case{Pace::of(7, seconds{11}, 2), seconds{11'000}, 2 + 7'000}}) {
        Gcra bucket;
        const microseconds start{123'456'789};
        std::int64_t granted = 0;
        for (microseconds now = start;;) {
            if (bucket.take(c.pace, now)) {
                ++granted;
                continue;
            }
            now = bucket.earliest(c.pace);
            if (now > start + c.time) break;
        }
        EXPECT_EQ(granted, c.granted) << c.pace.count() << " per " << c.pace.period().count();
    }
}

RC_GTEST_PROP(Gcra, ObeysTheLawAcrossARestart, ()) {
    const Pace pace = some_pace();
    Gcra bucket;
    microseconds now{1'000'000'000};
    std::vector<Taken> taken;
    for (int i = 0; i < 120; ++i) {
        now += some_gap(pace);
        if (*rc::gen::inRange(0, 15) == 0) bucket = Gcra::empty(pace, now);
        if (bucket.take(pace, now)) taken.push_back({now, 1});
    }
    RC_ASSERT(obeys(taken, pace));
}

TEST(Gcra, StartsEmptyWhereAsked) {
    const Pace pace = Pace::of(80, seconds{1}, 8);
    const Gcra bucket = Gcra::empty(pace, seconds{100});

    EXPECT_EQ(bucket.earliest(pace), seconds{100} + microseconds{12'500});
    EXPECT_EQ(bucket.full_at(), seconds{100} + microseconds{100'000});
}

TEST(Gcra, DebitsPushIntoTheFutureUpToTheirBound) {
    const Pace pace = Pace::of(10, seconds{1}, 2);
    Gcra bucket;

    bucket.debit(pace, seconds{10}, 5, seconds{60});
    EXPECT_EQ(bucket.earliest(pace), seconds{10} + microseconds{400'000});

    bucket.debit(pace, seconds{10}, 1'000'000, seconds{60});
    EXPECT_EQ(bucket.full_at(), seconds{70} + microseconds{200'000});
}

TEST(Gcra, TakesMoreThanItsBurstFromAFullBucketOnly) {
    const Pace pace = Pace::of(1, seconds{1}, 2);
    Gcra bucket;

    EXPECT_TRUE(bucket.take(pace, seconds{10}, 5));
    EXPECT_EQ(bucket.earliest(pace, 5), seconds{15});
    EXPECT_EQ(bucket.earliest(pace, 1), seconds{14});
}

RC_GTEST_PROP(Gcra, AnotherPaceMovesItLessThanAMicrosecondAndNeverBack, ()) {
    const Pace from = some_pace();
    const Pace to = some_pace();
    Gcra bucket;
    for (int i = 0; i < 5; ++i) bucket.take(from, seconds{10});
    const microseconds before = bucket.full_at();

    bucket.rescale(from, to);

    RC_ASSERT(bucket.full_at() >= before);
    RC_ASSERT(bucket.full_at() <= before + microseconds{1});
}

TEST(Pace, BringsWhatIsOutOfBoundsIntoThem) {
    const Pace pace = Pace::of(-5, microseconds{0}, -1);
    EXPECT_EQ(pace.count(), 1);
    EXPECT_EQ(pace.period(), microseconds{1});
    EXPECT_EQ(Pace::of(80, seconds{1}).burst(), 8);
    EXPECT_EQ(Pace::of(1, seconds{6}).burst(), 1);
    EXPECT_TRUE(Pace::of(1, seconds{6}).slower_than(Pace::of(1, seconds{1})));
}

}  // namespace
}  // namespace postern::ratelimit
