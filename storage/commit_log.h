// The commit log: what has been appended here is what Postern has promised. One interface, two
// implementations that pass the same crash and power-cut tests.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "storage/errc.h"
#include "storage/keys.h"
#include "storage/log_file.h"

namespace postern::storage {

class Store;

/// Rows that become durable together. `data` is a WriteSet's; `first..last` the sequences in it,
/// and `first` is above every earlier group's `last`: replay goes by sequence, so a group that
/// brought no new one would be passed over.
struct LogGroup {
    Sequence first = 0;
    Sequence last = 0;
    std::uint32_t rows = 0;
    std::string_view data;
};

/// Log thread only, except where said.
class CommitLog {
  public:
    virtual ~CommitLog() = default;

    /// One durable write; when it returns without an error the group survives a power cut. Blocks
    /// while every segment still waits for a flush of the store. Errc::bad_argument (sequences that
    /// do not go up, a group larger than a segment) changes nothing; any other error is final, also
    /// for every later call: stop and exit.
    [[nodiscard]] virtual Result<void> append(const LogGroup& group) = 0;

    /// True if append() also made the rows visible in the store (then nobody applies them again).
    [[nodiscard]] virtual bool applies() const = 0;

    /// Rows up to `flushed` are in the store's files: their segments may be reused. Any thread.
    virtual void retire(Sequence flushed) = 0;

    /// Highest appended sequence. Any thread.
    [[nodiscard]] virtual Sequence durable() const = 0;

    struct Counters {
        std::uint64_t groups = 0, bytes = 0, payload_bytes = 0, segments = 0, segments_waiting = 0;
        bool direct = false;  // O_DIRECT in use; false: the file system refused it
    };
    [[nodiscard]] virtual Counters counters() const = 0;  // any thread
};

struct Recovery;

struct SegmentLogOptions {
    std::string path;  // folder
    std::size_t segment_bytes = 64u
                                << 20;  // pre-written, then recycled; an existing log keeps its own
    std::size_t segments_max = 16;      // at least 2
    bool sync = true;                   // false: no O_DSYNC (documented loss on a power cut)
    LogFileSystem* files = nullptr;     // the seam for faults; null: the real one
    /// Called when fewer than two segments are free, and again while append() waits for one: have
    /// the store flushed, then retire() called. On the log's own background thread; may block; may
    /// be called from before open_segment_log returns until the log is gone.
    std::function<void()> want_flush;
    /// Asked while append() waits for a segment, on the same thread: true if the store will never
    /// flush again; append() then gives up with Errc::io. Null: open_segment_log asks its store.
    std::function<bool()> store_failed;
    /// Called during recovery, on the opening thread, at least once a segment: extend the watchdog.
    std::function<void(const Recovery&)> progress;
};

/// What replay found. `tail_dropped`: a torn group at the very end, never acknowledged.
struct Recovery {
    Sequence last = 0;
    std::uint64_t groups = 0;
    std::uint64_t groups_replayed = 0;
    std::uint64_t rows_replayed = 0;
    std::uint64_t bytes_read = 0;
    bool tail_dropped = false;
    std::uint32_t epoch = 0;  // highest that the log has seen
};

/// Opens the segments, checks the chain of every group that the store may not have in its files,
/// hands groups with last > store.applied() to `store.apply` in order, and starts `epoch`. Those
/// groups stay protected until retire(). Errc::corrupt refuses what is damaged before the end, and
/// a gap between the store and the first group; `problem` names file, offset and what to do.
/// Errc::bad_argument: `epoch` is not above `recovery.epoch` (the anchor was lost); open again with
/// a higher one.
[[nodiscard]] Result<std::unique_ptr<CommitLog>> open_segment_log(SegmentLogOptions options,
                                                                  Store& store, std::uint32_t epoch,
                                                                  Recovery& recovery,
                                                                  std::string& problem);

/// The plain one: RocksDB's own WAL (the store must be open with rocksdb_log).
[[nodiscard]] std::unique_ptr<CommitLog> make_rocksdb_log(Store& store);

}  // namespace postern::storage
