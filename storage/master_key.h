// The one secret that everything stored hangs on: 32 random bytes in a file that only its owner can
// read. Lost, the data is lost; so it is never made where data is already there. Start-up thread.
#pragma once

#include <string>

#include "storage/errc.h"
#include "storage/seal.h"

namespace postern::storage {

class Store;

/// Errc::not_found if there is none; Errc::bad_key for a wrong size, owner, or permissions that let
/// others read it. The file may be a systemd credential (mode 0400).
[[nodiscard]] Result<KeyBytes> load_master_key(const std::string& path, std::string& problem);

/// Makes one where there is none, synced, mode 0600. For a new storage folder only: with data in
/// place use load_master_key, or a lost key would be covered up by a new one.
[[nodiscard]] Result<KeyBytes> load_or_create_master_key(const std::string& path,
                                                         std::string& problem);

/// The first time, stores a sealed mark; from then on, Errc::bad_key if `sealer` cannot open it:
/// the key is another one than the data was written with. Before the log is opened.
[[nodiscard]] Result<void> bind_master_key(Store& store, Sealer& sealer, std::uint32_t epoch,
                                           std::string& problem);

}  // namespace postern::storage
