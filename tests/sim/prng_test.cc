#include "gateway/sim/prng.h"

#include <gtest/gtest.h>

namespace postern::sim {
namespace {

TEST(Prng, GivesTheNumbersOfTheReferenceAlgorithm) {
    // splitmix64 of 0 begins with e220a8397b1dcdaf, 6e789e6aa1b965f4, 06c45d188009454f,
    // f88bb8a8724c81ec: the state from which xoshiro256** starts.
    Prng prng(0);

    EXPECT_EQ(prng.next(), 0x99ec5f36cb75f2b4u);
    EXPECT_EQ(prng.next(), 0xbf6e1f784956452au);
}

TEST(Prng, StaysBelowItsBound) {
    Prng prng(7);

    for (int i = 0; i < 10'000; ++i) EXPECT_LT(prng.below(13), 13u);
    EXPECT_EQ(prng.below(0), 0u);
}

TEST(Prng, ChanceIsNeverAtZeroAndAlwaysAtOne) {
    Prng prng(7);

    for (int i = 0; i < 1000; ++i) {
        EXPECT_FALSE(prng.chance(0));
        EXPECT_TRUE(prng.chance(1));
    }
}

}  // namespace
}  // namespace postern::sim
