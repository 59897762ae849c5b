// The segments of the commit log as a start finds them. Any bytes never crash the reader; and of
// groups that it wrote itself it gives back a prefix, unchanged, that lacks no untouched group.
//
// Input: one byte: the number of changes (0: the rest are the segments' raw bytes), then changes of
// three bytes (where; what it is combined with), then the sizes of the groups, a byte each.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "storage/log_format.h"
#include "storage/segment_log_recovery.h"
#include "tests/fuzz/check.h"

using namespace postern::storage;

namespace {

constexpr std::size_t segment_count = 2;
constexpr std::size_t segment_blocks = 6;
constexpr std::size_t segment_bytes = segment_blocks * log_format::block_bytes;
constexpr std::size_t groups_max = 12;
constexpr std::size_t change_bytes = 3;
constexpr std::size_t changes_max = 8;
constexpr std::size_t data_step = 61;  // a byte of the input becomes up to four blocks of data

using Image = std::vector<char>;

class MemoryFile final : public LogFile {
  public:
    explicit MemoryFile(Image& image) : image_(image) {}
    Result<void> write(std::uint64_t offset, const char* data, std::size_t size) override {
        POSTERN_FUZZ_CHECK(offset <= image_.size() && size <= image_.size() - offset);
        std::memcpy(image_.data() + offset, data, size);
        return {};
    }
    Result<std::size_t> read(std::uint64_t offset, char* data, std::size_t size) override {
        POSTERN_FUZZ_CHECK(offset <= image_.size());
        const std::size_t bytes = std::min<std::size_t>(size, image_.size() - offset);
        std::memcpy(data, image_.data() + offset, bytes);
        return bytes;
    }
    std::uint64_t size() const override { return image_.size(); }
    bool direct() const override { return false; }

  private:
    Image& image_;
};

class MemoryFiles final : public LogFileSystem {
  public:
    Image images[segment_count] = {Image(segment_bytes), Image(segment_bytes)};

    Result<void> create(const std::string&, std::uint64_t) override { return Errc::full; }
    Result<std::unique_ptr<LogFile>> open(const std::string& path, bool) override {
        for (std::size_t i = 0; i < segment_count; ++i) {
            if (!path.ends_with(name(i))) continue;
            return std::unique_ptr<LogFile>(std::make_unique<MemoryFile>(images[i]));
        }
        return Errc::not_found;
    }
    Result<std::vector<std::string>> list(const std::string&) override {
        return std::vector<std::string>{name(0), name(1)};
    }

  private:
    static std::string name(std::size_t i) {
        return segment_name(static_cast<std::uint32_t>(i + 1), segment_bytes);
    }
};

struct Written {
    Sequence last = 0;
    std::string data;
    std::size_t segment = 0, begin = 0, end = 0;
    bool touched = false;
};

// Lays out groups of these sizes as the log would, while they fit.
std::vector<Written> write_groups(std::string_view sizes, MemoryFiles& files) {
    std::vector<Written> groups;
    log_format::Link link;
    std::size_t segment = 0;
    std::size_t offset = 0;
    for (const char size : sizes.substr(0, groups_max)) {
        Written group;
        group.data.assign(static_cast<unsigned char>(size) * data_step, size);
        group.last = link.last + 2;
        AlignedBuffer buffer;
        log_format::Link next;
        const std::size_t bytes =
            log_format::encode({link.last + 1, group.last, 2, group.data}, link, 1, buffer, next);
        if (bytes > segment_bytes - offset) {
            if (++segment == segment_count) break;
            offset = 0;
        }
        std::memcpy(files.images[segment].data() + offset, buffer.data(), bytes);
        group.segment = segment;
        group.begin = offset;
        group.end = offset += bytes;
        link = next;
        groups.push_back(std::move(group));
    }
    return groups;
}

bool change(std::string_view changes, MemoryFiles& files, std::vector<Written>& groups) {
    bool any = false;
    for (; changes.size() >= change_bytes; changes.remove_prefix(change_bytes)) {
        const auto high = static_cast<unsigned char>(changes[0]);
        const auto low = static_cast<unsigned char>(changes[1]);
        const std::size_t at = (high << 8 | low) % (segment_count * segment_bytes);
        char& target = files.images[at / segment_bytes][at % segment_bytes];
        target = static_cast<char>(target ^ changes[2]);
        any = any || changes[2] != 0;
        for (Written& group : groups) {
            const std::size_t offset = at % segment_bytes;
            if (group.segment != at / segment_bytes) continue;
            if (offset >= group.begin && offset < group.end) group.touched = true;
        }
    }
    return any;
}

// Recovers; what was replayed must be a prefix of `groups`, if there are any.
bool recover(MemoryFiles& files, const std::vector<Written>* groups, std::size_t& replayed) {
    SegmentLogOptions options;
    options.path = "log";
    options.segment_bytes = segment_bytes;
    options.files = &files;
    replayed = 0;
    Sequence last = 0;
    Replay replay;
    replay.apply = [&](const LogGroup& group) -> Result<void> {
        POSTERN_FUZZ_CHECK(group.first > last && group.last >= group.first);
        last = group.last;
        if (groups != nullptr) {
            POSTERN_FUZZ_CHECK(replayed < groups->size());
            const Written& expected = (*groups)[replayed];
            POSTERN_FUZZ_CHECK(group.last == expected.last && group.data == expected.data);
        }
        ++replayed;
        return {};
    };
    Recovery recovery;
    std::string problem;
    const auto recovered = recover_segments(options, replay, recovery, problem);
    POSTERN_FUZZ_CHECK(recovered.has_value() || !problem.empty());
    if (recovered) POSTERN_FUZZ_CHECK(recovery.last == last);
    return recovered.has_value();
}

void read_raw(std::string_view bytes) {
    MemoryFiles files;
    for (std::size_t i = 0; i < segment_count && !bytes.empty(); ++i) {
        const std::size_t part = std::min(bytes.size(), segment_bytes);
        std::memcpy(files.images[i].data(), bytes.data(), part);
        bytes.remove_prefix(part);
    }
    std::size_t first = 0;
    if (!recover(files, nullptr, first)) return;
    // What was torn has been erased, so a second start finds the same.
    std::size_t again = 0;
    POSTERN_FUZZ_CHECK(recover(files, nullptr, again) && again == first);
}

void read_changed(std::string_view changes, std::string_view sizes) {
    MemoryFiles files;
    std::vector<Written> groups = write_groups(sizes, files);
    const bool changed = change(changes, files, groups);
    std::size_t replayed = 0;
    const bool recovered = recover(files, &groups, replayed);
    if (!changed) POSTERN_FUZZ_CHECK(recovered && replayed == groups.size());
    if (!recovered) return;
    for (std::size_t i = replayed; i < groups.size(); ++i) POSTERN_FUZZ_CHECK(groups[i].touched);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    if (data[0] == 0) {
        read_raw(bytes);
        return 0;
    }
    const std::size_t changes = std::min(bytes.size(), (data[0] - 1) % changes_max * change_bytes);
    read_changed(bytes.substr(0, changes), bytes.substr(changes));
    return 0;
}
