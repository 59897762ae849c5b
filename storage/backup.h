// Copies of the whole storage, and the way back. A backup is a folder: db/ (a checkpoint that needs
// no commit log), media/ and manifest (backup_manifest.h). The master key is not in it: keep that
// elsewhere, or whoever has the backup can read it. Blocking and long: operator threads only.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "storage/backup_manifest.h"
#include "storage/errc.h"
#include "storage/layout.h"

namespace postern::storage {

class Store;

using Progress = std::function<void(double)>;  // 0..1; may be empty

struct BackupRequest {
    std::string path;  // must not exist; the folder above must, but for {storage.path}/backups
    std::uint32_t epoch = 0;
    std::int64_t created_us = 0;
    std::string media;  // the folder of media, or empty
};

/// While the store runs. What `path` names is a whole backup or is not there: it is made as
/// `path`.partial and renamed. On the store's own file system the table files are hard links.
[[nodiscard]] Result<BackupManifest> backup(Store& store, const BackupRequest& request,
                                            const Progress& progress, std::string& problem);

/// Reads every byte against the manifest, then opens the copy (changing nothing) and compares the
/// applied sequence. `problem` names the file that is missing, too many or damaged.
[[nodiscard]] Result<BackupManifest> verify_backup(const std::string& path,
                                                   const Progress& progress, std::string& problem);

struct RestoreRequest {
    std::string backup;
    StorageLayout target;
    bool force = false;            // move what is there to replaced-N/ instead of refusing
    std::int64_t restored_us = 0;  // for the anchor
};

/// With the daemon stopped (the folder's lock is taken). Verifies first, copies, and leaves an
/// anchor with sending paused and an epoch beyond any that the lost process may have used, since a
/// nonce used twice would give sealed values away. Cut short, it leaves what was there before
/// (paused) or a folder that refuses to serve: do it again, with force. The master key file is not
/// touched.
[[nodiscard]] Result<BackupManifest> restore(const RestoreRequest& request,
                                             const Progress& progress, std::string& problem);

}  // namespace postern::storage
