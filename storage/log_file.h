// The seam between the commit log and the disk: what tests replace to tear, drop and refuse writes.
// A file is used by one thread at a time; the file system by any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "storage/errc.h"

namespace postern::storage {

/// One pre-allocated file. Offsets and sizes are multiples of 4,096; buffers are aligned to it.
class LogFile {
  public:
    virtual ~LogFile() = default;
    /// Durable when it returns (O_DSYNC), unless the file was opened without sync. After an error
    /// nothing is known of the range. Errc::full where the disk is full, else Errc::io.
    [[nodiscard]] virtual Result<void> write(std::uint64_t offset, const char* data,
                                             std::size_t size) = 0;
    /// Bytes read: fewer than `size` only at the end of the file.
    [[nodiscard]] virtual Result<std::size_t> read(std::uint64_t offset, char* data,
                                                   std::size_t size) = 0;
    [[nodiscard]] virtual std::uint64_t size() const = 0;
    [[nodiscard]] virtual bool direct() const = 0;
};

class LogFileSystem {
  public:
    virtual ~LogFileSystem() = default;
    /// Creates a file of `size` bytes, written through once with zeros and synced, its folder
    /// synced (and created if only the last part of it is missing). All or nothing: a crash
    /// half-way leaves no file of this name. An existing file is replaced.
    [[nodiscard]] virtual Result<void> create(const std::string& path, std::uint64_t size) = 0;
    /// Errc::not_found where there is no such file.
    [[nodiscard]] virtual Result<std::unique_ptr<LogFile>> open(const std::string& path,
                                                                bool sync) = 0;
    /// Names (without the folder) of the files in it; Errc::not_found where there is no such
    /// folder.
    [[nodiscard]] virtual Result<std::vector<std::string>> list(const std::string& folder) = 0;
};

/// The real disk: O_DIRECT|O_DSYNC, or O_DSYNC alone where the file system refuses O_DIRECT.
[[nodiscard]] LogFileSystem& real_log_files();

}  // namespace postern::storage
