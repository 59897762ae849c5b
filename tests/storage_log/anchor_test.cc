// The anchor: the newest whole slot counts, a torn one costs a turn, two bad ones are an error.
#include "storage/anchor.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/faulty_log_files.h"

namespace postern::storage_log {
namespace {

using storage::Anchor;
using storage::AnchorState;
using storage::Errc;

class AnchorTest : public ::testing::Test {
  protected:
    storage::Result<std::unique_ptr<Anchor>> open() { return Anchor::open(path, files, problem); }
    static AnchorState state(std::uint64_t n) {
        return {n, static_cast<std::uint32_t>(n + 1), n % 2 == 0 ? 1u : 0u,
                static_cast<std::int64_t>(n * 1000), static_cast<std::int64_t>(n * 1000 + 7)};
    }
    void write(std::uint64_t n) {
        auto anchor = open();
        ASSERT_TRUE(anchor) << problem;
        ASSERT_TRUE((*anchor)->write(state(n)));
    }

    support::FaultPlan plan{1};
    support::FaultyLogFiles files{plan};
    std::string path = "folder/anchor";
    std::string problem;
};

TEST_F(AnchorTest, IsEmptyWhereThereIsNoFile) {
    const auto anchor = open();
    ASSERT_TRUE(anchor);
    EXPECT_FALSE((*anchor)->existed());
    EXPECT_EQ(AnchorState(), (*anchor)->state());
    EXPECT_TRUE(files.paths().empty()) << "opening writes nothing";
}

TEST_F(AnchorTest, BringsBackWhatWasWrittenLast) {
    for (std::uint64_t n = 1; n < 10; ++n) {
        write(n);
        const auto anchor = open();
        ASSERT_TRUE(anchor);
        EXPECT_TRUE((*anchor)->existed());
        EXPECT_EQ(state(n), (*anchor)->state());
    }
}

TEST_F(AnchorTest, FallsBackByOneTurnWhereASlotIsBad) {
    write(1);
    write(2);
    const auto saved = files.save();
    for (std::size_t at = 0; at < 40; ++at) {
        for (std::size_t slot = 0; slot < 2; ++slot) {
            files.load(saved);
            files.bytes(path)[slot * 4096 + at] ^= 0x10;
            const auto anchor = open();
            ASSERT_TRUE(anchor) << problem;
            EXPECT_EQ(state(slot == 0 ? 1 : 2), (*anchor)->state());  // turn 2 lies in slot 0
        }
    }
}

TEST_F(AnchorTest, OneOfAnEarlierVersionCountsButForTheCoresTime) {
    write(1);
    const auto saved = files.save();
    AnchorState earlier = state(1);
    earlier.core_us = 0;
    char* slot = files.bytes(path).data() + 4096;
    std::fill(slot + 40, slot + 56, '\0');
    ASSERT_TRUE(open());
    EXPECT_EQ(earlier, (*open())->state());
    for (std::size_t at = 40; at < 52; ++at) {
        files.load(saved);
        files.bytes(path)[4096 + at] ^= 0x10;
        ASSERT_TRUE(open());
        EXPECT_EQ(earlier, (*open())->state());
    }
}

TEST_F(AnchorTest, RefusesTwoBadSlotsAndATruncatedFile) {
    write(1);
    write(2);
    const auto saved = files.save();
    files.bytes(path)[8] ^= 1;
    files.bytes(path)[4096 + 8] ^= 1;
    EXPECT_EQ(Errc::corrupt, open().error());
    EXPECT_NE(std::string::npos, problem.find(path));

    files.load(saved);
    files.bytes(path).resize(4096);
    EXPECT_EQ(Errc::corrupt, open().error());
}

TEST_F(AnchorTest, NeverLosesAnAcknowledgedWriteToAPowerCut) {
    std::uint64_t acknowledged = 0;
    for (std::uint64_t n = 1; n <= 2000; ++n) {
        plan.arm(support::Fault::power_cut, 1 + plan.below(3));
        if (auto anchor = open(); anchor) {
            while ((*anchor)->write(state(acknowledged + 1))) ++acknowledged;
        }
        plan.power_on();
        files.settle();
        const auto anchor = open();
        ASSERT_TRUE(anchor) << problem;
        const std::uint64_t durable = (*anchor)->state().durable;
        ASSERT_TRUE(durable == acknowledged || durable == acknowledged + 1) << durable;
        acknowledged = durable;
    }
}

TEST_F(AnchorTest, StaysBrokenAfterAnError) {
    write(1);
    auto anchor = open();
    ASSERT_TRUE(anchor);
    plan.arm(support::Fault::io_error, 1);
    EXPECT_EQ(Errc::io, (*anchor)->write(state(2)).error());
    EXPECT_EQ(Errc::io, (*anchor)->write(state(3)).error());
}

}  // namespace
}  // namespace postern::storage_log
