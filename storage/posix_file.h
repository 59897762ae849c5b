// Plain file operations that end on the disk: every function here that writes also syncs, the file
// and the folder that names it. Blocking; start-up, backup and operator threads only.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/errc.h"

namespace postern::storage {

/// Owns a file descriptor.
class Descriptor final {
  public:
    Descriptor() = default;
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept;
    ~Descriptor() { close(); }

    [[nodiscard]] int get() const { return fd_; }
    [[nodiscard]] explicit operator bool() const { return fd_ >= 0; }
    void close();

  private:
    int fd_ = -1;
};

/// ENOSPC and EDQUOT are Errc::full, ENOENT is Errc::not_found, the rest Errc::io.
[[nodiscard]] Errc errc_of(int error_number);
/// "cannot open /a/b: Permission denied"
[[nodiscard]] std::string describe(std::string_view verb, std::string_view path, int error_number);

[[nodiscard]] Result<void> write_all(int fd, std::string_view bytes);
[[nodiscard]] Result<void> sync_folder(const std::string& folder);
/// Makes `folder` and its parents, each readable by the owner alone, and syncs them.
[[nodiscard]] Result<void> make_folders(const std::string& folder);
/// Writes beside `path`, syncs, and renames over it: old or new content, never a part.
[[nodiscard]] Result<void> write_file_atomic(const std::string& path, std::string_view bytes);
[[nodiscard]] Result<std::string> read_file(const std::string& path, std::uint64_t bytes_max);
/// Copies by reading and writing, never by sharing blocks: a backup's copy must stand alone.
[[nodiscard]] Result<void> copy_file_synced(const std::string& from, const std::string& to,
                                            const std::function<void(std::uint64_t)>& copied);

struct FileSum {
    std::uint64_t bytes = 0;
    std::uint32_t crc32c = 0;
    bool operator==(const FileSum&) const = default;
};
/// Size and CRC32C of what can be read back; `read` gets the bytes of each step.
[[nodiscard]] Result<FileSum> sum_file(const std::string& path,
                                       const std::function<void(std::uint64_t)>& read);

/// Names of what a folder holds, sorted; a missing folder is Errc::not_found.
[[nodiscard]] Result<std::vector<std::string>> list_folder(const std::string& folder);

}  // namespace postern::storage
