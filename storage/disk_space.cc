// Free space by statvfs, and the table of tiers.
#include "storage/disk_space.h"

#include <sys/statvfs.h>

#include <cerrno>
#include <limits>

#include "storage/posix_file.h"

namespace postern::storage {
namespace {

constexpr std::uint64_t mib = 1u << 20;
constexpr std::uint64_t gib = 1u << 30;

struct Bound {
    DiskTier tier;
    std::uint64_t percent;  // 0: no bound by share
    std::uint64_t bytes;
    std::uint64_t inodes;
};

// The strictest first.
constexpr Bound bounds[] = {
    {DiskTier::read_only, 0, 256 * mib, 1'000},
    {DiskTier::outcomes_only, 5, 1 * gib, 10'000},
    {DiskTier::no_sends, 10, 2 * gib, 20'000},
    {DiskTier::low, 15, 4 * gib, 40'000},
};

}  // namespace

Result<DiskSpace> probe_disk(const std::string& path) {
    struct statvfs fs {};
    if (::statvfs(path.c_str(), &fs) != 0) return errc_of(errno);
    DiskSpace space;
    space.free_bytes = std::uint64_t{fs.f_bavail} * fs.f_frsize;
    space.total_bytes = std::uint64_t{fs.f_blocks} * fs.f_frsize;
    // Btrfs and others make inodes as they go and report none at all.
    space.free_inodes =
        fs.f_files == 0 ? std::numeric_limits<std::uint64_t>::max() : std::uint64_t{fs.f_favail};
    return space;
}

std::string_view to_string(DiskTier tier) {
    switch (tier) {
        case DiskTier::ample:
            return "ample";
        case DiskTier::low:
            return "low";
        case DiskTier::no_sends:
            return "no_sends";
        case DiskTier::outcomes_only:
            return "outcomes_only";
        case DiskTier::read_only:
            return "read_only";
    }
    return "unknown";
}

DiskTier tier(std::uint64_t free_bytes, std::uint64_t total_bytes, std::uint64_t free_inodes) {
    for (const Bound& bound : bounds) {
        // total / 100 first: a disk of 2^64 / 100 bytes must not overflow; 99 bytes do not matter.
        if (free_bytes < bound.bytes || free_inodes < bound.inodes ||
            free_bytes < total_bytes / 100 * bound.percent)
            return bound.tier;
    }
    return DiskTier::ample;
}

}  // namespace postern::storage
