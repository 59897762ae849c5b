// The ring of seen ids and what leaves it.
#include "gateway/core/seen.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/core/bench.h"

namespace postern::core {
namespace {

using namespace std::chrono_literals;

Inbound inbound(std::string_view id, bool timestamps = true) {
    Inbound in = text_from("a", id, at(0s)).inbound;
    in.timestamps = timestamps;
    return in;
}

TEST(Seen, TheRingHoldsTheLastIdsNewestLast) {
    model::HotRow hot;
    for (std::size_t i = 0; i < model::seen_ids_max; ++i) {
        EXPECT_FALSE(remember(hot, inbound("m" + std::to_string(i)), at(1s), at(2s)));
    }
    EXPECT_EQ(hot.seen.size(), model::seen_ids_max);
    EXPECT_EQ(hot.seen.back().hash, hash_of("m" + std::to_string(model::seen_ids_max - 1)));
    EXPECT_FALSE(hot.spilled);
    EXPECT_TRUE(in_ring(hot, inbound("m0")));
}

TEST(Seen, AnIdThatCanStillComeAgainIsSpilled) {
    model::HotRow hot;
    for (std::size_t i = 0; i < model::seen_ids_max; ++i) {
        (void)remember(hot, inbound("m" + std::to_string(i)), at(1s), at(2s));
    }
    const auto spilled = remember(hot, inbound("next"), at(1s), at(47h));
    ASSERT_TRUE(spilled);
    EXPECT_EQ(spilled->hash, hash_of("m0"));
    EXPECT_TRUE(hot.spilled);
    EXPECT_EQ(hot.seen.size(), model::seen_ids_max);
    EXPECT_FALSE(in_ring(hot, inbound("m0")));
}

TEST(Seen, ASpillIsForgottenWhenNothingOfItCanBeToldAgain) {
    model::HotRow hot;
    for (std::size_t i = 0; i <= model::seen_ids_max; ++i) {
        (void)remember(hot, inbound("m" + std::to_string(i)), at(1s), at(2s));
    }
    ASSERT_TRUE(hot.spilled);
    // Beyond this channel's horizon, but another channel of the part may have a longer one.
    (void)remember(hot, inbound("soon"), at(49h), at(49h));
    EXPECT_TRUE(hot.spilled);
    (void)remember(hot, inbound("later"), at(17 * 24h), at(17 * 24h + 1s));
    EXPECT_TRUE(hot.spilled);
    (void)remember(hot, inbound("last"), at(17 * 24h), at(17 * 24h + 2s));
    EXPECT_FALSE(hot.spilled);
}

TEST(Seen, AKnownSenderWithoutAFreshSpillCostsNoReadOfOldIds) {  // CG-95
    Bench bench;
    for (std::size_t i = 0; i <= model::seen_ids_max; ++i) {
        bench.run(text_from("+573001234567", "m" + std::to_string(i), at(1s)), at(2s));
    }
    bench.run(text_from("+573001234567", "spilled", at(3s)), at(3s));
    EXPECT_EQ(bench.rounds(), 1u);
    bench.run(text_from("+573001234567", "much later", at(18 * 24h)), at(18 * 24h));
    bench.run(text_from("+573001234567", "after it", at(18 * 24h)), at(18 * 24h));
    EXPECT_EQ(bench.rounds(), 0u);
}

TEST(Seen, AnIdBeyondItsHorizonIsDropped) {
    model::HotRow hot;
    for (std::size_t i = 0; i < model::seen_ids_max; ++i) {
        (void)remember(hot, inbound("m" + std::to_string(i)), at(1s), at(2s));
    }
    EXPECT_FALSE(remember(hot, inbound("next"), at(49h), at(49h)));
    EXPECT_FALSE(hot.spilled);
}

TEST(Seen, WhatWasToldLateCanStillBeToldAgain) {
    // A backlog after an outage: written 71 hours ago, told now.
    model::HotRow hot;
    for (std::size_t i = 0; i < model::seen_ids_max; ++i) {
        (void)remember(hot, inbound("m" + std::to_string(i)), at(1s), at(71h));
    }
    EXPECT_TRUE(remember(hot, inbound("next"), at(1s), at(71h)));
}

TEST(Seen, AHorizonOfTwoDaysReachesIntoThree) {
    // Filed in the last hour of a day, told again 47 hours later: two days further.
    const Inbound in = inbound("m", false);
    model::HotRow hot;
    (void)remember(hot, in, at(0s), at(23h));
    const auto filed = storage::keys::dedupe(hot.seen.front().time_s, in.account, in.dedupe_hash);
    const DedupeKeys keys = dedupe_keys(in, at(0s), at(23h + 47h));
    const auto end = keys.keys.begin() + static_cast<std::ptrdiff_t>(keys.count);
    EXPECT_NE(std::find(keys.keys.begin(), end, filed), end);
}

TEST(Seen, AnIdFromAClockThatIsAheadIsSpilled) {
    model::HotRow hot;
    for (std::size_t i = 0; i < model::seen_ids_max; ++i) {
        (void)remember(hot, inbound("m" + std::to_string(i)), at(24h * 365), at(2s));
    }
    EXPECT_TRUE(remember(hot, inbound("next"), at(1s), at(2s)));
}

TEST(Seen, TheSpilledIdIsFiledWhereItIsLookedFor) {
    for (const bool timestamps : {true, false}) {
        model::HotRow hot;
        for (std::size_t i = 0; i < model::seen_ids_max; ++i) {
            (void)remember(hot, inbound("m" + std::to_string(i), timestamps), at(1s), at(2s));
        }
        const auto spilled = remember(hot, inbound("next", timestamps), at(3s), at(4s));
        ASSERT_TRUE(spilled);
        const auto key = storage::keys::dedupe(spilled->time_s, spilled->account, spilled->hash);
        // A redelivery up to a day later: the same provider's time, or none.
        const DedupeKeys looked = dedupe_keys(inbound("m0", timestamps), at(1s), at(24h + 1s));
        const auto end = looked.keys.begin() + static_cast<std::ptrdiff_t>(looked.count);
        EXPECT_NE(std::find(looked.keys.begin(), end, key), end) << timestamps;
    }
}

TEST(Seen, AChannelWithoutTimesFilesByDay) {
    const DedupeKeys morning = dedupe_keys(inbound("m", false), at(1h), at(1h));
    const DedupeKeys evening = dedupe_keys(inbound("m", false), at(23h), at(23h));
    EXPECT_EQ(morning.keys[0], evening.keys[0]);
    EXPECT_GE(morning.count, 2u);
    EXPECT_EQ(dedupe_keys(inbound("m", true), at(1h), at(1h)).count, 1u);
}

TEST(Seen, ASpilledIdOfAChannelWithoutTimesIsKnownTheNextDay) {
    Bench bench;
    const auto send = [&](const std::string& id, model::Instant now) {
        ReceiveMessage c = text_from("+573001234567", id, now);
        c.inbound.timestamps = false;
        bench.run(c, now);
        bench.forget();
        return bench.reply().code;
    };
    for (std::size_t i = 0; i <= model::seen_ids_max; ++i) {
        EXPECT_EQ(send("m" + std::to_string(i), at(23h)), ReplyCode::done);
    }
    EXPECT_EQ(bench.count_stored('d'), 1u);
    EXPECT_EQ(send("m0", at(25h)), ReplyCode::duplicate);
    EXPECT_EQ(send("m1", at(25h)), ReplyCode::duplicate);
    EXPECT_EQ(send("other", at(25h)), ReplyCode::done);
}

}  // namespace
}  // namespace postern::core
