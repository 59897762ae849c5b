// CG-86: a backup that can be trusted: whole or not there, checked byte for byte.
#include "storage/backup.h"

#include <gtest/gtest.h>

#include "tests/storage/scratch.h"

namespace postern::storage {
namespace {

class Backup : public ::testing::Test {
  protected:
    void SetUp() override {
        apply_rows(*store_, 1, 300, std::string(500, 'x'));
        ASSERT_TRUE(store_->flush());
        apply_rows(*store_, 301, 400, "only in memory so far");
    }
    Result<BackupManifest> make() {
        return backup(*store_, {scratch_ / "backup", 5, 1'234}, nullptr, problem_);
    }
    Result<BackupManifest> verify() {
        return verify_backup(scratch_ / "backup", nullptr, problem_);
    }
    void expect_refused(std::string_view named) {
        const auto verified = verify();
        ASSERT_FALSE(verified);
        EXPECT_EQ(verified.error(), make_error_code(Errc::corrupt));
        EXPECT_NE(problem_.find(named), std::string::npos) << problem_;
    }

    Scratch scratch_;
    std::unique_ptr<Store> store_ = open_store(small_options(scratch_ / "db"));
    std::string problem_;
};

TEST_F(Backup, HoldsEverythingThatWasApplied) {
    double progress = 0;
    const auto made = backup(
        *store_, {scratch_ / "backup", 5, 1'234}, [&](double p) { progress = p; }, problem_);
    ASSERT_TRUE(made) << problem_;
    EXPECT_EQ(made->applied, 400u);
    EXPECT_EQ(made->epoch, 5u);
    EXPECT_EQ(made->created_us, 1'234);
    EXPECT_EQ(progress, 1.0);
    EXPECT_FALSE(std::filesystem::exists(scratch_ / "backup.partial"));

    const auto verified = verify();
    ASSERT_TRUE(verified) << problem_;
    EXPECT_EQ(*verified, *made);
    EXPECT_EQ(*verify(), *made) << "verifying changes nothing";
}

TEST_F(Backup, StaysAsItIsWhileTheStoreGoesOn) {
    ASSERT_TRUE(make()) << problem_;
    for (Sequence s = 401; s < 1'400; s += 100) {
        apply_rows(*store_, s, s + 99, std::string(3'000, 'y'));
        ASSERT_TRUE(store_->flush());
    }
    EXPECT_TRUE(verify()) << problem_;
}

TEST_F(Backup, NeverOverwrites) {
    ASSERT_TRUE(make()) << problem_;
    const auto again = make();
    EXPECT_EQ(again.error(), make_error_code(Errc::bad_argument));
    EXPECT_TRUE(verify());
}

TEST_F(Backup, MakesNoTreeOfAPathThatIsMistyped) {
    const auto made = backup(*store_, {scratch_ / "mnt/bakcup/first", 5, 1'234}, nullptr, problem_);
    EXPECT_EQ(made.error(), make_error_code(Errc::bad_argument));
    EXPECT_NE(problem_.find("there is no folder " + (scratch_ / "mnt/bakcup")), std::string::npos)
        << problem_;
    EXPECT_NE(problem_.find("mkdir -p"), std::string::npos) << problem_;
    EXPECT_FALSE(std::filesystem::exists(scratch_ / "mnt"));
}

TEST_F(Backup, MakesTheStoragesOwnFolderOfBackups) {
    EXPECT_TRUE(backup(*store_, {scratch_ / "backups/first/", 5, 1'234}, nullptr, problem_))
        << problem_;
    EXPECT_TRUE(verify_backup(scratch_ / "backups/first", nullptr, problem_)) << problem_;
}

TEST_F(Backup, ReplacesOneThatWasCutShort) {
    std::filesystem::create_directories(scratch_ / "backup.partial/db");
    std::ofstream(scratch_ / "backup.partial/db/000001.sst") << "half";
    EXPECT_TRUE(make()) << problem_;
    EXPECT_TRUE(verify()) << problem_;
}

TEST_F(Backup, DamageToAnyFileIsFoundByName) {
    const auto made = make();
    ASSERT_TRUE(made) << problem_;
    for (const BackupFile& file : made->files) {
        if (file.sum.bytes == 0) continue;
        const std::string path = scratch_ / "backup/db/" + file.name;
        flip_bit(path, file.sum.bytes / 2);
        expect_refused(file.name);
        flip_bit(path, file.sum.bytes / 2);
    }
    EXPECT_TRUE(verify()) << problem_;
}

TEST_F(Backup, AMissingAShorterAndAnExtraFileAreFoundByName) {
    const auto made = make();
    ASSERT_TRUE(made) << problem_;
    const std::string path = scratch_ / "backup/db/" + made->files[0].name;
    std::filesystem::rename(path, scratch_ / "taken");
    expect_refused(made->files[0].name);
    std::filesystem::rename(scratch_ / "taken", path);
    std::ofstream(scratch_ / "backup/db/999999.sst") << "stranger";
    expect_refused("999999.sst");
    std::filesystem::remove(scratch_ / "backup/db/999999.sst");
    std::filesystem::resize_file(path, made->files[0].sum.bytes - 1);
    expect_refused(made->files[0].name);
}

TEST_F(Backup, AFolderWithoutManifestIsNoBackup) {
    EXPECT_EQ(verify().error(), make_error_code(Errc::not_found));
    EXPECT_NE(problem_.find("manifest"), std::string::npos) << problem_;
}

}  // namespace
}  // namespace postern::storage
