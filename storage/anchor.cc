// Reads and writes the two slots of the anchor.
#include "storage/anchor.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "storage/aligned_buffer.h"
#include "storage/failpoint.h"
#include "storage/log_checksum.h"

namespace postern::storage {
namespace {

constexpr std::size_t slot_bytes = disk_block_bytes;
constexpr std::size_t file_bytes = 2 * slot_bytes;
constexpr std::uint32_t slot_magic = 0x31414C50;  // "PLA1"

struct Slot {
    std::uint32_t magic = 0, epoch = 0;
    std::uint64_t turn = 0, durable = 0;
    std::int64_t written_us = 0;
    std::uint32_t sending_paused = 0, checksum = 0;
    std::int64_t core_us = 0;
    std::uint32_t core_checksum = 0, unused = 0;
};
static_assert(sizeof(Slot) == 56);

std::uint32_t checksum_of(const Slot& slot) {
    return crc32c(0, &slot, offsetof(Slot, checksum));
}

/// Apart from the rest: a slot of an earlier version has zeros here, and is as good.
std::uint32_t core_checksum_of(const Slot& slot) {
    return crc32c(slot.checksum, &slot.core_us, sizeof slot.core_us);
}

std::optional<Slot> read_slot(const char* bytes) {
    Slot slot;
    std::memcpy(&slot, bytes, sizeof slot);
    if (slot.magic != slot_magic || slot.checksum != checksum_of(slot)) return std::nullopt;
    if (slot.core_checksum != core_checksum_of(slot)) slot.core_us = 0;
    return slot;
}

}  // namespace

struct Anchor::Impl {
    std::string path;
    LogFileSystem& files;
    std::unique_ptr<LogFile> file;  // null until the first write makes it
    AlignedBuffer buffer;
    AnchorState state;
    std::uint64_t turn = 0;  // of the last slot written; the next goes to slot (turn + 1) % 2
    bool existed = false;
    boost::system::error_code failure;

    Result<void> read(std::string& problem);
    Result<void> make();
};

Result<void> Anchor::Impl::read(std::string& problem) {
    if (file->size() != file_bytes) {
        problem = path + " has " + std::to_string(file->size()) + " bytes and not " +
                  std::to_string(file_bytes) +
                  ": it was truncated. Restore a backup, or start once with "
                  "--acknowledge-loss to go on with what is here";
        return Errc::corrupt;
    }
    auto got = file->read(0, buffer.reserve(file_bytes), file_bytes);
    if (!got || *got != file_bytes) {
        problem = "cannot read " + path;
        return got ? make_error_code(Errc::io) : got.error();
    }
    const char* bytes = buffer.data();
    std::optional<Slot> newest;
    for (std::size_t i = 0; i < 2; ++i) {
        const auto slot = read_slot(bytes + i * slot_bytes);
        if (slot && (!newest || slot->turn > newest->turn)) newest = slot;
    }
    if (newest) {
        existed = true;
        turn = newest->turn;
        state = {newest->durable, newest->epoch, newest->sending_paused, newest->written_us,
                 newest->core_us};
        return {};
    }
    const auto is_zero = [](char c) { return c == 0; };
    if (std::all_of(bytes, bytes + file_bytes, is_zero))
        return {};  // a crash before the first write
    problem = path +
              " is damaged in both its slots, so what was durable is not known. Restore a "
              "backup, or start once with --acknowledge-loss to go on with what is here";
    return Errc::corrupt;
}

Result<void> Anchor::Impl::make() {
    if (auto created = files.create(path, file_bytes); !created) return created;
    auto opened = files.open(path, true);
    if (!opened) return opened.error();
    file = std::move(*opened);
    return {};
}

Anchor::Anchor(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Anchor::~Anchor() = default;

Result<std::unique_ptr<Anchor>> Anchor::open(const std::string& path, LogFileSystem& files,
                                             std::string& problem) {
    auto impl = std::make_unique<Impl>(Impl{.path = path, .files = files});
    auto file = files.open(path, true);
    if (!file && file.error() != Errc::not_found) {
        problem = "cannot open " + path + ": " + file.error().message();
        return file.error();
    }
    if (file) {
        impl->file = std::move(*file);
        if (auto read = impl->read(problem); !read) return read.error();
    }
    return std::unique_ptr<Anchor>(new Anchor(std::move(impl)));
}

bool Anchor::existed() const {
    return impl_->existed;
}
const AnchorState& Anchor::state() const {
    return impl_->state;
}

Result<void> Anchor::write(const AnchorState& state) {
    Impl& impl = *impl_;
    if (impl.failure.failed()) return impl.failure;
    if (!impl.file) {
        if (auto made = impl.make(); !made) {
            impl.failure = made.error();
            return made;
        }
    }
    Slot slot;
    slot.magic = slot_magic;
    slot.epoch = state.epoch;
    slot.turn = impl.turn + 1;
    slot.durable = state.durable;
    slot.written_us = state.written_us;
    slot.sending_paused = state.sending_paused;
    slot.checksum = checksum_of(slot);
    slot.core_us = state.core_us;
    slot.core_checksum = core_checksum_of(slot);
    char* bytes = impl.buffer.reserve(slot_bytes);
    std::memset(bytes, 0, slot_bytes);
    std::memcpy(bytes, &slot, sizeof slot);
    Result<void> written;
    if (failpoint_fails("anchor.before")) written = Errc::io;
    if (written) written = impl.file->write(slot.turn % 2 * slot_bytes, bytes, slot_bytes);
    if (!written) {
        impl.failure = written.error();
        return written;
    }
    failpoint("anchor.after");
    impl.turn = slot.turn;
    impl.state = state;
    return {};
}

}  // namespace postern::storage
