// The schedule of retries, with its jitter, and where a restart goes on in it.
#include "gateway/subscriptions/schedule.h"

#include <gtest/gtest.h>

namespace postern::subscriptions {
namespace {

using namespace std::chrono_literals;

TEST(Schedule, IsTheOneOfTheDesignAndItsLastStepRepeats) {
    const std::vector<Milliseconds> steps = {5s, 5min, 30min, 2h, 5h, 10h, 10h, 10h, 10h};
    for (unsigned failures = 1; failures <= steps.size(); ++failures) {
        const Milliseconds base = steps[failures - 1];
        EXPECT_EQ(delay_after(standard_schedule(), failures, 0), base - base / 10);
    }
}

TEST(Schedule, MovesEachStepByATenthAtMost) {
    for (std::uint64_t chance = 0; chance < 5000; ++chance) {
        const Milliseconds delay = delay_after(standard_schedule(), 1, chance * 0x9E37'79B9'7F4A);
        EXPECT_GE(delay, 4500ms);
        EXPECT_LE(delay, 5500ms);
    }
    EXPECT_NE(delay_after(standard_schedule(), 1, 1), delay_after(standard_schedule(), 1, 7));
}

TEST(Schedule, CountsTheAttemptsOfATime) {
    const Schedule schedule = standard_schedule();
    EXPECT_EQ(failures_within(schedule, 0ms), 1u);
    EXPECT_EQ(failures_within(schedule, 4999ms), 1u);
    EXPECT_EQ(failures_within(schedule, 5s), 2u);
    EXPECT_EQ(failures_within(schedule, 5s + 5min), 3u);
    EXPECT_EQ(failures_within(schedule, 5s + 5min + 30min + 2h + 5h + 10h + 10h), 8u);
}

TEST(Schedule, CountsAnEndlessTimeToo) {
    EXPECT_LE(failures_within({0ms}, 1000h), 1000u);
}

}  // namespace
}  // namespace postern::subscriptions
