#include "storage/posix_file.h"

#include <gtest/gtest.h>

#include "tests/storage/scratch.h"

namespace postern::storage {
namespace {

TEST(PosixFile, WritesWholeFilesAndReadsThemBack) {
    const Scratch scratch;
    ASSERT_TRUE(write_file_atomic(scratch / "file", "one"));
    ASSERT_TRUE(write_file_atomic(scratch / "file", "two"));
    EXPECT_EQ(read_file(scratch / "file", 100).value(), "two");
    EXPECT_FALSE(read_file(scratch / "file", 2)) << "longer than the caller takes";
    EXPECT_EQ(list_folder(scratch.path()).value(), std::vector<std::string>{"file"});
}

TEST(PosixFile, CopiesAndSumsAgree) {
    const Scratch scratch;
    const std::string bytes(3'000'000, 'q');
    ASSERT_TRUE(write_file_atomic(scratch / "from", bytes));
    std::uint64_t copied = 0;
    ASSERT_TRUE(
        copy_file_synced(scratch / "from", scratch / "to", [&](std::uint64_t n) { copied += n; }));
    EXPECT_EQ(copied, bytes.size());
    EXPECT_EQ(sum_file(scratch / "from", nullptr).value(),
              sum_file(scratch / "to", nullptr).value());
    EXPECT_FALSE(copy_file_synced(scratch / "from", scratch / "to", nullptr))
        << "never over a file";
    flip_bit(scratch / "to", 2'999'999);
    EXPECT_NE(sum_file(scratch / "from", nullptr).value(),
              sum_file(scratch / "to", nullptr).value());
}

TEST(PosixFile, MakesFoldersForTheOwnerAlone) {
    const Scratch scratch;
    ASSERT_TRUE(make_folders(scratch / "a/b/c"));
    ASSERT_TRUE(make_folders(scratch / "a/b/c"));
    using std::filesystem::perms;
    EXPECT_EQ(std::filesystem::status(scratch / "a/b").permissions(), perms::owner_all);
    ASSERT_TRUE(write_file_atomic(scratch / "a/file", ""));
    EXPECT_FALSE(make_folders(scratch / "a/file"));
}

}  // namespace
}  // namespace postern::storage
