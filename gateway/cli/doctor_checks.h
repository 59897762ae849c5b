// What the doctor thinks of what it measured: pure judgements, one a question, each with what to
// do. Thresholds come from RELIABILITY (disk tiers, limits of the unit) and from the promise of an
// acknowledgement within a few milliseconds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "storage/disk_space.h"

namespace postern::cli {

/// `unknown`: it cannot be asked; says nothing against the machine or the account.
enum class Grade : unsigned char { ok, unknown, warn, fail };

[[nodiscard]] std::string_view to_string(Grade grade);

struct Check {
    Grade grade = Grade::ok;
    std::string name;
    std::string found;   // what was measured
    std::string advice;  // what to do; empty if nothing
};

/// Latencies of synced writes to the storage disk. `in_memory`: tmpfs and its like.
struct SyncLatency {
    bool measured = false;
    std::string problem;  // why not
    bool in_memory = false;
    std::int64_t p50_us = 0;
    std::int64_t p99_us = 0;
};
[[nodiscard]] Check judge_sync(const std::string& folder, const SyncLatency& latency);

struct ClockState {
    bool synchronised = false;
    std::int64_t error_us_max = 0;  // the kernel's bound
};
[[nodiscard]] Check judge_clock(const ClockState& clock);

enum class PortState : unsigned char { free, in_use, forbidden, no_such_address };
/// `ours`: a Postern answers on its API, so a bound port is as it should be.
[[nodiscard]] Check judge_port(const std::string& name, const std::string& address, PortState state,
                               bool ours);

[[nodiscard]] Check judge_descriptors(std::uint64_t limit);
[[nodiscard]] Check judge_memlock(std::uint64_t limit_bytes);
/// By the daemon's own tiers (storage/disk_space.h).
[[nodiscard]] Check judge_disk(const std::string& folder, const storage::DiskSpace& space);
[[nodiscard]] Check judge_certificate(const std::string& file, bool readable,
                                      std::int64_t expires_s, std::int64_t now_s);
[[nodiscard]] Check judge_rings(bool allowed, const std::string& why);

/// An API key as the daemon lists it.
struct KeyFacts {
    std::string name;
    bool active = true;
    bool owner = false;  // may do everything
    bool expires = false;
};
[[nodiscard]] Check judge_keys(const std::vector<KeyFacts>& keys);

/// The worst of all; `unknown` counts as ok.
[[nodiscard]] Grade worst(const std::vector<Check>& checks);

}  // namespace postern::cli
