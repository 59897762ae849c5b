// Plain file operations by system calls in their error-code form.
#include "storage/posix_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "storage/log_checksum.h"

namespace postern::storage {
namespace {

constexpr std::size_t step_bytes = 1u << 20;

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

Result<std::size_t> read_some(int fd, char* data, std::size_t size) {
    for (;;) {
        const ssize_t n = ::read(fd, data, size);
        if (n >= 0) return static_cast<std::size_t>(n);
        if (errno != EINTR) return errc_of(errno);
    }
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    if (this != &other) {
        close();
        fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
}

void Descriptor::close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
}

Errc errc_of(int error_number) {
    if (error_number == ENOSPC || error_number == EDQUOT) return Errc::full;
    if (error_number == ENOENT) return Errc::not_found;
    return Errc::io;
}

std::string describe(std::string_view verb, std::string_view path, int error_number) {
    std::string text = "cannot ";
    text.append(verb).append(" ").append(path).append(": ");
    return text + std::generic_category().message(error_number);
}

Result<void> write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t n = ::write(fd, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return errc_of(errno);
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return {};
}

Result<void> sync_folder(const std::string& folder) {
    const Descriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd) return errc_of(errno);
    if (::fsync(fd.get()) != 0) return errc_of(errno);
    return {};
}

Result<void> make_folders(const std::string& folder) {
    struct stat st {};
    if (::stat(folder.c_str(), &st) == 0) {
        if (S_ISDIR(st.st_mode)) return {};
        return Errc::io;
    }
    const std::string parent = folder_of(folder);
    if (parent != folder) {
        const auto made = make_folders(parent);
        if (!made) return made;
    }
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return errc_of(errno);
    return sync_folder(parent);
}

Result<void> write_file_atomic(const std::string& path, std::string_view bytes) {
    const std::string beside = path + ".new";
    Descriptor fd(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!fd) return errc_of(errno);
    const auto written = write_all(fd.get(), bytes);
    if (!written) return written;
    if (::fsync(fd.get()) != 0) return errc_of(errno);
    fd.close();
    if (::rename(beside.c_str(), path.c_str()) != 0) return errc_of(errno);
    return sync_folder(folder_of(path));
}

Result<std::string> read_file(const std::string& path, std::uint64_t bytes_max) {
    const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) return errc_of(errno);
    std::string all;
    char step[16384];
    for (;;) {
        const auto n = read_some(fd.get(), step, sizeof step);
        if (!n) return n.error();
        if (*n == 0) return all;
        if (all.size() + *n > bytes_max) return Errc::bad_argument;
        all.append(step, *n);
    }
}

Result<void> copy_file_synced(const std::string& from, const std::string& to,
                              const std::function<void(std::uint64_t)>& copied) {
    const Descriptor in(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
    if (!in) return errc_of(errno);
    const Descriptor out(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!out) return errc_of(errno);
    std::string buffer(step_bytes, '\0');
    for (;;) {
        const auto n = read_some(in.get(), buffer.data(), buffer.size());
        if (!n) return n.error();
        if (*n == 0) break;
        const auto written = write_all(out.get(), {buffer.data(), *n});
        if (!written) return written;
        if (copied) copied(*n);
    }
    if (::fsync(out.get()) != 0) return errc_of(errno);
    return {};
}

Result<FileSum> sum_file(const std::string& path, const std::function<void(std::uint64_t)>& read) {
    const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) return errc_of(errno);
    std::string buffer(step_bytes, '\0');
    FileSum sum;
    for (;;) {
        const auto n = read_some(fd.get(), buffer.data(), buffer.size());
        if (!n) return n.error();
        if (*n == 0) return sum;
        sum.bytes += *n;
        sum.crc32c = crc32c(sum.crc32c, buffer.data(), *n);
        if (read) read(*n);
    }
}

Result<std::vector<std::string>> list_folder(const std::string& folder) {
    std::error_code error;
    std::filesystem::directory_iterator entry(folder, error);
    if (error) return errc_of(error.value());
    std::vector<std::string> names;
    for (; entry != std::filesystem::directory_iterator(); entry.increment(error)) {
        if (error) return errc_of(error.value());
        names.push_back(entry->path().filename().string());
    }
    if (error) return errc_of(error.value());
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace postern::storage
