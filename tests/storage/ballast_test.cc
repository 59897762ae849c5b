#include "storage/ballast.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/storage/scratch.h"

namespace postern::storage {
namespace {

std::uint64_t allocated(const std::string& path) {
    struct stat st {};
    return ::stat(path.c_str(), &st) == 0 ? static_cast<std::uint64_t>(st.st_blocks) * 512 : 0;
}

TEST(Ballast, IsReallyAllocatedAndGivenBack) {
    const Scratch scratch;
    const std::string path = scratch / "ballast";
    ASSERT_TRUE(ensure_ballast(path, 8u << 20));
    EXPECT_GE(allocated(path), 8u << 20);

    const auto freed = release_ballast(path);
    ASSERT_TRUE(freed);
    EXPECT_GE(*freed, 8u << 20);
    EXPECT_FALSE(std::filesystem::exists(path));
    EXPECT_EQ(release_ballast(path).value(), 0u);
}

TEST(Ballast, FillsASparseOneAndKeepsAGoodOne) {
    const Scratch scratch;
    const std::string path = scratch / "ballast";
    std::ofstream(path).close();
    std::filesystem::resize_file(path, 4u << 20);
    ASSERT_LT(allocated(path), 4u << 20);

    ASSERT_TRUE(ensure_ballast(path, 4u << 20));
    EXPECT_GE(allocated(path), 4u << 20);
    ASSERT_TRUE(ensure_ballast(path, 4u << 20));
}

TEST(Ballast, LeavesNoFileWhereThereIsNoRoom) {
    const Scratch scratch;
    const std::string path = scratch / "ballast";
    EXPECT_FALSE(ensure_ballast(path, 1ull << 50));
    EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace postern::storage
