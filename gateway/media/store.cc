#include "gateway/media/store.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace postern::media {
namespace {

using storage::Errc;

std::string_view view_of(const model::Sha256& sha256) {
    return {reinterpret_cast<const char*>(sha256.data()), sha256.size()};
}

/// Two keyed hashes of 128 bits make a key of 256.
storage::KeyBytes key_of(const storage::Sealer& sealer, const model::Sha256& sha256) {
    storage::KeyBytes key{};
    const auto low = sealer.blind("media-key-0", view_of(sha256));
    const auto high = sealer.blind("media-key-1", view_of(sha256));
    std::ranges::copy(low.bytes, key.begin());
    std::ranges::copy(high.bytes, key.begin() + 16);
    return key;
}

}  // namespace

MediaStore::MediaStore(std::string folder, const storage::KeyBytes& master)
    : folder_(std::move(folder)), sealer_(master) {}

storage::Result<void> MediaStore::open() {
    const std::string incoming = folder_ + "/incoming";
    if (const auto made = storage::make_folders(incoming); !made) return made;
    const auto names = storage::list_folder(incoming);
    if (!names) return names.error();
    for (const std::string& name : *names) ::unlink((incoming + "/" + name).c_str());
    return {};
}

storage::Result<std::unique_ptr<SealedWriter>> MediaStore::begin() {
    auto writer = std::make_unique<SealedWriter>();
    const auto opened = writer->open(fmt::format("{}/incoming/{}", folder_, next_++));
    if (!opened) return opened.error();
    return writer;
}

storage::Result<Content> MediaStore::keep(SealedWriter& writer) {
    const auto content =
        writer.finish([this](const model::Sha256& sha256) { return key_of(sealer_, sha256); });
    if (!content) return content.error();
    const std::string name = name_of(content->sha256);
    const std::string folder = folder_ + "/" + name.substr(0, 2);
    const std::string path = path_of(name);
    // The time is what sweep() goes by.
    if (::utimensat(AT_FDCWD, path.c_str(), nullptr, 0) == 0) {
        ::unlink(writer.path().c_str());
        return *content;
    }
    if (const auto made = storage::make_folders(folder); !made) return made.error();
    if (::rename(writer.path().c_str(), path.c_str()) != 0) return storage::errc_of(errno);
    if (const auto synced = storage::sync_folder(folder); !synced) return synced.error();
    struct stat status {};
    if (bytes_ >= 0 && ::stat(path.c_str(), &status) == 0) bytes_ += status.st_size;
    return *content;
}

storage::Result<std::unique_ptr<SealedReader>> MediaStore::read(const Content& content) const {
    auto reader = std::make_unique<SealedReader>();
    const auto opened =
        reader->open(path_of(name_of(content.sha256)), content, key_of(sealer_, content.sha256));
    if (!opened) return opened.error();
    return reader;
}

std::string MediaStore::name_of(const model::Sha256& sha256) const {
    std::string name;
    for (const std::uint8_t byte : sealer_.blind("media-name", view_of(sha256)).bytes)
        fmt::format_to(std::back_inserter(name), "{:02x}", byte);
    return name;
}

std::string MediaStore::path_of(const std::string& name) const {
    return folder_ + "/" + name.substr(0, 2) + "/" + name;
}

storage::Result<MediaStore::Swept> MediaStore::sweep(const std::vector<std::string>& live,
                                                     model::Instant before) {
    const auto folders = storage::list_folder(folder_);
    if (!folders) return folders.error();
    Swept swept;
    std::uint64_t left = 0;
    for (const std::string& folder : *folders) {
        if (folder.size() != 2) continue;
        const auto done = sweep_folder(folder_ + "/" + folder, live, before, swept, left);
        if (!done) return done.error();
    }
    bytes_ = static_cast<std::int64_t>(left);
    return swept;
}

void MediaStore::measure() {
    // Nothing is older than the beginning of time.
    (void)sweep({}, model::Instant::min());
}

storage::Result<void> MediaStore::sweep_folder(const std::string& folder,
                                               const std::vector<std::string>& live,
                                               model::Instant before, Swept& swept,
                                               std::uint64_t& left) const {
    const auto names = storage::list_folder(folder);
    if (!names) return names.error();
    for (const std::string& name : *names) {
        const std::string path = folder + "/" + name;
        struct stat status {};
        if (::stat(path.c_str(), &status) != 0) continue;
        const bool fresh = model::Instant{std::chrono::seconds{status.st_mtim.tv_sec}} >= before;
        if (fresh || std::ranges::binary_search(live, name)) {
            left += static_cast<std::uint64_t>(status.st_size);
            continue;
        }
        if (::unlink(path.c_str()) != 0) return storage::errc_of(errno);
        ++swept.files;
        swept.bytes += static_cast<std::uint64_t>(status.st_size);
    }
    return {};
}

}  // namespace postern::media
