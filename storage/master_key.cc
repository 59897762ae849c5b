// The master key's file, and the mark that ties a storage to it.
#include "storage/master_key.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "storage/posix_file.h"
#include "storage/store.h"

namespace postern::storage {
namespace {

constexpr std::string_view mark_row = "master_key";
constexpr std::string_view mark_text = "postern";
// Its own nonce: counters of rows are sequences, which begin at 1 and never reach this.
constexpr std::uint64_t mark_counter = ~std::uint64_t{0};

Result<void> check_file(int fd, const std::string& path, std::string& problem) {
    struct stat st {};
    if (::fstat(fd, &st) != 0) {
        problem = describe("read", path, errno);
        return errc_of(errno);
    }
    if (!S_ISREG(st.st_mode)) {
        problem = path + " is not a plain file";
    } else if ((st.st_mode & 077) != 0) {
        problem = path + " can be read by others: chmod 600 " + path;
    } else if (st.st_uid != ::geteuid() && st.st_uid != 0) {
        problem = path + " belongs to another user than the one that runs this process";
    } else if (static_cast<std::uint64_t>(st.st_size) != sizeof(KeyBytes)) {
        problem = path + " holds " + std::to_string(st.st_size) + " bytes, a master key has " +
                  std::to_string(sizeof(KeyBytes)) + ": put the right file there";
    } else {
        return {};
    }
    return Errc::bad_key;
}

/// Linked into place when it is whole and on disk; a file that is there already is never replaced.
Result<void> create(const std::string& path, const std::string& beside) {
    KeyBytes key;
    if (::getrandom(key.data(), key.size(), 0) != static_cast<ssize_t>(key.size())) return Errc::io;
    ::unlink(beside.c_str());
    const Descriptor fd(
        ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd) return errc_of(errno);
    auto written = write_all(fd.get(), {reinterpret_cast<const char*>(key.data()), key.size()});
    OPENSSL_cleanse(key.data(), key.size());
    if (written && ::fsync(fd.get()) != 0) written = errc_of(errno);
    if (written && ::link(beside.c_str(), path.c_str()) != 0 && errno != EEXIST)
        written = errc_of(errno);
    ::unlink(beside.c_str());
    if (!written) return written;
    const std::size_t slash = path.rfind('/');
    return sync_folder(slash == std::string::npos ? "." : path.substr(0, slash + 1));
}

}  // namespace

Result<KeyBytes> load_master_key(const std::string& path, std::string& problem) {
    const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) {
        problem = describe("open the master key", path, errno);
        return errc_of(errno);
    }
    const auto checked = check_file(fd.get(), path, problem);
    if (!checked) return checked.error();
    KeyBytes key;
    if (::read(fd.get(), key.data(), key.size()) != static_cast<ssize_t>(key.size())) {
        problem = describe("read the master key", path, errno);
        return Errc::io;
    }
    return key;
}

Result<KeyBytes> load_or_create_master_key(const std::string& path, std::string& problem) {
    auto key = load_master_key(path, problem);
    if (key || key.error() != make_error_code(Errc::not_found)) return key;
    const auto created = create(path, path + ".new");
    if (!created) {
        problem = "cannot make the master key " + path + ": " + created.error().message();
        return created.error();
    }
    problem.clear();
    return load_master_key(path, problem);
}

Result<void> bind_master_key(Store& store, Sealer& sealer, std::uint32_t epoch,
                             std::string& problem) {
    const RowKey row = keys::meta(mark_row);
    const auto stored = store.get(row);
    if (!stored) {
        problem = "cannot read the mark of the master key: " + stored.error().message();
        return stored.error();
    }
    if (*stored) {
        std::string clear;
        const auto opened = sealer.open(row, **stored, nullptr, clear);
        if (opened && clear == mark_text) return {};
        problem =
            "this master key is not the one that the storage was written with: "
            "put the right key there, or restore the backup that belongs to this one";
        return Errc::bad_key;
    }
    std::string sealed;
    sealer.seal_workspace(row, epoch, mark_counter, mark_text, sealed);
    WriteSet rows = store.new_write_set();
    rows.put(row, sealed);
    auto written = store.apply(rows.data(), store.applied());
    // In no log, so on disk before the first group is.
    if (written) written = store.flush();
    if (!written) problem = "cannot store the mark of the master key: " + written.error().message();
    return written;
}

}  // namespace postern::storage
