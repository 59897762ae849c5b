// What the doctor measures on this machine. Each probe cleans up behind itself and takes seconds at
// most; none needs the daemon.
#pragma once

#include <cstdint>
#include <string>

#include "gateway/cli/doctor_checks.h"

namespace postern::cli {

/// The folder itself, or the nearest one above it that exists.
[[nodiscard]] std::string existing_folder(const std::string& path);
/// 200 writes of 4 KiB with O_DSYNC (O_DIRECT where the file system takes it) to a file made there.
[[nodiscard]] SyncLatency measure_sync(const std::string& folder);
[[nodiscard]] ClockState read_clock();
/// Binds and closes. `address` as in [listen].
[[nodiscard]] PortState probe_port(const std::string& address);
[[nodiscard]] std::uint64_t descriptor_limit();
[[nodiscard]] std::uint64_t memlock_limit();
/// Unix time at which the first certificate of the file ends; false if there is none.
[[nodiscard]] bool certificate_end(const std::string& file, std::int64_t& expires_s);

}  // namespace postern::cli
