// A disk in memory for the commit log.
#include "tests/support/faulty_log_files.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <utility>

#include "storage/aligned_buffer.h"

namespace postern::support {

using storage::Errc;
using storage::Result;

namespace {

constexpr std::size_t sector_bytes = 512;

void store(std::vector<char>& to, std::uint64_t offset, const char* data, std::size_t size) {
    std::copy(data, data + size, to.begin() + static_cast<std::ptrdiff_t>(offset));
}

}  // namespace

class FaultyLogFile final : public storage::LogFile {
  public:
    FaultyLogFile(FaultyLogFiles& files, std::shared_ptr<FaultyLogFiles::Image> image, bool sync)
        : files_(files), image_(std::move(image)), sync_(sync) {}

    Result<void> write(std::uint64_t offset, const char* data, std::size_t size) override {
        return files_.write(*image_, sync_, offset, data, size);
    }
    Result<std::size_t> read(std::uint64_t offset, char* data, std::size_t size) override {
        const std::lock_guard lock(files_.mutex_);
        const std::vector<char>& seen = image_->seen;
        if (offset >= seen.size()) return std::size_t{0};
        const std::size_t part = std::min<std::size_t>(size, seen.size() - offset);
        std::memcpy(data, seen.data() + offset, part);
        return part;
    }
    std::uint64_t size() const override { return image_->seen.size(); }
    bool direct() const override { return false; }

  private:
    FaultyLogFiles& files_;
    std::shared_ptr<FaultyLogFiles::Image> image_;  // shared: outlives a removal by the test
    bool sync_;
};

Result<void> FaultyLogFiles::create(const std::string& path, std::uint64_t size) {
    const std::lock_guard lock(mutex_);
    const Fault fault = plan_.next();
    if (fault == Fault::none && images_.size() >= limit_) return Errc::full;
    auto image = std::make_shared<Image>();
    image->seen.assign(size, 0);
    image->disk = image->seen;
    const bool lands = fault == Fault::none || (fault == Fault::power_cut && plan_.below(2) == 0);
    if (lands) images_[path] = std::move(image);
    if (fault == Fault::power_cut) plan_.power_went(mutex_);
    if (fault == Fault::none) return {};
    return fault == Fault::full ? Errc::full : Errc::io;
}

Result<std::unique_ptr<storage::LogFile>> FaultyLogFiles::open(const std::string& path, bool sync) {
    const std::lock_guard lock(mutex_);
    const auto found = images_.find(path);
    if (found == images_.end()) return Errc::not_found;
    return std::unique_ptr<storage::LogFile>(
        std::make_unique<FaultyLogFile>(*this, found->second, sync));
}

Result<std::vector<std::string>> FaultyLogFiles::list(const std::string& folder) {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> names;
    for (const auto& [path, image] : images_) {
        if (path.starts_with(folder + "/")) names.push_back(path.substr(folder.size() + 1));
    }
    return names;
}

Result<void> FaultyLogFiles::write(Image& image, bool sync, std::uint64_t offset, const char* data,
                                   std::size_t size) {
    const std::lock_guard lock(mutex_);
    if (offset % storage::disk_block_bytes != 0 || size % storage::disk_block_bytes != 0 ||
        reinterpret_cast<std::uintptr_t>(data) % storage::disk_block_bytes != 0 ||
        offset + size > image.seen.size()) {
        return Errc::bad_argument;  // O_DIRECT would refuse it, and no file may grow
    }
    const bool was_off = plan_.off();
    switch (plan_.next()) {
        case Fault::none:
            store(image.seen, offset, data, size);
            if (sync) store(image.disk, offset, data, size);
            if (!sync) image.pending.push_back({offset, {data, data + size}});
            return {};
        case Fault::power_cut:
            if (!was_off) tear(image.disk, offset, data, size);
            plan_.power_went(mutex_);
            return Errc::io;
        case Fault::io_error:
            tear(image.disk, offset, data, size);
            return Errc::io;
        case Fault::short_write:
            store(image.disk, offset, data, size / 2 / 512 * 512);
            return Errc::io;
        case Fault::full:
            return Errc::full;
    }
    return Errc::io;
}

// A disk may write the sectors of one request in any order, or all, or none.
void FaultyLogFiles::tear(std::vector<char>& disk, std::uint64_t offset, const char* data,
                          std::size_t size) {
    const std::uint64_t share = plan_.below(5);  // of 4: 0 none, 4 all
    for (std::size_t at = 0; at < size; at += sector_bytes) {
        if (plan_.below(4) < share) store(disk, offset + at, data + at, sector_bytes);
    }
}

void FaultyLogFiles::limit(std::size_t files) {
    const std::lock_guard lock(mutex_);
    limit_ = files;
}

void FaultyLogFiles::settle() {
    const std::lock_guard lock(mutex_);
    for (auto& [path, image] : images_) {
        for (const Pending& write : image->pending) {
            if (plan_.below(2) == 0) continue;
            tear(image->disk, write.offset, write.bytes.data(), write.bytes.size());
        }
        image->pending.clear();
        image->seen = image->disk;
    }
}

std::vector<char>& FaultyLogFiles::bytes(const std::string& path) {
    return images_.at(path)->seen;
}

std::vector<std::string> FaultyLogFiles::paths() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> paths;
    for (const auto& [path, image] : images_) paths.push_back(path);
    return paths;
}

void FaultyLogFiles::remove(const std::string& path) {
    const std::lock_guard lock(mutex_);
    images_.erase(path);
}

FaultyLogFiles::Contents FaultyLogFiles::save() const {
    const std::lock_guard lock(mutex_);
    Contents contents;
    for (const auto& [path, image] : images_) contents[path] = image->seen;
    return contents;
}

void FaultyLogFiles::load(const Contents& contents) {
    const std::lock_guard lock(mutex_);
    images_.clear();
    for (const auto& [path, bytes] : contents) {
        auto image = std::make_shared<Image>();
        image->seen = bytes;
        image->disk = bytes;
        images_[path] = std::move(image);
    }
}

bool FaultyLogFiles::save_to(const std::string& path) const {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    for (const auto& [name, bytes] : save()) {
        file << name << '\n' << bytes.size() << '\n';
        file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    }
    file.flush();
    return file.good();
}

void FaultyLogFiles::load_from(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    Contents contents;
    std::string name, size;
    while (std::getline(file, name) && std::getline(file, size)) {
        std::vector<char>& bytes = contents[name];
        bytes.resize(std::strtoull(size.c_str(), nullptr, 10));
        file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    }
    load(contents);
}

}  // namespace postern::support
