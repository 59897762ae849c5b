// The folder of media into a backup and back.
#include "storage/backup_media.h"

#include <gtest/gtest.h>

#include "tests/storage/scratch.h"

namespace postern::storage {
namespace {

namespace fs = std::filesystem;

struct BackupMedia : ::testing::Test {
    Scratch scratch;
    std::string problem;

    void put(const std::string& name, const std::string& bytes) {
        const fs::path path = scratch / name;
        fs::create_directories(path.parent_path());
        std::ofstream(path) << bytes;
    }
    std::string get(const std::string& name) {
        std::ifstream in(scratch / name);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    bool bring(bool link) {
        const auto brought = bring_media(scratch / "from", scratch / "to", link, problem);
        EXPECT_TRUE(brought) << problem;
        return brought.has_value();
    }
};

TEST_F(BackupMedia, BringsFinishedFilesLinkedOrCopied) {
    put("from/ab/abc", "one");
    put("from/cd/cde", "two");
    put("from/incoming/0", "half");
    for (const bool link : {true, false}) {
        ASSERT_TRUE(bring(link));
        EXPECT_EQ(get("to/ab/abc"), "one");
        EXPECT_EQ(get("to/cd/cde"), "two");
        EXPECT_FALSE(fs::exists(scratch / "to/incoming"));
        EXPECT_EQ(fs::hard_link_count(scratch / "to/ab/abc"), link ? 2U : 1U);
        fs::remove_all(scratch / "to");
    }
}

TEST_F(BackupMedia, LeavesWhatIsThereAndFinishesWhatWasCutShort) {
    put("from/ab/abc", "one");
    put("from/ab/abd", "two");
    put("to/ab/abc", "as it was");
    put("to/ab/abd.partial", "tw");
    ASSERT_TRUE(bring(false));
    EXPECT_EQ(get("to/ab/abc"), "as it was");
    EXPECT_EQ(get("to/ab/abd"), "two");
    EXPECT_FALSE(fs::exists(scratch / "to/ab/abd.partial"));
}

TEST_F(BackupMedia, HasNothingToDoWithoutAFolder) {
    EXPECT_TRUE(bring(true));
    EXPECT_FALSE(fs::exists(scratch / "to"));
}

TEST_F(BackupMedia, SaysWhatItCouldNotWrite) {
    put("from/ab/abc", "one");
    put("to", "a file where a folder should be");
    EXPECT_FALSE(bring_media(scratch / "from", scratch / "to", false, problem));
    EXPECT_NE(problem.find("to/ab"), std::string::npos);
}

}  // namespace
}  // namespace postern::storage
