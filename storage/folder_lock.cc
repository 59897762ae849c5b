// flock on {storage.path}/lock. The file stays when the process ends: deleting it would let two
// processes hold locks on two files of one name.
#include "storage/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

namespace postern::storage {
namespace {

/// The holder's process id as it wrote it, or empty.
std::string holder(int fd) {
    char text[24];
    const ssize_t n = ::pread(fd, text, sizeof text, 0);
    std::string id(text, n > 0 ? static_cast<std::size_t>(n) : 0);
    return id.substr(0, id.find('\n'));
}

}  // namespace

Result<std::unique_ptr<FolderLock>> FolderLock::take(const std::string& path,
                                                     std::string& problem) {
    Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file) {
        problem = describe("open", path, errno);
        return errc_of(errno);
    }
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) {
            problem = describe("lock", path, errno);
            return errc_of(errno);
        }
        const std::string id = holder(file.get());
        problem = "another process" + (id.empty() ? std::string() : " (" + id + ")") + " holds " +
                  path + ": stop it first, one process at a time uses this folder";
        return Errc::locked;
    }
    // The id is for the message above alone, so a failure to write it is no reason to refuse.
    const std::string id = std::to_string(::getpid()) + "\n";
    if (::ftruncate(file.get(), 0) == 0) (void)!::pwrite(file.get(), id.data(), id.size(), 0);
    return std::unique_ptr<FolderLock>(new FolderLock(std::move(file)));
}

}  // namespace postern::storage
