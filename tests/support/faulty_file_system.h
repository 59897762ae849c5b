// RocksDB's file system over a disk that forgets: after a power cut, bytes that were not synced are
// gone or torn, and folder entries (made, renamed, deleted) that were not synced are undone, the
// latest first, as a journal would. Any thread.
#pragma once

#include <rocksdb/file_system.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "tests/support/fault_plan.h"

namespace postern::support {

class FaultyFileSystem final : public rocksdb::FileSystemWrapper {
  public:
    /// `trash` keeps deleted files until their folder is synced; on the same real file system.
    FaultyFileSystem(FaultPlan& plan, std::string trash);

    const char* Name() const override { return "FaultyFileSystem"; }

    rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* file,
                                      rocksdb::IODebugContext* debug) override;
    rocksdb::IOStatus ReopenWritableFile(const std::string& path,
                                         const rocksdb::FileOptions& options,
                                         std::unique_ptr<rocksdb::FSWritableFile>* file,
                                         rocksdb::IODebugContext* debug) override;
    rocksdb::IOStatus NewDirectory(const std::string& path, const rocksdb::IOOptions& options,
                                   std::unique_ptr<rocksdb::FSDirectory>* folder,
                                   rocksdb::IODebugContext* debug) override;
    rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                                 const rocksdb::IOOptions& options,
                                 rocksdb::IODebugContext* debug) override;
    rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                                 rocksdb::IODebugContext* debug) override;

    /// After a power cut, with nothing open: the real folder becomes what the disk would have.
    void settle();

  private:
    friend class FaultyWritableFile;
    friend class FaultyDirectory;
    struct Extent {
        std::uint64_t size = 0, synced = 0;
    };
    struct Change {
        enum class Kind { made, renamed, deleted } kind;
        std::string path;   // as it is called now; deleted: as it was called
        std::string from;   // renamed: its former name
        std::string saved;  // renamed over, deleted: the former file, in the trash
    };

    [[nodiscard]] rocksdb::IOStatus fault();
    std::string to_trash(const std::string& path);
    void undo(const Change& change);
    void folder_synced(const std::string& folder);
    void appended(const std::string& path, std::uint64_t size);
    void synced(const std::string& path);

    FaultPlan& plan_;
    const std::string trash_;
    std::recursive_mutex mutex_;  // held through each change; at_cut settles inside one
    std::uint64_t trashed_ = 0;
    std::map<std::string, Extent> extents_;
    std::vector<Change> changes_;  // not yet synced, oldest first
};

}  // namespace postern::support
