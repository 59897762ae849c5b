// The ballast file.
#include "storage/ballast.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "storage/posix_file.h"

namespace postern::storage {
namespace {

constexpr std::uint64_t stat_block_bytes = 512;  // st_blocks counts these, whatever the file system

bool allocated(int fd, std::uint64_t bytes) {
    struct stat st {};
    return ::fstat(fd, &st) == 0 && static_cast<std::uint64_t>(st.st_size) >= bytes &&
           static_cast<std::uint64_t>(st.st_blocks) * stat_block_bytes >= bytes;
}

/// Written bytes instead of reserved ones, for file systems that only pretend to reserve. They are
/// not zeros and do not repeat within a block, so that a compressing one keeps them too.
Result<void> write_through(int fd, std::uint64_t bytes) {
    std::string block(1u << 20, '\0');
    std::uint64_t state = 0x9E3779B97F4A7C15u;
    if (::lseek(fd, 0, SEEK_SET) != 0) return errc_of(errno);
    for (std::uint64_t done = 0; done < bytes;) {
        for (char& c : block) {
            state ^= state << 13, state ^= state >> 7, state ^= state << 17;
            c = static_cast<char>(state);
        }
        const std::uint64_t step = std::min<std::uint64_t>(block.size(), bytes - done);
        const auto written = write_all(fd, std::string_view(block).substr(0, step));
        if (!written) return written;
        done += step;
    }
    return {};
}

Result<void> fill(int fd, std::uint64_t bytes) {
    if (::fallocate(fd, 0, 0, static_cast<off_t>(bytes)) != 0) {
        if (errno != EOPNOTSUPP && errno != ENOSYS) return errc_of(errno);
    }
    if (::fsync(fd) != 0) return errc_of(errno);
    if (allocated(fd, bytes)) return {};
    const auto written = write_through(fd, bytes);
    if (!written) return written;
    if (::fsync(fd) != 0) return errc_of(errno);
    return {};
}

}  // namespace

Result<void> ensure_ballast(const std::string& path, std::uint64_t bytes) {
    const Descriptor fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd) return errc_of(errno);
    if (allocated(fd.get(), bytes)) return {};
    const auto filled = fill(fd.get(), bytes);
    if (!filled) ::unlink(path.c_str());
    return filled;
}

Result<std::uint64_t> release_ballast(const std::string& path) {
    struct stat st {};
    if (::stat(path.c_str(), &st) != 0) {
        if (errno == ENOENT) return std::uint64_t{0};
        return errc_of(errno);
    }
    if (::unlink(path.c_str()) != 0) return errc_of(errno);
    return static_cast<std::uint64_t>(st.st_blocks) * stat_block_bytes;
}

}  // namespace postern::storage
