// The audit of a folder: a backup, or a storage whose daemon is stopped. Nothing is changed in it.
// Blocking and long: an operator's thread.
#pragma once

#include <optional>
#include <string>

#include "gateway/audit/audit.h"
#include "storage/seal.h"

namespace postern::audit {

struct FolderAudit {
    AuditReport report;
    model::Sequence applied = 0;  // how far what is checked goes
    bool timelines = false;       // they were followed: the master key was there
    bool media = false;           // likewise, and the folder was named
};

/// `db`: RocksDB's own folder. Without `master` counts and the queue alone are checked. An error
/// has `problem` in words: no such storage, another key, a disk that does not read.
[[nodiscard]] storage::Result<FolderAudit> audit_folder(
    const std::string& db, const std::optional<storage::KeyBytes>& master, AuditOptions options,
    std::string& problem);

}  // namespace postern::audit
