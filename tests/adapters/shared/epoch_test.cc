// Seconds, milliseconds, and what is neither.
#include "adapters/shared/epoch.h"

#include <limits>

#include <gtest/gtest.h>

namespace postern::adapters::shared {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Instant now{seconds(1'767'312'000)};

TEST(EpochTime, ReadsSecondsAndMilliseconds) {
    EXPECT_EQ(epoch_time(1'767'225'600, now), Instant(seconds(1'767'225'600)));
    EXPECT_EQ(epoch_time(1'767'225'600'123, now), Instant(milliseconds(1'767'225'600'123)));
}

TEST(EpochTime, FallsBackToNowForWhatCannotBe) {
    EXPECT_EQ(epoch_time(std::nullopt, now), now);
    for (const std::int64_t absurd :
         {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1'000'000'000},
          std::int64_t{4'102'444'800}, std::numeric_limits<std::int64_t>::max(),
          std::numeric_limits<std::int64_t>::min()}) {
        EXPECT_EQ(epoch_time(absurd, now), now) << absurd;
    }
}

TEST(EpochTime, ForgivesAClockThatIsADayFast) {
    EXPECT_EQ(epoch_time(1'767'312'000 + 86'400, now), now + std::chrono::hours(24));
    EXPECT_EQ(epoch_time(1'767'312'000 + 86'401, now), now);
}

}  // namespace
}  // namespace postern::adapters::shared
