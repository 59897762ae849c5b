#include "storage/backup_media.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "storage/posix_file.h"

namespace postern::storage {
namespace {

/// Folders of finished files have names of two characters; "incoming" holds halves.
constexpr std::size_t folder_name_bytes = 2;

bool exists(const std::string& path) {
    struct stat st {};
    return ::lstat(path.c_str(), &st) == 0;
}

Result<void> bring_file(const std::string& from, const std::string& to, bool link) {
    if (exists(to)) return {};
    if (link && ::link(from.c_str(), to.c_str()) == 0) return {};
    // Cut short, a copy under its last name would be taken for the whole.
    const std::string partial = to + ".partial";
    ::unlink(partial.c_str());
    const auto copied = copy_file_synced(from, partial, {});
    if (!copied) return copied.error() == Errc::not_found ? Result<void>{} : copied;
    if (::rename(partial.c_str(), to.c_str()) != 0) return errc_of(errno);
    return {};
}

Result<void> bring_folder(const std::string& from, const std::string& to, bool link) {
    const auto names = list_folder(from);
    if (!names) return names.error();
    if (names->empty()) return {};
    if (const auto made = make_folders(to); !made) return made;
    for (const std::string& name : *names) {
        const auto brought = bring_file(from + "/" + name, to + "/" + name, link);
        if (!brought) return brought;
    }
    return sync_folder(to);
}

}  // namespace

Result<void> bring_media(const std::string& from, const std::string& to, bool link,
                         std::string& problem) {
    const auto folders = list_folder(from);
    if (!folders) return folders.error() == Errc::not_found ? Result<void>{} : folders.error();
    for (const std::string& folder : *folders) {
        if (folder.size() != folder_name_bytes) continue;
        const auto brought = bring_folder(from + "/" + folder, to + "/" + folder, link);
        if (brought) continue;
        problem = "cannot copy media to " + to + "/" + folder + ": " + brought.error().message();
        return brought;
    }
    return {};
}

}  // namespace postern::storage
