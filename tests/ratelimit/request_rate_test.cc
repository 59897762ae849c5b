// CG-99: limits that are stated are obeyed, in every window.
#include "ratelimit/request_rate.h"

#include <deque>

#include <gtest/gtest.h>

namespace postern::ratelimit {
namespace {

using std::chrono::microseconds;

/// A small generator of our own: the same on every machine.
std::uint64_t next(std::uint64_t& state) {
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

TEST(RequestRate, NeverAllowsMoreThanBurstAndRateInAnyWindow) {
    std::uint64_t state = 42;
    for (const std::uint32_t per_second : {1u, 3u, 10u, 250u}) {
        RequestRate rate;
        std::deque<microseconds> allowed;
        microseconds now{5'000'000};
        for (int i = 0; i < 20'000; ++i) {
            now += microseconds{next(state) % (2'000'000 / per_second)};
            if (!rate.take(per_second, now).allowed) continue;
            allowed.push_back(now);
            // From each allowed request to this one: burst + rate × T, for a burst of one second.
            for (std::size_t k = 0; k < allowed.size(); k += 7) {
                const double seconds = static_cast<double>((now - allowed[k]).count()) * 1e-6;
                ASSERT_LE(static_cast<double>(allowed.size() - k),
                          per_second * (1 + seconds) + 1.001);
            }
            if (allowed.size() > 600) allowed.pop_front();
        }
    }
}

TEST(RequestRate, AllowsAgainExactlyWhenItSaid) {
    RequestRate rate;
    microseconds now{1'000'000};
    while (rate.take(5, now).allowed) {
    }
    const RateVerdict refused = rate.take(5, now);
    ASSERT_FALSE(refused.allowed);
    EXPECT_FALSE(rate.take(5, now + refused.retry_after - microseconds{1}).allowed);
    EXPECT_TRUE(rate.take(5, now + refused.retry_after).allowed);
}

TEST(RequestRate, UsesTheWholeRateUnderBacklog) {
    RequestRate rate;
    int allowed = 0;
    for (microseconds now{1'000'000}; now < microseconds{61'000'000}; now += microseconds{500}) {
        allowed += rate.take(100, now).allowed;
    }
    EXPECT_GE(allowed, 60 * 100);
    EXPECT_LE(allowed, 61 * 100 + 1);
}

TEST(RequestRate, TellsWhatIsLeft) {
    RequestRate rate;
    const RateVerdict first = rate.take(10, microseconds{1'000'000});
    EXPECT_EQ(first.limit, 10u);
    EXPECT_EQ(first.remaining, 9u);
}

}  // namespace
}  // namespace postern::ratelimit
