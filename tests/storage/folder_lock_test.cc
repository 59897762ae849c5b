#include "storage/folder_lock.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/storage/scratch.h"

namespace postern::storage {
namespace {

TEST(FolderLock, IsHeldByOneAndNamesItsHolder) {
    const Scratch scratch;
    std::string problem;
    auto first = FolderLock::take(scratch / "lock", problem);
    ASSERT_TRUE(first) << problem;

    const auto second = FolderLock::take(scratch / "lock", problem);
    EXPECT_EQ(second.error(), make_error_code(Errc::locked));
    EXPECT_NE(problem.find(std::to_string(::getpid())), std::string::npos) << problem;

    first->reset();
    EXPECT_TRUE(FolderLock::take(scratch / "lock", problem));
}

TEST(FolderLock, SaysWhyItCannotBeTaken) {
    const Scratch scratch;
    std::string problem;
    EXPECT_FALSE(FolderLock::take(scratch / "absent/lock", problem));
    EXPECT_NE(problem.find("absent/lock"), std::string::npos) << problem;
}

}  // namespace
}  // namespace postern::storage
