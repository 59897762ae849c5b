// The whole of storage as the daemon opens it (anchor, store, log and replay, comparison, epoch),
// on one thread and with small sizes: what the crash tests kill, cut and damage.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "storage/anchor.h"
#include "storage/commit_log.h"
#include "storage/store.h"

namespace postern::support {

enum class LogKind { segments, rocksdb };

struct RigOptions {
    std::string path;
    LogKind kind = LogKind::segments;
    bool sync = true;
    storage::LogFileSystem* log_files = nullptr;       // null: the real ones
    std::shared_ptr<rocksdb::FileSystem> file_system;  // null: the real one
    std::size_t segment_bytes = 256u << 10;
    std::size_t write_buffer_bytes = 256u << 10;
};

class StorageRig final {
  public:
    [[nodiscard]] static storage::Result<std::unique_ptr<StorageRig>> open(RigOptions options,
                                                                           std::string& problem);
    ~StorageRig();

    /// One group of `rows` rows, each its own sequence: appended, then applied.
    [[nodiscard]] storage::Result<void> write_group(std::uint32_t rows);
    [[nodiscard]] storage::Result<void> write_anchor();
    [[nodiscard]] storage::Sequence durable() const { return log_->durable(); }
    [[nodiscard]] const storage::Recovery& recovery() const { return recovery_; }
    [[nodiscard]] storage::Store& store() { return *store_; }
    [[nodiscard]] storage::CommitLog& log() { return *log_; }

    /// Rows of [from, to] that are missing or are not what was written.
    [[nodiscard]] std::uint64_t missing(storage::Sequence from, storage::Sequence to) const;

  private:
    explicit StorageRig(RigOptions options) : options_(std::move(options)) {}
    [[nodiscard]] storage::Result<void> open_log(std::string& problem);
    [[nodiscard]] storage::Result<void> recover(std::string& problem);

    RigOptions options_;
    std::uint32_t epoch_ = 0;
    storage::Recovery recovery_;
    std::unique_ptr<storage::Anchor> anchor_;
    std::unique_ptr<storage::Store> store_;
    std::unique_ptr<storage::WriteSet> rows_;
    std::unique_ptr<storage::CommitLog> log_;
    std::string value_;
};

}  // namespace postern::support
