// What a backup says of itself: a small text file beside the copy, written last, checked first.
//
//   manifest := "postern-backup 1\n" "schema " n "\n" "applied " n "\n" "epoch " n "\n"
//               "created_us " n "\n" { "file " name " " bytes " " crc32c(8 hex) "\n" }
//               "checksum " crc32c(8 hex) "\n"            of everything before this line
//
// Names are those in the copy's db/ folder, sorted. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "storage/errc.h"
#include "storage/keys.h"
#include "storage/posix_file.h"

namespace postern::storage {

struct BackupFile {
    std::string name;
    FileSum sum;
    bool operator==(const BackupFile&) const = default;
};

struct BackupManifest {
    std::uint64_t schema = 0;
    Sequence applied = 0;
    std::uint32_t epoch = 0;      // of the process that made it
    std::int64_t created_us = 0;  // as the caller's clock said
    std::vector<BackupFile> files;
    bool operator==(const BackupManifest&) const = default;

    [[nodiscard]] std::uint64_t bytes() const;
};

[[nodiscard]] std::string format_manifest(const BackupManifest& manifest);
/// Errc::corrupt: not one, cut short or changed; Errc::schema_newer: of a later version.
[[nodiscard]] Result<BackupManifest> parse_manifest(std::string_view text, std::string& problem);

}  // namespace postern::storage
