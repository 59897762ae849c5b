#include "gateway/sim/send_faults.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

namespace postern::sim {
namespace {

std::vector<SendFault> draws(const SendFaults& faults, std::uint64_t seed) {
    Prng prng(seed);
    std::vector<SendFault> out;
    for (int i = 0; i < 5000; ++i) out.push_back(draw_send_fault(faults, prng));
    return out;
}

TEST(SendFaults, AreSetByNameWithinTheirRange) {
    SendFaults faults;

    EXPECT_TRUE(set_send_fault("no_answer", 0.25, faults));
    EXPECT_TRUE(set_send_fault("per_second", 80, faults));
    EXPECT_FALSE(set_send_fault("no_answer", 1.5, faults));
    EXPECT_FALSE(set_send_fault("per_second", -1, faults));
    EXPECT_FALSE(set_send_fault("dice", 0.5, faults));
    EXPECT_DOUBLE_EQ(faults.no_answer, 0.25);
    EXPECT_DOUBLE_EQ(faults.per_second, 80);
}

TEST(SendFaults, SpreadUnsteadyOverWhatARetryOvercomes) {
    SendFaults faults;
    ASSERT_TRUE(set_send_fault("unsteady", 0.7, faults));

    EXPECT_DOUBLE_EQ(faults.rate_limited, 0.1);
    EXPECT_DOUBLE_EQ(faults.slow_answer, 0.1);
    EXPECT_DOUBLE_EQ(faults.blocked, 0);
}

TEST(SendFaults, AreDrawnAsOftenAsTheyShouldAndAgainWithTheSameSeed) {
    SendFaults faults;
    faults.rate_limited = 0.2;
    faults.no_answer = 0.1;
    std::map<SendFault, int> counts;
    for (const SendFault fault : draws(faults, 7)) ++counts[fault];

    EXPECT_EQ(counts.size(), 3u);
    EXPECT_NEAR(counts[SendFault::rate_limited], 1000, 150);
    EXPECT_NEAR(counts[SendFault::no_answer], 500, 120);
    EXPECT_EQ(draws(faults, 7), draws(faults, 7));
    EXPECT_NE(draws(faults, 7), draws(faults, 8));
}

TEST(SendFaults, LatencyHasTheMedianAndTheTailThatWereAskedFor) {
    SendFaults faults;
    Prng none(3);
    EXPECT_EQ(draw_latency_us(faults, none), 0);
    faults.latency_p50_ms = 20;
    faults.latency_p99_ms = 200;
    Prng prng(3);
    int below_median = 0;
    int above_tail = 0;
    for (int i = 0; i < 10'000; ++i) {
        const std::int64_t us = draw_latency_us(faults, prng);
        below_median += us < 20'000 ? 1 : 0;
        above_tail += us > 200'000 ? 1 : 0;
    }

    EXPECT_NEAR(below_median, 5000, 250);
    EXPECT_NEAR(above_tail, 100, 50);
}

TEST(SendFaults, NamesComeBackAsTheyWent) {
    for (std::size_t i = 0; i < 15; ++i) {
        SendFault fault = SendFault::none;
        ASSERT_TRUE(send_fault_from(to_string(static_cast<SendFault>(i)), fault));
        EXPECT_EQ(fault, static_cast<SendFault>(i));
    }
}

}  // namespace
}  // namespace postern::sim
