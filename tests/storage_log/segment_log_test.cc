// The segment log: what goes in comes back, over every boundary, any number of rounds and restarts.
#include "storage/segment_log.h"

#include <atomic>
#include <random>

#include <gtest/gtest.h>

#include "tests/storage_log/log_rig.h"

namespace postern::storage_log {
namespace {

using storage::Errc;
using storage::Sequence;
namespace log_format = storage::log_format;

// The largest data that still fits into `blocks`.
std::size_t data_for(std::size_t blocks) {
    return blocks * log_format::payload_bytes - sizeof(log_format::Header);
}

TEST(SegmentLog, StartsEmptyAndBringsBackWhatItTook) {
    LogRig rig;
    ASSERT_TRUE(rig.open()) << rig.problem;
    rig.fill(5, 700);
    EXPECT_EQ(5u, rig.log->durable());
    rig.close();

    ASSERT_TRUE(rig.open()) << rig.problem;

    EXPECT_TRUE(rig.replayed_all());
    EXPECT_EQ(5u, rig.recovery.groups_replayed);
    EXPECT_EQ(10u, rig.recovery.rows_replayed);
    EXPECT_EQ(5u, rig.recovery.last);
    EXPECT_FALSE(rig.recovery.tail_dropped);
}

TEST(SegmentLog, TakesGroupsOfEverySizeAroundBlockAndSegmentEnds) {
    for (std::size_t blocks = 1; blocks <= 8; ++blocks) {
        for (const int delta : {-1, 0, 1}) {
            LogRig rig(1, 8);
            ASSERT_TRUE(rig.open()) << rig.problem;
            const std::size_t size = data_for(blocks) + static_cast<std::size_t>(delta);
            if (log_format::blocks_for(size) > 8) continue;
            rig.fill(40, size);
            ASSERT_EQ(40u, rig.last);
            rig.close();

            ASSERT_TRUE(rig.open()) << rig.problem;
            EXPECT_TRUE(rig.replayed_all()) << blocks << " " << delta;
            rig.fill(3, size);
            rig.close();

            ASSERT_TRUE(rig.open()) << rig.problem;
            EXPECT_TRUE(rig.replayed_all());
        }
    }
}

TEST(SegmentLog, RecyclesAfterAGroupThatEndsOnTheLastSegmentsEnd) {
    LogRig rig(1, 4);
    rig.options.segments_max = 2;
    ASSERT_TRUE(rig.open()) << rig.problem;
    for (int round = 0; round < 20; ++round) {
        ASSERT_TRUE(rig.append(data_for(2)));
        ASSERT_TRUE(rig.append(data_for(2)));  // ends on the end
        rig.log->retire(rig.last);
    }
    EXPECT_LE(rig.log->counters().segments, 2u);
    const Sequence applied = rig.last - 2;
    rig.close();

    ASSERT_TRUE(rig.open(applied)) << rig.problem;
    EXPECT_TRUE(rig.replayed_all(applied));
}

// Found by power cuts: the head of a lone recycled segment was torn, and with it went the only word
// on where the chain ends.
TEST(SegmentLog, NeverOverwritesTheSegmentJustLeft) {
    LogRig rig(1, 2);
    ASSERT_TRUE(rig.open()) << rig.problem;
    ASSERT_TRUE(rig.append(data_for(2)));
    rig.log->retire(rig.last);
    ASSERT_TRUE(rig.append(data_for(1)));
    rig.close();

    ASSERT_TRUE(rig.open()) << rig.problem;
    EXPECT_TRUE(rig.replayed_all());
}

TEST(SegmentLog, RefusesAGroupLargerThanASegmentAndSequencesThatDoNotGoUp) {
    LogRig rig(1, 4);
    ASSERT_TRUE(rig.open()) << rig.problem;
    const std::string large(data_for(4) + 1, 'x');
    EXPECT_EQ(Errc::bad_argument, rig.log->append({1, 1, 1, large}).error());
    ASSERT_TRUE(rig.append(data_for(4)));
    EXPECT_EQ(Errc::bad_argument, rig.log->append({1, 2, 1, "x"}).error());
    EXPECT_EQ(Errc::bad_argument, rig.log->append({3, 2, 1, "x"}).error());
    EXPECT_TRUE(rig.append(10)) << "a refusal changes nothing";
}

TEST(SegmentLog, SurvivesManyRoundsRestartsAndFlushes) {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        std::mt19937_64 random(seed);
        LogRig rig(seed, 1 + random() % 12);
        rig.options.segments_max = 2 + random() % 4;
        Sequence flushed = 0;
        rig.options.want_flush = [&rig] {};
        for (int start = 0; start < 20; ++start) {
            ASSERT_TRUE(rig.open(flushed)) << rig.problem << " seed=" << seed;
            ASSERT_TRUE(rig.replayed_all(flushed)) << "seed=" << seed;
            rig.log->retire(flushed);
            for (std::uint64_t i = random() % 60; i > 0; --i) {
                flushed = rig.last;  // the store keeps up: nothing ever waits
                rig.log->retire(flushed);
                const std::size_t blocks = 1 + random() % (rig.options.segment_bytes / 4096);
                ASSERT_TRUE(rig.append(random() % (data_for(blocks) + 1)));
            }
            rig.close();
        }
    }
}

TEST(SegmentLog, KeepsWhatIsNotFlushedThroughRestartsAndAsksForAFlush) {
    LogRig rig(1, 2);
    rig.options.segments_max = 4;
    ASSERT_TRUE(rig.open()) << rig.problem;
    rig.fill(3, data_for(2));
    rig.close();
    std::atomic<int> asked{0};
    Sequence last = 0;
    rig.options.want_flush = [&] {
        // The first time nothing is flushed yet, so that append has to wait and to ask again.
        if (++asked > 3) rig.live.load()->retire(last);
    };

    ASSERT_TRUE(rig.open()) << rig.problem;
    last = rig.last;
    rig.fill(3, data_for(2));

    EXPECT_EQ(6u, rig.last);
    EXPECT_GT(asked, 3);
    rig.close();
    rig.options.want_flush = nullptr;
    ASSERT_TRUE(rig.open(last)) << rig.problem;
    EXPECT_TRUE(rig.replayed_all(last));
}

TEST(SegmentLog, GivesUpWaitingForAStoreThatHasFailed) {
    LogRig rig(1, 2);
    rig.options.segments_max = 2;
    std::atomic<bool> failed{false};
    rig.options.want_flush = [&] { failed = true; };  // the flush is what fails
    rig.options.store_failed = [&] { return failed.load(); };
    ASSERT_TRUE(rig.open()) << rig.problem;
    ASSERT_TRUE(rig.append(data_for(2)));
    ASSERT_TRUE(rig.append(data_for(2)));

    EXPECT_EQ(Errc::io, rig.append(data_for(2)).error());
    EXPECT_EQ(Errc::io, rig.append(1).error()) << "and that is final";
    EXPECT_EQ(2u, rig.log->durable());
}

TEST(SegmentLog, GoesOnWithTheSegmentsThereAreWhenTheDiskIsFull) {
    LogRig rig(1, 2);
    rig.options.want_flush = [&rig] { rig.retire_durable(); };
    ASSERT_TRUE(rig.open()) << rig.problem;
    ASSERT_TRUE(rig.append(data_for(2)));
    ASSERT_TRUE(rig.append(data_for(2)));
    rig.files.limit(rig.files.paths().size());

    rig.fill(10, data_for(2));

    EXPECT_EQ(12u, rig.last);
    EXPECT_LE(rig.log->counters().segments, 3u);
    rig.close();
}

TEST(SegmentLog, SaysThatTheDiskIsFullWhereThereIsNothingToRecycle) {
    LogRig rig(1, 2);
    rig.files.limit(0);
    EXPECT_EQ(Errc::full, rig.open().error());
    EXPECT_NE(std::string::npos, rig.problem.find("the disk is full")) << rig.problem;
}

TEST(SegmentLog, WantsAnEpochAboveThoseItHasSeen) {
    LogRig rig;
    ASSERT_TRUE(rig.open()) << rig.problem;
    rig.fill(1, 10);
    rig.close();

    rig.epoch = 0;
    EXPECT_EQ(Errc::bad_argument, rig.open().error());
    EXPECT_EQ(1u, rig.recovery.epoch);
    EXPECT_NE(std::string::npos, rig.problem.find("epoch 1"));
    EXPECT_TRUE(rig.open()) << rig.problem;
}

TEST(SegmentLog, FollowsAStoreThatHasMoreThanTheLog) {
    LogRig rig;
    ASSERT_TRUE(rig.open()) << rig.problem;
    rig.fill(3, 100);
    rig.close();

    ASSERT_TRUE(rig.open(10)) << rig.problem;
    EXPECT_EQ(10u, rig.log->durable());
    rig.fill(2, 100);
    rig.close();

    ASSERT_TRUE(rig.open(10)) << rig.problem;
    EXPECT_EQ(2u, rig.replayed.size());
    EXPECT_EQ(12u, rig.recovery.last);
    EXPECT_EQ(Errc::corrupt, rig.open(5).error()) << "6 to 10 are nowhere";
}

TEST(SegmentLog, RefusesAGapBetweenTheStoreAndItsOldestGroup) {
    LogRig rig(1, 2);
    rig.options.segments_max = 2;
    ASSERT_TRUE(rig.open()) << rig.problem;
    for (int i = 0; i < 10; ++i) {
        ASSERT_TRUE(rig.append(data_for(2)));
        rig.log->retire(rig.last);
    }
    rig.close();

    EXPECT_EQ(Errc::corrupt, rig.open(3).error());
    EXPECT_NE(std::string::npos, rig.problem.find("ends at sequence 3")) << rig.problem;
    EXPECT_TRUE(rig.open(9)) << rig.problem;
}

TEST(SegmentLog, KeepsTheSegmentSizeOfAnExistingLog) {
    LogRig rig(1, 2);
    ASSERT_TRUE(rig.open()) << rig.problem;
    rig.fill(4, 100);
    rig.close();
    rig.options.segment_bytes = 64 * LogRig::block;

    ASSERT_TRUE(rig.open()) << rig.problem;
    EXPECT_TRUE(rig.replayed_all());
    const std::string large(data_for(3), 'x');
    EXPECT_EQ(Errc::bad_argument, rig.log->append({9, 9, 1, large}).error());
}

}  // namespace
}  // namespace postern::storage_log
