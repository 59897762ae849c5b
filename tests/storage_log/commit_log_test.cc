// The contract of a commit log, kept by both implementations alike: what append() took is there
// after any ending, in order, and nothing else.
#include "storage/commit_log.h"

#include <filesystem>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "tests/support/storage_rig.h"

namespace postern::storage_log {
namespace {

using storage::Errc;
using storage::Sequence;
using support::LogKind;
using support::StorageRig;

class CommitLogContract : public ::testing::TestWithParam<LogKind> {
  protected:
    CommitLogContract() {
        std::string pattern = ::testing::TempDir() + "commit_log_XXXXXX";
        options_.path = ::mkdtemp(pattern.data());
        options_.kind = GetParam();
        options_.segment_bytes = 64u << 10;
    }
    ~CommitLogContract() override {
        rig_.reset();
        std::error_code error;
        std::filesystem::remove_all(options_.path, error);
    }
    void open() {
        rig_.reset();
        std::string problem;
        auto rig = StorageRig::open(options_, problem);
        ASSERT_TRUE(rig) << problem;
        rig_ = std::move(*rig);
    }

    support::RigOptions options_;
    std::unique_ptr<StorageRig> rig_;
};

TEST_P(CommitLogContract, KeepsEveryGroupOverManyStarts) {
    Sequence written = 0;
    for (std::uint32_t start = 0; start < 10; ++start) {
        open();
        EXPECT_EQ(written, rig_->durable());
        EXPECT_EQ(written, rig_->store().applied());
        EXPECT_EQ(0u, rig_->missing(1, written));
        for (std::uint32_t rows = 1; rows <= 30; ++rows) ASSERT_TRUE(rig_->write_group(rows));
        written = rig_->durable();
        EXPECT_EQ((start + 1) * 30u * 31u / 2, written);
    }
}

TEST_P(CommitLogContract, RefusesSequencesThatDoNotGoUp) {
    open();
    ASSERT_TRUE(rig_->write_group(3));
    storage::WriteSet rows = rig_->store().new_write_set();
    rows.put(storage::keys::meta("test"), "x");
    EXPECT_EQ(Errc::bad_argument, rig_->log().append({3, 4, 1, rows.data()}).error());
    EXPECT_EQ(Errc::bad_argument, rig_->log().append({6, 5, 1, rows.data()}).error());
    EXPECT_EQ(3u, rig_->durable());
    EXPECT_TRUE(rig_->write_group(1));
}

TEST_P(CommitLogContract, SaysWhoAppliesAndCounts) {
    open();
    ASSERT_TRUE(rig_->write_group(5));
    EXPECT_EQ(GetParam() == LogKind::rocksdb, rig_->log().applies());
    EXPECT_EQ(1u, rig_->log().counters().groups);
    EXPECT_GT(rig_->log().counters().payload_bytes, 5u * 40);
    EXPECT_GE(rig_->log().counters().bytes, rig_->log().counters().payload_bytes);
}

TEST_P(CommitLogContract, WritesFarMoreThanItsSpaceWhileTheStoreIsFlushed) {
    open();
    for (int i = 0; i < 400; ++i) ASSERT_TRUE(rig_->write_group(16));  // 2.6 MB of log
    EXPECT_EQ(0u, rig_->missing(1, rig_->durable()));
    EXPECT_LE(rig_->log().counters().segments, 6u);
    open();
    EXPECT_EQ(0u, rig_->missing(1, 400 * 16));
}

TEST_P(CommitLogContract, LosesUnsyncedStartsOnlyToThePower) {
    options_.sync = false;
    open();
    ASSERT_TRUE(rig_->write_group(9));
    open();
    EXPECT_EQ(0u, rig_->missing(1, 9));
}

INSTANTIATE_TEST_SUITE_P(Both, CommitLogContract,
                         ::testing::Values(LogKind::segments, LogKind::rocksdb),
                         [](const auto& test) {
                             return test.param == LogKind::segments ? "Segments" : "Rocksdb";
                         });

}  // namespace
}  // namespace postern::storage_log
