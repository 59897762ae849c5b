#include <gtest/gtest.h>

#include "storage/anchor.h"
#include "storage/backup.h"
#include "storage/folder_lock.h"
#include "storage/log_file.h"
#include "tests/storage/scratch.h"

namespace postern::storage {
namespace {

constexpr std::uint32_t epoch_step_min = 1u << 16;

class Restore : public ::testing::Test {
  protected:
    void SetUp() override {
        const auto store = open_store(small_options(scratch_ / "source"));
        apply_rows(*store, 1, 300, std::string(500, 'x'));
        const auto made = backup(*store, {scratch_ / "backup", 5, 1'234}, nullptr, problem_);
        ASSERT_TRUE(made) << problem_;
    }
    Result<BackupManifest> run(bool force = false) {
        return restore({scratch_ / "backup", target_, force, 99}, nullptr, problem_);
    }
    AnchorState anchor() {
        const auto opened = Anchor::open(target_.anchor(), real_log_files(), problem_);
        EXPECT_TRUE(opened) << problem_;
        return opened ? (*opened)->state() : AnchorState{};
    }
    void live_elsewhere() {
        std::filesystem::create_directories(target_.log());
        std::ofstream(target_.log() + "/segment") << "old";
        apply_rows(*open_store(small_options(target_.db())), 1, 900, "old");
        const auto opened = Anchor::open(target_.anchor(), real_log_files(), problem_);
        ASSERT_TRUE(opened) << problem_;
        ASSERT_TRUE((*opened)->write({.durable = 900, .epoch = 40}));
    }

    Scratch scratch_;
    StorageLayout target_{scratch_ / "target"};
    std::string problem_;
};

TEST_F(Restore, BringsBackEveryRowWithSendingPaused) {
    double progress = 0;
    const auto restored = restore(
        {scratch_ / "backup", target_, false, 99}, [&](double p) { progress = p; }, problem_);
    ASSERT_TRUE(restored) << problem_;
    EXPECT_EQ(progress, 1.0);

    const auto store = open_store(small_options(target_.db()));
    EXPECT_EQ(store->applied(), 300u);
    EXPECT_EQ(store->get(keys::seq_row(300)).value(), std::string(500, 'x'));
    EXPECT_EQ(anchor().durable, 300u);
    EXPECT_EQ(anchor().sending_paused, 1u);
    EXPECT_EQ(anchor().written_us, 99);
    EXPECT_GE(anchor().epoch, 5 + epoch_step_min);
    EXPECT_FALSE(std::filesystem::exists(target_.db() + ".restoring"));
}

TEST_F(Restore, CopiesStandAloneFromTheBackup) {
    ASSERT_TRUE(run()) << problem_;
    {
        const auto store = open_store(small_options(target_.db()));
        apply_rows(*store, 301, 600, std::string(2'000, 'z'));
        ASSERT_TRUE(store->flush());
    }
    EXPECT_TRUE(verify_backup(scratch_ / "backup", nullptr, problem_)) << problem_;
}

TEST_F(Restore, RefusesAFolderWithDataAndTouchesNothing) {
    live_elsewhere();
    EXPECT_EQ(run().error(), make_error_code(Errc::bad_argument));
    EXPECT_NE(problem_.find("--force"), std::string::npos) << problem_;
    EXPECT_EQ(anchor().durable, 900u);
    EXPECT_EQ(anchor().sending_paused, 0u);
    EXPECT_EQ(open_store(small_options(target_.db()))->applied(), 900u);
}

TEST_F(Restore, ByForceMovesTheOldDataAside) {
    live_elsewhere();
    ASSERT_TRUE(run(true)) << problem_;
    EXPECT_EQ(open_store(small_options(target_.db()))->applied(), 300u);
    EXPECT_EQ(anchor().durable, 300u);
    EXPECT_EQ(anchor().sending_paused, 1u);
    EXPECT_GE(anchor().epoch, 40 + epoch_step_min);
    EXPECT_FALSE(std::filesystem::exists(target_.log()));
    EXPECT_TRUE(std::filesystem::exists(target_.root() + "/replaced-1/log/segment"));
    EXPECT_EQ(open_store(small_options(target_.root() + "/replaced-1/db"))->applied(), 900u);

    ASSERT_TRUE(run(true)) << problem_;
    EXPECT_TRUE(std::filesystem::exists(target_.root() + "/replaced-2/db"));
}

TEST_F(Restore, RefusesADamagedBackupBeforeItTouchesAnything) {
    live_elsewhere();
    flip_bit(scratch_ / "backup/db/CURRENT", 3);
    EXPECT_EQ(run(true).error(), make_error_code(Errc::corrupt));
    EXPECT_NE(problem_.find("CURRENT"), std::string::npos) << problem_;
    EXPECT_EQ(anchor().durable, 900u);
    EXPECT_EQ(anchor().sending_paused, 0u);
    EXPECT_EQ(open_store(small_options(target_.db()))->applied(), 900u);
}

TEST_F(Restore, WorksOverADamagedAnchor) {
    live_elsewhere();
    std::filesystem::resize_file(target_.anchor(), 100);
    ASSERT_TRUE(run(true)) << problem_;
    EXPECT_EQ(anchor().durable, 300u);
    EXPECT_EQ(anchor().sending_paused, 1u);
}

TEST_F(Restore, RefusesWhileAnotherProcessUsesTheFolder) {
    std::filesystem::create_directories(target_.root());
    const auto lock = FolderLock::take(target_.lock(), problem_);
    ASSERT_TRUE(lock) << problem_;
    EXPECT_EQ(run().error(), make_error_code(Errc::locked));
}

TEST_F(Restore, TwoOfOneBackupDoNotShareAnEpoch) {
    ASSERT_TRUE(run()) << problem_;
    const StorageLayout drill(scratch_ / "drill");
    ASSERT_TRUE(restore({scratch_ / "backup", drill, false, 99}, nullptr, problem_)) << problem_;
    const auto other = Anchor::open(drill.anchor(), real_log_files(), problem_);
    ASSERT_TRUE(other);
    // Equal by chance once in 16 million runs.
    EXPECT_NE((*other)->state().epoch, anchor().epoch);
}

}  // namespace
}  // namespace postern::storage
