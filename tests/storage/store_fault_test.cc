#include <gtest/gtest.h>
#include <rocksdb/file_system.h>

#include <atomic>

#include "tests/storage/scratch.h"

namespace postern::storage {
namespace {

/// Refuses to make table files while told to, as a full or failing disk does.
class FailingTables final : public rocksdb::FileSystemWrapper {
  public:
    FailingTables() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
    const char* Name() const override { return "FailingTables"; }

    rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* file,
                                      rocksdb::IODebugContext* debug) override {
        const bool table = name.size() > 4 && name.compare(name.size() - 4, 4, ".sst") == 0;
        if (table && full_) return rocksdb::IOStatus::NoSpace("told to");
        if (table && broken_) return rocksdb::IOStatus::IOError("told to");
        if (table) ++tables_;
        return target()->NewWritableFile(name, options, file, debug);
    }
    std::atomic<bool> full_{false};
    std::atomic<bool> broken_{false};
    std::atomic<int> tables_{0};
};

class StoreFault : public ::testing::Test {
  protected:
    StoreOptions options() const {
        StoreOptions all = small_options(scratch_ / "db");
        all.file_system = disk_;
        return all;
    }
    Scratch scratch_;
    std::shared_ptr<FailingTables> disk_ = std::make_shared<FailingTables>();
};

TEST_F(StoreFault, TheSeamSeesEveryTableFile) {
    const auto store = open_store(options());
    const int before = disk_->tables_;
    apply_rows(*store, 1, 5, "value");
    ASSERT_TRUE(store->flush());
    EXPECT_GT(disk_->tables_, before);
}

TEST_F(StoreFault, AFailedFlushIsAnErrorAndNothingCountsAsFlushed) {
    const auto store = open_store(options());
    apply_rows(*store, 1, 5, "value");
    disk_->broken_ = true;

    EXPECT_EQ(store->flush().error(), make_error_code(Errc::io));
    EXPECT_EQ(store->flushed(), 0u);
    EXPECT_TRUE(store->counters().write_failed);
    EXPECT_EQ(store->get(keys::seq_row(5)).value(), "value") << "reads go on";
    EXPECT_FALSE(store->checkpoint(scratch_ / "copy")) << "no copy that is short of rows";
}

TEST_F(StoreFault, AFullDiskIsNamed) {
    const auto store = open_store(options());
    apply_rows(*store, 1, 5, "value");
    disk_->full_ = true;
    EXPECT_EQ(store->flush().error(), make_error_code(Errc::full));
    EXPECT_EQ(store->flushed(), 0u);
}

TEST_F(StoreFault, WhatWasFlushedBeforeTheFailureIsThereAfterIt) {
    {
        const auto store = open_store(options());
        apply_rows(*store, 1, 5, "value");
        ASSERT_TRUE(store->flush());
        apply_rows(*store, 6, 9, "value");
        disk_->broken_ = true;
        EXPECT_FALSE(store->flush());
        EXPECT_EQ(store->flushed(), 5u);
    }
    disk_->broken_ = false;
    const auto store = open_store(options());
    EXPECT_EQ(store->applied(), 5u) << "6 to 9 come from the commit log";
}

}  // namespace
}  // namespace postern::storage
