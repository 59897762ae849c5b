// How much memory there is, from what the kernel writes into its files.
#include "gateway/memory.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace postern {
namespace {

constexpr std::uint64_t mebibyte = 1ull << 20;

TEST(Memory, OfAGroupIsWithoutWhatTheKernelCanDrop) {
    const auto read = read_group("1073741824\n", "900000000\n",
                                 "anon 500000000\nfile 400000000\ninactive_file 300000000\n");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->limit_bytes, 1'073'741'824u);
    EXPECT_EQ(read->used_bytes, 600'000'000u);
}

TEST(Memory, OfAnOldGroupCountsTheGroupsBelow) {
    const auto read = read_group("1000", "900", "inactive_file 1\ntotal_inactive_file 400\n");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->used_bytes, 500u);
}

TEST(Memory, HasNoLimitWhereTheKernelSaysSo) {
    EXPECT_FALSE(read_group("max\n", "900", ""));
    EXPECT_FALSE(read_group("9223372036854771712\n", "900", ""));  // version 1
    EXPECT_FALSE(read_group("", "", ""));
    EXPECT_FALSE(read_group("0", "900", ""));
    EXPECT_FALSE(read_group("1000", "many", ""));
}

TEST(Memory, OfMoreSpareThanUsedIsNone) {
    EXPECT_EQ(read_group("1000", "100", "inactive_file 400\n")->used_bytes, 0u);
}

TEST(Memory, FindsOurGroupOfEitherVersion) {
    const std::string both = "12:cpu,cpuacct:/a\n5:memory:/docker/x\n0::/system.slice/p.service\n";
    EXPECT_EQ(group_path(both, false), "/system.slice/p.service");
    EXPECT_EQ(group_path(both, true), "/docker/x");
    EXPECT_EQ(group_path("0::/\n", false), "/");
    EXPECT_EQ(group_path("0::/\n", true), "");
    EXPECT_EQ(group_path("1:rdma,memory,pids:/x", true), "/x");
    EXPECT_EQ(group_path("1:memory_bandwidth:/x\nnonsense\n", true), "");
}

TEST(Memory, ReadsKilobytes) {
    EXPECT_EQ(kilobytes_of("MemTotal:       16303428 kB\nMemFree: 1 kB\n", "MemTotal:"),
              std::uint64_t{16'303'428} * 1024);
    EXPECT_EQ(kilobytes_of("MemFree: 1 kB\n", "MemTotal:"), 0u);
}

TEST(Memory, IsShortFromThreeQuartersUntilItIsWellBelow) {
    EXPECT_FALSE(memory_is_short({749, 1000}, false));
    EXPECT_TRUE(memory_is_short({750, 1000}, false));
    EXPECT_TRUE(memory_is_short({700, 1000}, true));
    EXPECT_FALSE(memory_is_short({699, 1000}, true));
    EXPECT_FALSE(memory_is_short({0, 0}, true));  // nothing is known
}

TEST(Memory, OfAFolderIsReadFromItsFiles) {
    const std::string folder =
        std::filesystem::temp_directory_path() / ("memory-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    const auto write = [&](const char* name, const char* text) {
        std::ofstream(folder + "/" + name) << text;
    };
    write("memory.max", "1000000\n");
    write("memory.current", "800000\n");
    write("memory.stat", "inactive_file 100000\n");
    EXPECT_EQ(read_memory({folder, 0}), (MemoryReading{700'000, 1'000'000}));
    std::filesystem::remove_all(folder);
}

TEST(Memory, OfThisProcessIsComparedWithWhatTheConfigurationAllows) {
    const MemoryReading tight = read_memory({"/nowhere", 16 * mebibyte});
    EXPECT_EQ(tight.limit_bytes, 16 * mebibyte);
    EXPECT_GT(tight.used_bytes, 0u);
    const MemoryReading machine = read_memory({"/nowhere", 0});
    EXPECT_GT(machine.limit_bytes, 64 * mebibyte);
    EXPECT_LT(machine.used_bytes, machine.limit_bytes);
}

}  // namespace
}  // namespace postern
