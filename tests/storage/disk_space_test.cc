#include "storage/disk_space.h"

#include <gtest/gtest.h>

#include "tests/storage/scratch.h"

namespace postern::storage {
namespace {

constexpr std::uint64_t mib = 1u << 20;
constexpr std::uint64_t gib = 1u << 30;
constexpr std::uint64_t many = 1'000'000;

struct Row {
    std::uint64_t free_bytes, total_bytes, free_inodes;
    DiskTier expected;
};

TEST(DiskSpace, TiersFollowTheTable) {
    const Row rows[] = {
        {50 * gib, 100 * gib, many, DiskTier::ample},
        {15 * gib, 100 * gib, many, DiskTier::ample},
        {15 * gib - mib, 100 * gib, many, DiskTier::low},
        {4 * gib, 10 * gib, many, DiskTier::ample},
        {4 * gib - 1, 10 * gib, many, DiskTier::low},
        {10 * gib - mib, 100 * gib, many, DiskTier::no_sends},
        {2 * gib, 10 * gib, many, DiskTier::low},
        {2 * gib - 1, 10 * gib, many, DiskTier::no_sends},
        {5 * gib - mib, 100 * gib, many, DiskTier::outcomes_only},
        {1 * gib, 2 * gib, many, DiskTier::no_sends},
        {1 * gib - 1, 2 * gib, many, DiskTier::outcomes_only},
        {256 * mib, 1 * gib, many, DiskTier::outcomes_only},
        {256 * mib - 1, 1 * gib, many, DiskTier::read_only},
        {0, 100 * gib, many, DiskTier::read_only},
        {50 * gib, 100 * gib, 40'000, DiskTier::ample},
        {50 * gib, 100 * gib, 39'999, DiskTier::low},
        {50 * gib, 100 * gib, 19'999, DiskTier::no_sends},
        {50 * gib, 100 * gib, 9'999, DiskTier::outcomes_only},
        {50 * gib, 100 * gib, 999, DiskTier::read_only},
        {~0ull, ~0ull, ~0ull, DiskTier::ample},
    };
    for (const Row& row : rows)
        EXPECT_EQ(tier(row.free_bytes, row.total_bytes, row.free_inodes), row.expected)
            << row.free_bytes << " of " << row.total_bytes << ", inodes " << row.free_inodes;
}

TEST(DiskSpace, LessRoomNeverRefusesLess) {
    DiskTier before = DiskTier::ample;
    for (std::uint64_t free_bytes = 40 * gib; free_bytes > 0; free_bytes -= 64 * mib) {
        const DiskTier now = tier(free_bytes, 100 * gib, many);
        EXPECT_GE(now, before);
        before = now;
    }
}

TEST(DiskSpace, ProbesARealFolderAndNamesItsFailure) {
    const Scratch scratch;
    const auto space = probe_disk(scratch.path());
    ASSERT_TRUE(space);
    EXPECT_GT(space->total_bytes, 0u);
    EXPECT_LE(space->free_bytes, space->total_bytes);
    EXPECT_GT(space->free_inodes, 0u);
    EXPECT_EQ(probe_disk(scratch / "absent").error(), make_error_code(Errc::not_found));
}

}  // namespace
}  // namespace postern::storage
