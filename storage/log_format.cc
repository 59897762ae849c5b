// Encodes and decodes groups of the commit log; the grammar stands in the header.
#include "storage/log_format.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "storage/log_checksum.h"

namespace postern::storage::log_format {
namespace {

static_assert(std::endian::native == std::endian::little, "the format is written as it lies");

constexpr std::size_t stamp_identity_bytes = offsetof(Stamp, saved);
constexpr std::size_t stamp_checked_bytes = offsetof(Stamp, check);
constexpr std::size_t header_checked_bytes = offsetof(Header, check);
constexpr std::size_t chained_at = offsetof(Header, previous);
constexpr std::size_t chained_bytes = header_checked_bytes - chained_at;

// Never zero, so that a sector that was only pre-written cannot carry it.
std::uint32_t mark_of(const Stamp& stamp) {
    return crc32c(0, &stamp, stamp_identity_bytes) | 1;
}

std::uint32_t seed_of(std::uint32_t epoch, std::uint64_t group) {
    return crc32c(crc32c(0, &epoch, sizeof epoch), &group, sizeof group);
}

const char* bytes_of(const Header& header) {
    return reinterpret_cast<const char*>(&header);
}

std::uint32_t group_checksum(std::uint32_t seed, const Header& header, std::string_view data) {
    const std::uint32_t chained = crc32c(seed, bytes_of(header) + chained_at, chained_bytes);
    return crc32c(chained, data.data(), data.size());
}

Header make_header(const LogGroup& group, const Link& previous, std::uint32_t epoch) {
    Header header;
    header.length = static_cast<std::uint32_t>(group.data.size());
    header.previous = previous.checksum;
    header.rows = group.rows;
    header.first = group.first;
    header.last = group.last;
    header.before = previous.last;
    const std::uint32_t seed = seed_of(epoch, previous.group + 1);
    header.checksum = group_checksum(seed, header, group.data);
    header.check = crc32c(seed, &header, header_checked_bytes);
    return header;
}

// The payload of `block` is in place: take the words where marks go, mark, stamp.
void finish_block(char* block, Stamp stamp) {
    const std::uint32_t mark = mark_of(stamp);
    for (std::size_t i = 0; i < marks; ++i) {
        char* place = block + (i + 1) * sector_bytes;
        std::memcpy(&stamp.saved[i], place, sizeof mark);
        std::memcpy(place, &mark, sizeof mark);
    }
    stamp.check = crc32c(0, &stamp, stamp_checked_bytes);
    std::memcpy(block, &stamp, sizeof stamp);
}

bool all_zero(const char* data, std::size_t size) {
    return std::all_of(data, data + size, [](char c) { return c == 0; });
}

bool same_group(const Stamp& a, const Stamp& b) {
    return a.epoch == b.epoch && a.group == b.group && a.count == b.count;
}

struct Joined {
    std::size_t missing = SIZE_MAX;  // first block with a part that was never written
    std::size_t damaged = SIZE_MAX;  // first block whose stamp is neither zero nor checks
    bool blocks_there = true;        // all stamps are the group's
};

// Joins the payloads of the group's blocks into `out`, and says which parts are not the group's.
Joined join(const char* blocks, const Stamp& first, std::string& out) {
    Joined joined;
    out.resize(first.count * payload_bytes);
    for (std::size_t i = 0; i < first.count; ++i) {
        const char* block = blocks + i * block_bytes;
        Stamp stamp;
        const BlockState state = read_stamp(block, stamp);
        if (state == BlockState::damaged) joined.damaged = std::min(joined.damaged, i);
        if (state != BlockState::stamped || !same_group(stamp, first) || stamp.index != i) {
            joined.missing = std::min(joined.missing, i);
            joined.blocks_there = false;
            continue;
        }
        char* payload = out.data() + i * payload_bytes;
        std::memcpy(payload, block + sizeof(Stamp), payload_bytes);
        const std::uint32_t mark = mark_of(stamp);
        for (std::size_t sector = 1; sector <= marks; ++sector) {
            const std::size_t at = sector * sector_bytes - sizeof(Stamp);
            if (std::memcmp(payload + at, &mark, sizeof mark) != 0) {
                joined.missing = std::min(joined.missing, i);
            }
            std::memcpy(payload + at, &stamp.saved[sector - 1], sizeof mark);
        }
    }
    return joined;
}

bool checks(const std::string& joined, const Stamp& stamp, const Header& header,
            std::string_view data) {
    if (header.checksum != group_checksum(seed_of(stamp.epoch, stamp.group), header, data)) {
        return false;
    }
    const std::size_t used = sizeof(Header) + data.size();
    return all_zero(joined.data() + used, joined.size() - used);
}

}  // namespace

std::size_t encode(const LogGroup& group, const Link& previous, std::uint32_t epoch,
                   AlignedBuffer& out, Link& link) {
    const std::size_t count = blocks_for(group.data.size());
    const Header header = make_header(group, previous, epoch);
    char* block = out.reserve(count * block_bytes);
    Stamp stamp;
    stamp.magic = magic;
    stamp.epoch = epoch;
    stamp.group = previous.group + 1;
    stamp.count = static_cast<std::uint32_t>(count);

    std::string_view rest = group.data;
    for (std::size_t i = 0; i < count; ++i, block += block_bytes) {
        char* to = block + sizeof(Stamp);
        if (i == 0) {
            std::memcpy(to, &header, sizeof header);
            to += sizeof header;
        }
        const std::size_t room = static_cast<std::size_t>(block + block_bytes - to);
        const std::size_t part = std::min(room, rest.size());
        if (part > 0) std::memcpy(to, rest.data(), part);
        std::memset(to + part, 0, room - part);
        rest.remove_prefix(part);
        stamp.index = static_cast<std::uint32_t>(i);
        finish_block(block, stamp);
    }
    link = {stamp.group, epoch, header.checksum, group.last};
    return count * block_bytes;
}

BlockState read_stamp(const char* block, Stamp& stamp) {
    std::memcpy(&stamp, block, sizeof stamp);
    if (stamp.magic == magic && stamp.check == crc32c(0, &stamp, stamp_checked_bytes) &&
        stamp.group != 0 && stamp.index < stamp.count) {
        return BlockState::stamped;
    }
    return all_zero(block, sizeof stamp) ? BlockState::empty : BlockState::damaged;
}

bool read_header(const char* block, const Stamp& stamp, Header& header) {
    std::memcpy(&header, block + sizeof(Stamp), sizeof header);
    return header.zero == 0 &&
           header.check == crc32c(seed_of(stamp.epoch, stamp.group), &header, header_checked_bytes);
}

Decoded decode(const char* blocks, const Stamp& stamp, std::string& scratch) {
    Decoded decoded;
    if (!read_header(blocks, stamp, decoded.header) ||
        blocks_for(decoded.header.length) != stamp.count) {
        return decoded;
    }
    const Joined joined = join(blocks, stamp, scratch);
    if (joined.damaged != SIZE_MAX) {
        decoded.block = joined.damaged;
        return decoded;
    }
    const std::string_view data(scratch.data() + sizeof(Header), decoded.header.length);
    // A sector that never arrived may have held by chance what it should (padding over zeros): the
    // checksum has the last word, and what checks is complete.
    if (joined.blocks_there && checks(scratch, stamp, decoded.header, data)) {
        decoded.state = GroupState::complete;
        decoded.data = data;
        return decoded;
    }
    decoded.state = joined.missing != SIZE_MAX ? GroupState::torn : GroupState::damaged;
    decoded.block = joined.missing != SIZE_MAX ? joined.missing : 0;
    return decoded;
}

}  // namespace postern::storage::log_format
