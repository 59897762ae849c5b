// What works on RocksDB's files rather than on rows: copies, checks, counters.
#include <rocksdb/sst_file_reader.h>
#include <rocksdb/utilities/checkpoint.h>

#include <algorithm>

#include "storage/store_impl.h"

namespace postern::storage {
namespace {

/// Keeps compaction from deleting the files that are being read.
class FilesHeld final {
  public:
    explicit FilesHeld(rocksdb::DB& db) : db_(db) { status_ = db_.DisableFileDeletions(); }
    ~FilesHeld() {
        if (status_.ok()) db_.EnableFileDeletions(false).PermitUncheckedError();
    }
    [[nodiscard]] const rocksdb::Status& status() const { return status_; }

  private:
    rocksdb::DB& db_;
    rocksdb::Status status_;
};

std::uint64_t property(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family,
                       const std::string& name) {
    std::string text;
    if (!db.GetProperty(family, name, &text)) return 0;
    return std::strtoull(text.c_str(), nullptr, 10);
}

rocksdb::Status verify_file(const rocksdb::Options& options,
                            const rocksdb::LiveFileMetaData& file) {
    rocksdb::SstFileReader reader(options);
    auto status = reader.Open(file.db_path + file.name);
    if (!status.ok()) return status;
    rocksdb::ReadOptions read;
    read.fill_cache = false;
    read.readahead_size = 2u << 20;
    return reader.VerifyChecksum(read);
}

}  // namespace

Result<Sequence> Store::checkpoint(const std::string& path) {
    // The flush makes the copy whole by itself: nothing in it waits for the commit log.
    const auto flushed_all = flush();
    if (!flushed_all) return flushed_all.error();
    rocksdb::Checkpoint* made = nullptr;
    auto status = rocksdb::Checkpoint::Create(impl_->db.get(), &made);
    if (!status.ok()) return errc_of(status);
    const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
    status = checkpoint->CreateCheckpoint(path);
    if (!status.ok()) return errc_of(status);

    // Asked of the copy itself, since rows may have been applied between the flush and the copy.
    StoreOptions copy = impl_->options;
    copy.path = path;
    std::string problem;
    return read_applied(copy, problem);
}

StoreCounters Store::counters() const {
    using Properties = rocksdb::DB::Properties;
    rocksdb::DB& db = *impl_->db;
    StoreCounters sum;
    for (std::size_t i = 1; i < impl_->handles.size(); ++i) {
        rocksdb::ColumnFamilyHandle* family = impl_->handles[i];
        const auto get = [&](const std::string& name) { return property(db, family, name); };
        sum.level0_files =
            std::max(sum.level0_files, get(Properties::kNumFilesAtLevelPrefix + "0"));
        sum.immutable_memtables =
            std::max(sum.immutable_memtables, get(Properties::kNumImmutableMemTable));
        sum.memtable_bytes += get(Properties::kCurSizeAllMemTables);
        sum.pending_compaction_bytes += get(Properties::kEstimatePendingCompactionBytes);
        sum.disk_bytes += get(Properties::kTotalSstFilesSize);
    }
    sum.write_stopped = property(db, impl_->handles[1], Properties::kIsWriteStopped) != 0;
    sum.write_failed = impl_->listener->failed();
    return sum;
}

Result<void> Store::verify_checksums(const std::function<void(double)>& progress,
                                     std::string* damaged) const {
    rocksdb::DB& db = *impl_->db;
    const FilesHeld held(db);
    if (!held.status().ok()) return errc_of(held.status());
    std::vector<rocksdb::LiveFileMetaData> files;
    db.GetLiveFilesMetaData(&files);
    std::uint64_t bytes_all = 0;
    for (const auto& file : files) bytes_all += file.size;

    std::uint64_t bytes_done = 0;
    for (const auto& file : files) {
        const auto family = std::find_if(
            impl_->handles.begin(), impl_->handles.end(),
            [&](auto* handle) { return handle->GetName() == file.column_family_name; });
        if (family == impl_->handles.end()) return Errc::corrupt;
        const auto status = verify_file(db.GetOptions(*family), file);
        if (!status.ok()) {
            if (damaged != nullptr) *damaged = file.db_path + file.name + ": " + status.ToString();
            return errc_of(status);
        }
        bytes_done += file.size;
        if (progress) progress(static_cast<double>(bytes_done) / static_cast<double>(bytes_all));
    }
    if (progress && files.empty()) progress(1.0);
    return {};
}

}  // namespace postern::storage
