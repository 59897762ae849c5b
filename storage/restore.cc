// The way back. Order: verify, copy beside, anchor (paused, asking for all), move the old aside,
// anchor (asking for the backup), then the database by one rename. Cut short anywhere, the folder
// serves what it had with sending paused, or refuses; it never starts empty or sends by itself.
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <limits>

#include "storage/anchor.h"
#include "storage/backup.h"
#include "storage/backup_media.h"
#include "storage/disk_space.h"
#include "storage/failpoint.h"
#include "storage/folder_lock.h"

namespace postern::storage {
namespace {

// The lost process may have started many times since the backup, and two restores of one backup may
// run at once (a drill and the real one): far ahead, and not by the same step twice.
constexpr std::uint32_t epoch_step_min = 1u << 16;
constexpr std::uint32_t epoch_step_spread = 1u << 24;

bool exists(const std::string& path) {
    struct stat st {};
    return ::lstat(path.c_str(), &st) == 0;
}

Result<std::uint32_t> next_epoch(std::uint32_t base, std::string& problem) {
    std::uint32_t random = 0;
    if (::getrandom(&random, sizeof random, 0) != sizeof random) return Errc::io;
    const std::uint32_t step = epoch_step_min + random % epoch_step_spread;
    if (base > std::numeric_limits<std::uint32_t>::max() - step - epoch_step_min) {
        problem = "no epochs are left for this workspace: export it and import it into a new one";
        return Errc::bad_argument;
    }
    return base + step;
}

Result<void> copy_files(const RestoreRequest& request, const BackupManifest& manifest,
                        const std::string& beside, const Progress& progress, std::string& problem) {
    const double whole = static_cast<double>(std::max<std::uint64_t>(manifest.bytes(), 1));
    std::uint64_t done = 0;
    const auto copied = [&](std::uint64_t bytes) {
        done += bytes;
        // Verifying was the first half.
        if (progress) progress(0.5 + 0.5 * std::min(1.0, static_cast<double>(done) / whole));
    };
    for (const BackupFile& file : manifest.files) {
        const std::string from = request.backup + "/db/" + file.name;
        const auto result = copy_file_synced(from, beside + "/" + file.name, copied);
        if (result) continue;
        problem = "cannot copy " + from + " to " + beside + ": " + result.error().message();
        return result;
    }
    return sync_folder(beside);
}

/// replaced-N, the first that is free; made only if something goes there.
Result<std::string> make_aside(const StorageLayout& target) {
    int number = 1;
    while (exists(target.root() + "/replaced-" + std::to_string(number))) ++number;
    const std::string aside = target.root() + "/replaced-" + std::to_string(number);
    const auto made = make_folders(aside);
    if (!made) return made.error();
    return aside;
}

Result<void> move_to(const std::string& aside, const std::string& from, std::string& problem) {
    if (!exists(from)) return {};
    const std::string to = aside + from.substr(from.rfind('/'));
    if (std::rename(from.c_str(), to.c_str()) == 0) return sync_folder(aside);
    problem = "cannot move " + from + " to " + to;
    return errc_of(errno);
}

Result<std::unique_ptr<Anchor>> open_anchor(const StorageLayout& target, std::string& problem) {
    auto anchor = Anchor::open(target.anchor(), real_log_files(), problem);
    if (anchor || !exists(target.anchor())) return anchor;
    // A damaged one is kept for whoever wants to look, and stops nothing.
    const auto aside = make_aside(target);
    if (!aside) return aside.error();
    const auto moved = move_to(*aside, target.anchor(), problem);
    if (!moved) return moved.error();
    problem.clear();
    return Anchor::open(target.anchor(), real_log_files(), problem);
}

/// The database first: what is left then is short of the anchor and refuses to serve.
Result<void> move_old_aside(const StorageLayout& target, std::string& problem) {
    if (!exists(target.db()) && !exists(target.log())) return {};
    const auto aside = make_aside(target);
    if (!aside) return aside.error();
    auto moved = move_to(*aside, target.db(), problem);
    if (moved && failpoint_fails("restore.db_aside")) moved = Errc::io;
    if (moved) moved = move_to(*aside, target.log(), problem);
    if (moved && failpoint_fails("restore.log_aside")) moved = Errc::io;
    if (moved) moved = move_to(*aside, target.poison(), problem);
    if (moved && failpoint_fails("restore.poison_aside")) moved = Errc::io;
    if (!moved) return moved;
    return sync_folder(target.root());
}

/// The anchor is there throughout, and asks for at least what the folder should hold at each step.
Result<void> put_in_place(const RestoreRequest& request, const BackupManifest& manifest,
                          const std::string& beside, std::string& problem) {
    const StorageLayout& target = request.target;
    const auto anchor = open_anchor(target, problem);
    if (!anchor) return anchor.error();
    AnchorState state = (*anchor)->state();
    const auto epoch = next_epoch(std::max(manifest.epoch, state.epoch), problem);
    if (!epoch) return epoch.error();
    state.epoch = *epoch;
    state.sending_paused = 1;
    state.written_us = request.restored_us;
    state.durable = std::max(state.durable, manifest.applied);
    auto step = (*anchor)->write(state);
    if (step && failpoint_fails("restore.paused")) step = Errc::io;
    if (step) step = move_old_aside(target, problem);
    state.durable = manifest.applied;
    if (step) step = (*anchor)->write(state);
    if (step && failpoint_fails("restore.anchored")) step = Errc::io;
    if (!step) return step;
    if (std::rename(beside.c_str(), target.db().c_str()) != 0) {
        problem = "cannot move " + beside + " to " + target.db();
        return errc_of(errno);
    }
    const auto synced = sync_folder(target.root());
    if (synced) failpoint("restore.done");
    return synced;
}

Result<void> check_room(const StorageLayout& target, const BackupManifest& manifest,
                        std::string& problem) {
    const auto space = probe_disk(target.root());
    if (!space) return space.error();
    if (space->free_bytes > manifest.bytes()) return {};
    problem = target.root() + " has " + std::to_string(space->free_bytes) +
              " bytes left, the backup needs " + std::to_string(manifest.bytes());
    return Errc::full;
}

}  // namespace

Result<BackupManifest> restore(const RestoreRequest& request, const Progress& progress,
                               std::string& problem) {
    const StorageLayout& target = request.target;
    const auto root = make_folders(target.root());
    if (!root) {
        problem = "cannot make " + target.root() + ": " + root.error().message();
        return root.error();
    }
    const auto lock = FolderLock::take(target.lock(), problem);
    if (!lock) return lock.error();
    // An anchor alone is what a restore that was cut short before its last step leaves.
    if (!request.force && (exists(target.db()) || exists(target.log()))) {
        problem = target.root() +
                  " holds data already: use --force to move it to replaced-N/, or "
                  "name an empty folder";
        return Errc::bad_argument;
    }
    const auto first_half = [&](double done) {
        if (progress) progress(done / 2);
    };
    const auto manifest = verify_backup(request.backup, first_half, problem);
    if (!manifest) return manifest.error();

    if (failpoint_fails("restore.verified")) return Errc::io;
    const std::string beside = target.db() + ".restoring";
    std::error_code error;
    std::filesystem::remove_all(beside, error);
    const auto room = check_room(target, *manifest, problem);
    if (!room) return room.error();
    const auto folder = make_folders(beside);
    if (!folder) return folder.error();
    auto done = copy_files(request, *manifest, beside, progress, problem);
    // Into place at once: files that no row names hurt nobody.
    if (done) done = bring_media(request.backup + "/media", target.media(), false, problem);
    if (done && failpoint_fails("restore.copied")) done = Errc::io;
    if (done) done = put_in_place(request, *manifest, beside, problem);
    if (!done) {
        if (problem.empty()) problem = "cannot restore: " + done.error().message();
        std::filesystem::remove_all(beside, error);
        return done.error();
    }
    return manifest;
}

}  // namespace postern::storage
