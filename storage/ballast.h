// A file that is there to be deleted: on a full disk RocksDB cannot even be opened, and giving this
// space back lets it open, or shut down, cleanly. Start-up thread.
#pragma once

#include <cstdint>
#include <string>

#include "storage/errc.h"

namespace postern::storage {

inline constexpr std::uint64_t ballast_bytes_default = 256u << 20;

/// The file holds at least `bytes`, in blocks that are really allocated. One that is there already
/// is kept. Errc::full leaves no file.
[[nodiscard]] Result<void> ensure_ballast(const std::string& path, std::uint64_t bytes);
/// Deletes it; returns the bytes given back, 0 if there was none.
[[nodiscard]] Result<std::uint64_t> release_ballast(const std::string& path);

}  // namespace postern::storage
