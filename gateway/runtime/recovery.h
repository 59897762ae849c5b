// From a folder to everything that the pipeline stands on, in the order that keeps the promise:
// lock → ballast → anchor → store → log (verify, replay) → compare with the anchor → new epoch.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "gateway/core/core.h"
#include "gateway/runtime/poison_slot.h"
#include "storage/anchor.h"
#include "storage/commit_log.h"
#include "storage/folder_lock.h"
#include "storage/layout.h"
#include "storage/seal.h"
#include "storage/store.h"

namespace postern::runtime {

struct RecoveryOptions {
    std::string path;
    bool sync = true;
    bool rocksdb_log = false;
    std::uint64_t segment_bytes = 64ull << 20;
    std::uint32_t segments_max = 16;
    std::uint64_t ballast_bytes = 256ull << 20;
    std::uint64_t memtable_bytes = 64ull << 20;
    std::uint64_t cache_bytes = 256ull << 20;
    std::string master_key_file;    // empty: {path}/master.key, made at first start
    bool acknowledge_loss = false;  // the operator accepts that less is here than was acknowledged
    bool flush_on_close = true;
    storage::LogFileSystem* files = nullptr;  // seams for faults
    std::shared_ptr<rocksdb::FileSystem> file_system;
    std::function<void(const storage::Recovery&)> progress;
};

/// Open and consistent. Members in the order of construction; destroyed in reverse.
struct Ground {
    std::unique_ptr<storage::FolderLock> lock;
    storage::KeyBytes master{};
    std::unique_ptr<storage::Anchor> anchor;
    storage::AnchorState anchor_state;
    std::int64_t last_written_us = 0;  // wall time of the last anchor before this start; 0: none
    std::unique_ptr<storage::Store> store;
    std::unique_ptr<storage::CommitLog> log;
    std::unique_ptr<PoisonSlot> poison;
    storage::Recovery recovery;
    std::string loss;  // what was missing, if a loss was acknowledged

    Ground() = default;
    /// A flush may end while the log is being taken down: nobody is told any more.
    ~Ground();
    Ground(const Ground&) = delete;
    Ground& operator=(const Ground&) = delete;
};

/// On an error `problem` says what, where and what to do; nothing was changed that cannot be tried
/// again.
[[nodiscard]] storage::Result<std::unique_ptr<Ground>> recover(const RecoveryOptions& options,
                                                               model::Instant now,
                                                               std::string& problem);

/// What the core counts from (CoreOptions::wall_min) when the trusted clock says `wall`: not before
/// what the last start wrote, also where the clock was set back (core/core_time.h).
[[nodiscard]] model::Instant core_time_at_start(const Ground& ground, model::Instant wall);

/// Reads the tables that are kept in memory.
[[nodiscard]] storage::Result<core::SmallTables> load_small_tables(const Ground& ground,
                                                                   std::string& problem);

}  // namespace postern::runtime
