// The view of everything durable: RocksDB with its own log off, five families, and the applied
// sequence inside each batch. Blocking calls: log, applier, query and prefetch threads only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/errc.h"
#include "storage/keys.h"
#include "storage/schema.h"
#include "storage/write_set.h"

namespace rocksdb {
class FileSystem;
}

namespace postern::storage {

struct StoreOptions {
    std::string path;                              // the folder of RocksDB itself
    std::size_t write_buffer_bytes = 64u << 20;    // per family
    std::size_t memtables_bytes_max = 256u << 20;  // all families together
    std::size_t block_cache_bytes = 64u << 20;
    bool rocksdb_log =
        false;         // true: RocksDB's own WAL is the commit log (the plain implementation)
    bool sync = true;  // of that WAL
    bool flush_on_close =
        true;  // false: end as a killed process would, the commit log has the rows
    std::uint64_t schema = schema_version;             // another one: a test plays a later version
    std::shared_ptr<rocksdb::FileSystem> file_system;  // the seam for faults; null: the real one
};

/// What a scan sees: keys and values of one family in byte order, from one snapshot.
class Scan {
  public:
    virtual ~Scan() = default;
    [[nodiscard]] virtual bool valid() const = 0;
    [[nodiscard]] virtual std::string_view key() const = 0;
    [[nodiscard]] virtual std::string_view value() const = 0;
    virtual void next() = 0;
    virtual void prev() = 0;
    virtual void seek(const RowKey& key) = 0;           // first row >= key
    virtual void seek_for_prev(const RowKey& key) = 0;  // last row <= key
    /// Not ok: the disk failed or a block is damaged; what was read so far is not the whole.
    [[nodiscard]] virtual Result<void> status() const = 0;
};

struct StoreCounters {
    std::uint64_t level0_files = 0;         // of the family that has most: that one stalls first
    std::uint64_t immutable_memtables = 0;  // likewise
    std::uint64_t memtable_bytes = 0;
    std::uint64_t pending_compaction_bytes = 0;
    std::uint64_t disk_bytes = 0;
    bool write_stopped = false;
    bool write_failed = false;  // a flush or write has failed and RocksDB takes no more
};

class Store final {
  public:
    /// Creates or opens; checks family numbers, schema version. A folder of an older schema takes
    /// this one's, rows unread (schema.h); a newer one is Errc::schema_newer. `problem` says what
    /// to do on an error.
    [[nodiscard]] static Result<std::unique_ptr<Store>> open(StoreOptions options,
                                                             std::string& problem);
    /// What table files hold, changing nothing: for checks while no process has it open, and of
    /// copies. Only reads are allowed. What a commit log holds beyond applied() is not seen.
    [[nodiscard]] static Result<std::unique_ptr<Store>> open_read_only(StoreOptions options,
                                                                       std::string& problem);
    ~Store();

    /// The schema that this version writes.
    [[nodiscard]] static std::uint64_t schema();

    /// As it was opened.
    [[nodiscard]] const std::string& path() const;

    [[nodiscard]] WriteSet new_write_set();

    /// Applies one serialised batch; `last` becomes the applied sequence in the same batch.
    /// Memtable only (the commit log has it); with rocksdb_log it is the durable write itself. One
    /// thread at a time; `last` never falls.
    [[nodiscard]] Result<void> apply(std::string_view batch, Sequence last);

    /// Highest sequence visible to readers; any thread.
    [[nodiscard]] Sequence applied() const;
    /// Highest sequence that is in SST files: log segments up to it may be recycled. Any thread.
    /// With rocksdb_log it moves by flush() alone, which is all that anybody needs there.
    [[nodiscard]] Sequence flushed() const;
    /// Called after each flush, on RocksDB's thread, with flushed(), when that has grown. When
    /// on_flush(nullptr) returns, no call runs and none comes; do not call it from within.
    void on_flush(std::function<void(Sequence)> callback);
    /// Flushes all families atomically and waits.
    [[nodiscard]] Result<void> flush();

    [[nodiscard]] Result<std::optional<std::string>> get(const RowKey& key) const;
    /// `values[i]` for `keys[i]`; `read_at` is an applied sequence that all of them include.
    /// `damaged`, if given, takes the indexes of rows whose block fails its checksum; without it
    /// they are Errc::corrupt for all.
    [[nodiscard]] Result<void> get_many(std::span<const RowKey> keys,
                                        std::vector<std::optional<std::string>>& values,
                                        Sequence& read_at,
                                        std::vector<std::size_t>* damaged = nullptr) const;
    /// Rows of [from, to) of one family; both keys of the same family. Starts on the first row.
    [[nodiscard]] std::unique_ptr<Scan> scan(const RowKey& from, const RowKey& to) const;

    /// A consistent copy (hard links) at `path`, which must not exist; returns its applied
    /// sequence.
    [[nodiscard]] Result<Sequence> checkpoint(const std::string& path);

    [[nodiscard]] StoreCounters counters() const;
    /// Reads every file and checks every checksum; `progress` gets 0..1, `damaged` the first bad
    /// file.
    [[nodiscard]] Result<void> verify_checksums(const std::function<void(double)>& progress,
                                                std::string* damaged = nullptr) const;

  private:
    friend struct StoreOpener;
    struct Impl;
    explicit Store(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace postern::storage
