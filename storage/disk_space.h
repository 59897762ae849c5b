// How much room is left and what follows from it. RocksDB cannot be trusted with a full disk (an
// ENOSPC on its log aborts the process), so it is prevented above it, by tiers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "storage/errc.h"

namespace postern::storage {

struct DiskSpace {
    std::uint64_t free_bytes = 0;  // for us: without what is reserved for root
    std::uint64_t total_bytes = 0;
    std::uint64_t free_inodes = 0;  // the largest number where a file system has no limit
    bool operator==(const DiskSpace&) const = default;
};

/// Of the file system that `path` is on. Any thread; sampled every second and before large writes.
[[nodiscard]] Result<DiskSpace> probe_disk(const std::string& path);

/// In order: each tier refuses what the ones before it refuse, and more.
enum class DiskTier : std::uint8_t {
    ample,          // nothing is refused
    low,            // alarm; bulk sends are refused
    no_sends,       // every new send is refused (503); webhooks are taken
    outcomes_only,  // webhooks are refused too; only outcomes and receipts are written
    read_only,      // nothing is sent, since no intent could be recorded
};
[[nodiscard]] std::string_view to_string(DiskTier tier);

/// Below either figure is below the tier. Inodes count by number: what needs them is a file a table
/// and a file an upload, however large the disk is.
///
///   low            15 %, 4 GiB, 40,000 inodes        outcomes_only  5 %, 1 GiB, 10,000 inodes
///   no_sends       10 %, 2 GiB, 20,000 inodes        read_only      256 MiB,     1,000 inodes
[[nodiscard]] DiskTier tier(std::uint64_t free_bytes, std::uint64_t total_bytes,
                            std::uint64_t free_inodes);

}  // namespace postern::storage
