// Making and verifying backups.
#include "storage/backup.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "storage/backup_media.h"
#include "storage/failpoint.h"
#include "storage/store_impl.h"

namespace postern::storage {
namespace {

constexpr std::uint64_t manifest_bytes_max = 64u << 20;

std::string in_db(const std::string& backup, const std::string& name) {
    return backup + "/db/" + name;
}

/// Counts bytes towards a whole that is known beforehand.
class Counted final {
  public:
    Counted(const Progress& progress, std::uint64_t whole) : progress_(progress), whole_(whole) {}
    void operator()(std::uint64_t bytes) {
        done_ += bytes;
        if (progress_ && whole_ > 0)
            progress_(std::min(1.0, static_cast<double>(done_) / static_cast<double>(whole_)));
    }

  private:
    const Progress& progress_;
    const std::uint64_t whole_;
    std::uint64_t done_ = 0;
};

/// Hard links are on disk already; copies onto another disk are made sure of here.
Result<void> sync_file(const std::string& path) {
    const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd || ::fsync(fd.get()) != 0) return errc_of(errno);
    return {};
}

Result<void> describe_files(const std::string& copy, const Progress& progress,
                            BackupManifest& manifest, std::string& problem) {
    const auto names = list_folder(copy + "/db");
    if (!names) return names.error();
    std::uint64_t whole = 0;
    std::error_code ignored;  // a size for the progress alone
    for (const auto& name : *names) whole += std::filesystem::file_size(in_db(copy, name), ignored);
    Counted counted(progress, whole);
    for (const std::string& name : *names) {
        const std::string path = in_db(copy, name);
        const auto synced = sync_file(path);
        const auto sum = sum_file(path, std::ref(counted));
        if (!synced || !sum) {
            problem = "cannot read back " + path;
            return synced ? sum.error() : synced.error();
        }
        manifest.files.push_back({name, *sum});
    }
    return sync_folder(copy + "/db");
}

Result<BackupManifest> make(Store& store, const BackupRequest& request, const std::string& partial,
                            const Progress& progress, std::string& problem) {
    BackupManifest manifest;
    manifest.schema = Store::schema();
    manifest.epoch = request.epoch;
    manifest.created_us = request.created_us;
    const auto folder = make_folders(partial);
    if (!folder) return folder.error();
    const auto applied = store.checkpoint(partial + "/db");
    if (!applied) return applied.error();
    if (failpoint_fails("backup.checkpoint")) return Errc::io;
    manifest.applied = *applied;
    const auto described = describe_files(partial, progress, manifest, problem);
    if (!described) return described.error();
    // After the checkpoint: what its rows name is durable, and nothing is taken away within the
    // hour.
    const auto media = request.media.empty()
                           ? Result<void>{}
                           : bring_media(request.media, partial + "/media", true, problem);
    if (!media) return media.error();
    if (failpoint_fails("backup.manifest")) return Errc::io;
    const auto written = write_file_atomic(partial + "/manifest", format_manifest(manifest));
    if (!written) return written.error();
    if (failpoint_fails("backup.rename")) return Errc::io;
    if (::rename(partial.c_str(), request.path.c_str()) != 0) return errc_of(errno);
    const std::string parent = std::filesystem::path(request.path).parent_path().string();
    const auto synced = sync_folder(parent.empty() ? "." : parent);
    if (!synced) return synced.error();
    failpoint("backup.done");
    return manifest;
}

/// A path with a typo, or below a disk that is not mounted, must not become a tree: the folder
/// above is there. Only `backups` in the storage folder itself is made as needed.
Result<void> check_parent(const Store& store, const std::string& path, std::string& problem) {
    // Either may be written relative to the working folder.
    const auto folder_of = [](const std::string& name) {
        std::error_code error;
        const auto whole = std::filesystem::absolute(name, error).lexically_normal();
        return whole.parent_path().string();
    };
    const std::string parent = folder_of(path);
    struct stat st {};
    if (::stat(parent.c_str(), &st) == 0 && S_ISDIR(st.st_mode)) return {};
    if (parent == folder_of(store.path()) + "/backups") return {};
    problem = "there is no folder " + parent + " to put the backup in: make it first (mkdir -p " +
              parent + "; the daemon's user writes there), or look at the path again";
    return Errc::bad_argument;
}

Result<void> check_names(const std::string& path, const BackupManifest& manifest,
                         std::string& problem) {
    const auto names = list_folder(path + "/db");
    if (!names) {
        problem = "cannot list " + path + "/db: " + names.error().message();
        return names.error();
    }
    for (const std::string& name : *names) {
        const bool listed = std::any_of(manifest.files.begin(), manifest.files.end(),
                                        [&](const BackupFile& file) { return file.name == name; });
        if (listed) continue;
        problem = in_db(path, name) + " is not in the manifest: it does not belong to this backup";
        return Errc::corrupt;
    }
    return {};
}

}  // namespace

Result<BackupManifest> backup(Store& store, const BackupRequest& asked, const Progress& progress,
                              std::string& problem) {
    BackupRequest request = asked;
    while (request.path.size() > 1 && request.path.ends_with('/')) request.path.pop_back();
    struct stat st {};
    if (::lstat(request.path.c_str(), &st) == 0) {
        problem = request.path + " is there already: name a folder that is not";
        return Errc::bad_argument;
    }
    const auto parent = check_parent(store, request.path, problem);
    if (!parent) return parent.error();
    const std::string partial = request.path + ".partial";
    std::error_code error;
    std::filesystem::remove_all(partial, error);  // of one that was cut short
    auto made = make(store, request, partial, progress, problem);
    if (!made) {
        if (problem.empty())
            problem = "cannot back up to " + request.path + ": " + made.error().message();
        std::filesystem::remove_all(partial, error);
    }
    return made;
}

Result<BackupManifest> verify_backup(const std::string& path, const Progress& progress,
                                     std::string& problem) {
    const auto text = read_file(path + "/manifest", manifest_bytes_max);
    if (!text) {
        problem = "cannot read " + path + "/manifest: " + text.error().message() +
                  "; is it a finished backup?";
        return text.error();
    }
    const auto manifest = parse_manifest(*text, problem);
    if (!manifest) {
        problem = path + "/manifest: " + problem;
        return manifest.error();
    }
    if (manifest->schema > Store::schema()) {
        problem = path + " has schema " + std::to_string(manifest->schema) +
                  ": restore it with the version that made it";
        return Errc::schema_newer;
    }
    const auto listed = check_names(path, *manifest, problem);
    if (!listed) return listed.error();
    Counted counted(progress, manifest->bytes());
    for (const BackupFile& file : manifest->files) {
        const auto sum = sum_file(in_db(path, file.name), std::ref(counted));
        if (sum && *sum == file.sum) continue;
        problem = in_db(path, file.name) + (sum ? " is damaged" : " cannot be read") +
                  ": use another backup";
        return Errc::corrupt;
    }
    StoreOptions options;
    options.path = path + "/db";
    const auto applied = read_applied(options, problem);
    if (!applied) return applied.error();
    if (*applied != manifest->applied) {
        problem = path + " holds " + std::to_string(*applied) + " where its manifest says " +
                  std::to_string(manifest->applied) + ": use another backup";
        return Errc::corrupt;
    }
    return manifest;
}

}  // namespace postern::storage
