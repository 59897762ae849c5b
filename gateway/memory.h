// How much memory there is and how much of it is taken: of the control group that the daemon runs
// in (v2 or v1), or of what the configuration allows, or of the machine. The reading of text is
// pure; read_memory() opens a few files of /proc and /sys, on the guards' thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace postern {

struct MemoryReading {
    std::uint64_t used_bytes = 0;   // without what the kernel can drop at once
    std::uint64_t limit_bytes = 0;  // 0: nothing could be read
    bool operator==(const MemoryReading&) const = default;
};

/// Contents of a group's files: memory.max, memory.current and memory.stat of v2, or
/// memory.limit_in_bytes, memory.usage_in_bytes and memory.stat of v1. Nothing: it has no limit
/// ("max", or v1's number near 2^63), or this is not what such files say.
[[nodiscard]] std::optional<MemoryReading> read_group(std::string_view limit,
                                                      std::string_view current,
                                                      std::string_view stat);

/// The group's path in /proc/self/cgroup: of v2 (`v1` false) or of v1's memory controller. Empty:
/// there is none.
[[nodiscard]] std::string group_path(std::string_view self_cgroup, bool v1);

/// A line of /proc/meminfo or /proc/self/status in bytes ("MemTotal:  16303428 kB"); 0: not there.
[[nodiscard]] std::uint64_t kilobytes_of(std::string_view text, std::string_view name);

struct MemorySource {
    std::string folder;           // of the group's files; empty: our own group, and those above it
    std::uint64_t bytes_max = 0;  // what the configuration allows this process; 0: it does not say
};

/// The tightest of all limits that hold for us.
[[nodiscard]] MemoryReading read_memory(const MemorySource& source);

/// RELIABILITY 2.11, with room between off and on.
inline constexpr unsigned memory_refuse_percent = 75;
inline constexpr unsigned memory_accept_percent = 70;

/// Whether requests are refused now, when they were (`refusing`) or were not before.
[[nodiscard]] bool memory_is_short(const MemoryReading& reading, bool refusing);

}  // namespace postern
