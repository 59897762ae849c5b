// A segment log over faulty files in memory, and a recorder in the store's place.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "storage/segment_log.h"
#include "tests/support/faulty_log_files.h"

namespace postern::storage_log {

/// What a group of these sequences carries: `size` bytes that no other group has.
[[nodiscard]] std::string rows_of(storage::Sequence last, std::size_t size);

struct Replayed {
    storage::Sequence first = 0, last = 0;
    std::uint32_t rows = 0;
    std::string data;
    bool operator==(const Replayed&) const = default;
};

class LogRig final {
  public:
    static constexpr std::size_t block = 4096;

    explicit LogRig(std::uint64_t seed = 1, std::size_t segment_blocks = 8);

    /// Opens with the next epoch; `applied`: what the store is said to have already.
    [[nodiscard]] storage::Result<void> open(storage::Sequence applied = 0);
    void close() {
        log.reset();
        live = nullptr;
    }
    /// All that is durable counts as flushed; also from want_flush, until the log has ended.
    storage::Sequence retire_durable();
    /// One group of one sequence, remembered if it was acknowledged.
    storage::Result<void> append(std::size_t size);
    /// append() until `bytes` of blocks are written, each group of `size` bytes.
    void fill(std::size_t groups, std::size_t size);
    /// Replay gave what was acknowledged after `applied`, in order, and at most one group more.
    [[nodiscard]] bool replayed_all(storage::Sequence applied = 0) const;

    support::FaultPlan plan;
    support::FaultyLogFiles files;
    storage::SegmentLogOptions options;
    std::unique_ptr<storage::CommitLog> log;
    std::atomic<storage::CommitLog*> live{nullptr};  // `log` is empty while it is being destroyed
    std::vector<Replayed> acknowledged;
    std::vector<Replayed> replayed;
    storage::Recovery recovery;
    std::string problem;
    std::uint32_t epoch = 0;
    storage::Sequence last = 0;
};

}  // namespace postern::storage_log
