// The reader of the commit log. Raw bytes never crash it; and a group that it wrote itself, with
// any byte changed, is never read as a complete group that says something else.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "storage/log_format.h"
#include "tests/fuzz/check.h"

using namespace postern::storage;

namespace {

constexpr std::size_t change_bytes = 3;  // where (2), what it is combined with (1)
constexpr std::size_t changes_max = 8;

void read_raw(std::string_view bytes) {
    AlignedBuffer buffer;
    const std::size_t blocks = std::max<std::size_t>(
        1, (bytes.size() + log_format::block_bytes - 1) / log_format::block_bytes);
    char* memory = buffer.reserve(blocks * log_format::block_bytes);
    std::memset(memory, 0, blocks * log_format::block_bytes);
    std::memcpy(memory, bytes.data(), bytes.size());

    log_format::Stamp stamp;
    if (log_format::read_stamp(memory, stamp) != log_format::BlockState::stamped) return;
    if (stamp.count == 0 || stamp.count > blocks) return;
    std::string scratch;
    (void)log_format::decode(memory, stamp, scratch);
}

// The data is what follows the changes.
void read_changed(std::string_view changes, std::string_view data) {
    const LogGroup group{7, 9, 3, data};
    AlignedBuffer buffer;
    log_format::Link link;
    const log_format::Link before{4, 2, 0x1234, 6};
    const std::size_t bytes = log_format::encode(group, before, 2, buffer, link);
    const std::string original(buffer.data(), bytes);

    for (; changes.size() >= change_bytes; changes.remove_prefix(change_bytes)) {
        const auto high = static_cast<unsigned char>(changes[0]);
        const auto low = static_cast<unsigned char>(changes[1]);
        char& target = buffer.data()[(high << 8 | low) % bytes];
        target = static_cast<char>(target ^ changes[2]);
    }

    log_format::Stamp stamp;
    if (log_format::read_stamp(buffer.data(), stamp) != log_format::BlockState::stamped) {
        POSTERN_FUZZ_CHECK(std::memcmp(original.data(), buffer.data(), bytes) != 0);
        return;
    }
    POSTERN_FUZZ_CHECK(stamp.count * log_format::block_bytes == bytes);
    std::string scratch;
    const log_format::Decoded decoded = log_format::decode(buffer.data(), stamp, scratch);
    const bool same = std::memcmp(original.data(), buffer.data(), bytes) == 0;
    if (same) POSTERN_FUZZ_CHECK(decoded.state == log_format::GroupState::complete);
    if (decoded.state != log_format::GroupState::complete) return;
    POSTERN_FUZZ_CHECK(decoded.data == data);
    POSTERN_FUZZ_CHECK(decoded.header.first == group.first && decoded.header.last == group.last);
    POSTERN_FUZZ_CHECK(decoded.header.rows == group.rows);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    if (data[0] % 4 == 0) {
        read_raw(bytes);
        return 0;
    }
    const std::size_t changes =
        std::min(bytes.size() / change_bytes, static_cast<std::size_t>(data[0]) % changes_max);
    read_changed(bytes.substr(0, changes * change_bytes), bytes.substr(changes * change_bytes));
    return 0;
}
