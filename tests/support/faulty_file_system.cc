// Passes RocksDB's calls on to the real disk and remembers what of them a power cut would undo.
#include "tests/support/faulty_file_system.h"

#include <algorithm>
#include <filesystem>
#include <utility>

namespace postern::support {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

namespace {

std::string folder_of(std::string path) {
    while (!path.empty() && path.back() == '/') path.pop_back();
    return std::filesystem::path(path).parent_path().string();
}

// RocksDB's own notes; nothing depends on them.
bool is_info_log(const std::string& path) {
    return std::filesystem::path(path).filename().string().starts_with("LOG");
}

}  // namespace

class FaultyWritableFile final : public rocksdb::FSWritableFileOwnerWrapper {
  public:
    FaultyWritableFile(FaultyFileSystem& disk, std::string path,
                       std::unique_ptr<rocksdb::FSWritableFile> file)
        : FSWritableFileOwnerWrapper(std::move(file)), disk_(disk), path_(std::move(path)) {}

    IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                    IODebugContext* debug) override {
        const std::lock_guard lock(disk_.mutex_);
        if (IOStatus bad = disk_.fault(); !bad.ok()) return bad;
        IOStatus status = FSWritableFileOwnerWrapper::Append(data, options, debug);
        if (status.ok()) disk_.appended(path_, data.size());
        return status;
    }
    IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                    const rocksdb::DataVerificationInfo&, IODebugContext* debug) override {
        return Append(data, options, debug);
    }
    // Nothing needs the real sync: the power that fails is ours.
    IOStatus RangeSync(uint64_t, uint64_t, const IOOptions&, IODebugContext*) override {
        return IOStatus::OK();
    }
    IOStatus Sync(const IOOptions&, IODebugContext*) override { return sync(); }
    IOStatus Fsync(const IOOptions&, IODebugContext*) override { return sync(); }

  private:
    IOStatus sync() {
        const std::lock_guard lock(disk_.mutex_);
        if (IOStatus bad = disk_.fault(); !bad.ok()) return bad;
        disk_.synced(path_);
        return IOStatus::OK();
    }

    FaultyFileSystem& disk_;
    const std::string path_;
};

class FaultyDirectory final : public rocksdb::FSDirectoryWrapper {
  public:
    FaultyDirectory(FaultyFileSystem& disk, std::string path,
                    std::unique_ptr<rocksdb::FSDirectory> folder)
        : FSDirectoryWrapper(std::move(folder)), disk_(disk), path_(std::move(path)) {}

    IOStatus Fsync(const IOOptions&, IODebugContext*) override {
        const std::lock_guard lock(disk_.mutex_);
        if (IOStatus bad = disk_.fault(); !bad.ok()) return bad;
        disk_.folder_synced(path_);
        return IOStatus::OK();
    }
    IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* debug,
                                 const rocksdb::DirFsyncOptions&) override {
        return Fsync(options, debug);
    }

  private:
    FaultyFileSystem& disk_;
    const std::string path_;
};

FaultyFileSystem::FaultyFileSystem(FaultPlan& plan, std::string trash)
    : FileSystemWrapper(rocksdb::FileSystem::Default()), plan_(plan), trash_(std::move(trash)) {
    std::filesystem::create_directories(trash_);
}

// RocksDB of this version ends the process on ENOSPC in its log, so that is never played here.
IOStatus FaultyFileSystem::fault() {
    const Fault fault = plan_.next();
    if (fault == Fault::none) return IOStatus::OK();
    if (fault == Fault::power_cut) plan_.power_went(mutex_);
    return IOStatus::IOError("the disk failed");
}

IOStatus FaultyFileSystem::NewWritableFile(const std::string& path,
                                           const rocksdb::FileOptions& options,
                                           std::unique_ptr<rocksdb::FSWritableFile>* file,
                                           IODebugContext* debug) {
    const std::lock_guard lock(mutex_);
    if (IOStatus bad = fault(); !bad.ok()) return bad;
    std::unique_ptr<rocksdb::FSWritableFile> real;
    IOStatus status = target()->NewWritableFile(path, options, &real, debug);
    if (!status.ok()) return status;
    extents_[path] = {};
    changes_.push_back({Change::Kind::made, path, "", ""});
    *file = std::make_unique<FaultyWritableFile>(*this, path, std::move(real));
    return status;
}

IOStatus FaultyFileSystem::ReopenWritableFile(const std::string& path,
                                              const rocksdb::FileOptions& options,
                                              std::unique_ptr<rocksdb::FSWritableFile>* file,
                                              IODebugContext* debug) {
    const std::lock_guard lock(mutex_);
    if (IOStatus bad = fault(); !bad.ok()) return bad;
    std::unique_ptr<rocksdb::FSWritableFile> real;
    IOStatus status = target()->ReopenWritableFile(path, options, &real, debug);
    if (!status.ok()) return status;
    const std::uint64_t size = std::filesystem::file_size(path);
    extents_.try_emplace(path, Extent{size, size});
    *file = std::make_unique<FaultyWritableFile>(*this, path, std::move(real));
    return status;
}

IOStatus FaultyFileSystem::NewDirectory(const std::string& path, const IOOptions& options,
                                        std::unique_ptr<rocksdb::FSDirectory>* folder,
                                        IODebugContext* debug) {
    std::unique_ptr<rocksdb::FSDirectory> real;
    IOStatus status = target()->NewDirectory(path, options, &real, debug);
    if (status.ok()) *folder = std::make_unique<FaultyDirectory>(*this, path, std::move(real));
    return status;
}

IOStatus FaultyFileSystem::RenameFile(const std::string& from, const std::string& to,
                                      const IOOptions& options, IODebugContext* debug) {
    const std::lock_guard lock(mutex_);
    if (IOStatus bad = fault(); !bad.ok()) return bad;
    if (is_info_log(from)) return target()->RenameFile(from, to, options, debug);
    Change change{Change::Kind::renamed, to, from, to_trash(to)};
    IOStatus status = target()->RenameFile(from, to, options, debug);
    if (!status.ok()) return status;
    changes_.push_back(std::move(change));
    if (auto moved = extents_.extract(from)) {
        moved.key() = to;
        extents_.erase(to);
        extents_.insert(std::move(moved));
    }
    return status;
}

IOStatus FaultyFileSystem::DeleteFile(const std::string& path, const IOOptions& options,
                                      IODebugContext* debug) {
    const std::lock_guard lock(mutex_);
    if (IOStatus bad = fault(); !bad.ok()) return bad;
    if (is_info_log(path)) return target()->DeleteFile(path, options, debug);
    Change change{Change::Kind::deleted, path, "", to_trash(path)};
    IOStatus status = target()->DeleteFile(path, options, debug);
    if (status.ok()) changes_.push_back(std::move(change));
    return status;
}

// A second name for the file, if there is one of this name.
std::string FaultyFileSystem::to_trash(const std::string& path) {
    std::error_code error;
    std::string kept = trash_ + "/" + std::to_string(++trashed_);
    std::filesystem::create_hard_link(path, kept, error);
    return error ? std::string() : kept;
}

void FaultyFileSystem::folder_synced(const std::string& folder) {
    const std::lock_guard lock(mutex_);
    const std::string name = std::filesystem::path(folder + "/").parent_path().string();
    std::erase_if(changes_, [&name](const Change& change) {
        if (folder_of(change.path) != name) return false;
        std::error_code error;
        if (!change.saved.empty()) std::filesystem::remove(change.saved, error);
        return true;
    });
}

void FaultyFileSystem::appended(const std::string& path, std::uint64_t size) {
    const std::lock_guard lock(mutex_);
    extents_[path].size += size;
}

void FaultyFileSystem::synced(const std::string& path) {
    const std::lock_guard lock(mutex_);
    extents_[path].synced = extents_[path].size;
}

void FaultyFileSystem::undo(const Change& change) {
    std::error_code error;
    switch (change.kind) {
        case Change::Kind::made:
            std::filesystem::remove(change.path, error);
            break;
        case Change::Kind::renamed:
            std::filesystem::rename(change.path, change.from, error);
            break;
        case Change::Kind::deleted:
            break;
    }
    if (!change.saved.empty()) std::filesystem::rename(change.saved, change.path, error);
    if (auto moved = extents_.extract(change.path); moved && !change.from.empty()) {
        moved.key() = change.from;
        extents_.insert(std::move(moved));
    }
}

void FaultyFileSystem::settle() {
    const std::lock_guard lock(mutex_);
    const std::size_t kept = plan_.below(changes_.size() + 1);
    while (changes_.size() > kept) {
        undo(changes_.back());
        changes_.pop_back();
    }
    std::error_code error;
    for (const auto& [path, extent] : extents_) {
        if (extent.synced == extent.size) continue;
        const std::uint64_t left = extent.synced + plan_.below(extent.size - extent.synced + 1);
        if (std::filesystem::exists(path, error)) std::filesystem::resize_file(path, left, error);
    }
    extents_.clear();
    changes_.clear();
    for (const auto& entry : std::filesystem::directory_iterator(trash_, error)) {
        std::filesystem::remove(entry.path(), error);
    }
}

}  // namespace postern::support
