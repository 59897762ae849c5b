// What a daemon knows of the failures of those before it.
#include "gateway/log_failures.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "gateway/backup_stamp.h"

namespace postern {
namespace {

using namespace std::chrono_literals;

constexpr model::Instant start{std::chrono::seconds{1'800'000'000}};

class LogFailuresTest : public ::testing::Test {
  protected:
    LogFailuresTest()
        : folder_(std::filesystem::temp_directory_path() /
                  ("log-failures-" + std::to_string(::getpid()))) {
        std::filesystem::create_directories(folder_);
    }
    ~LogFailuresTest() override { std::filesystem::remove_all(folder_); }
    /// A process begins, fails at `at`, and is gone.
    void fail(model::Instant at) { LogFailures(folder_).note(at); }

    std::string folder_;
};

TEST_F(LogFailuresTest, AreTooManyWhenThreeLieWithinTenMinutes) {
    EXPECT_FALSE(LogFailures(folder_).too_many(start));
    fail(start);
    fail(start + 1min);
    EXPECT_FALSE(LogFailures(folder_).too_many(start + 1min));
    fail(start + 2min);
    EXPECT_TRUE(LogFailures(folder_).too_many(start + 3min));
    EXPECT_EQ(LogFailures(folder_).within(1h, start + 30min), 3u);
    EXPECT_FALSE(LogFailures(folder_).too_many(start + 11min));
}

TEST_F(LogFailuresTest, CountAlsoAfterTheClockWasSetBack) {
    for (int i = 0; i < 3; ++i) fail(start);
    EXPECT_TRUE(LogFailures(folder_).too_many(start - 24h));
}

TEST_F(LogFailuresTest, KeepTheLastOnesOnly) {
    for (int i = 0; i < 50; ++i) fail(start + std::chrono::seconds{i});
    EXPECT_EQ(LogFailures(folder_).within(1h, start + 1min), 16u);
    EXPECT_LT(std::filesystem::file_size(folder_ + "/log-failures"), 512u);
}

TEST_F(LogFailuresTest, AreNoneInAFileThatIsNoSuchFile) {
    std::ofstream(folder_ + "/log-failures") << "what is this\n";
    EXPECT_EQ(LogFailures(folder_).within(24h, start), 0u);
}

TEST_F(LogFailuresTest, InAFolderThatIsGoneAreNotWrittenAndNothingBreaks) {
    std::filesystem::remove_all(folder_);
    fail(start);
    EXPECT_EQ(LogFailures(folder_).within(24h, start), 0u);
}

TEST_F(LogFailuresTest, ABackupIsRememberedByTheNextProcess) {
    EXPECT_EQ(BackupStamp(folder_, start).last(), start);  // watching begins
    EXPECT_EQ(BackupStamp(folder_, start + 1h).last(), start);
    BackupStamp stamp(folder_, start + 2h);
    stamp.made(start + 2h);
    EXPECT_EQ(stamp.last(), start + 2h);
    EXPECT_EQ(BackupStamp(folder_, start + 9h).last(), start + 2h);
    EXPECT_EQ(BackupStamp(folder_, start).last(), start);  // the clock was set back
}

}  // namespace
}  // namespace postern
