// The bytes of the commit log. Pure functions, any thread.
//
//   segment  := group* stale*                  a file of fixed size; stale: zeros, or older groups
//   group    := block{count}                   in one segment, written by one pwrite
//   block    := stamp payload(4,040)           4,096 bytes: eight sectors of 512
//   stamp    := magic(u32) epoch(u32) group(u64) index(u32) count(u32) saved(u32){7} check(u32)
//   the payloads of a group, joined := header data zero*
//   header   := length(u32) checksum(u32) previous(u32) rows(u32) first(u64) last(u64) before(u64)
//               check(u32) zero(u32)
//
// Integers are little-endian. Groups are numbered 1, 2, 3 … for the life of the log; an epoch is
// one run of the process.
//   stamp.check      CRC32C of the stamp before it.
//   header.checksum  CRC32C of epoch, group, the header from `previous` to `before`, and the data.
//   header.check     CRC32C of epoch, group and the header before it: it can be trusted alone.
//   previous         checksum of the group before: the chain.
//   before           `last` of the group before: tells a gap between the store and the log.
//   saved            A disk writes sectors, not blocks. Sectors 1 to 7 begin with a mark made of
//   the
//                    stamp, and `saved` keeps the four bytes that the mark took the place of. So a
//                    sector that never arrived is told from one that was damaged later.
//
// How a group reads: a stamp or a mark of another group means that this part was never written, and
// only the very last group may look so (torn write: dropped, it was never acknowledged). Everything
// there and a bad checksum is damage, wherever it stands. A stamp lies in one sector, which a disk
// writes whole; therefore a stamp that is neither zero nor checks is damage too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "storage/aligned_buffer.h"
#include "storage/commit_log.h"
#include "storage/keys.h"

namespace postern::storage::log_format {

inline constexpr std::uint32_t magic = 0x31474C50;  // "PLG1": the 1 is the version of the format
inline constexpr std::size_t block_bytes = disk_block_bytes;
inline constexpr std::size_t sector_bytes = 512;
inline constexpr std::size_t marks = block_bytes / sector_bytes - 1;

struct Stamp {
    std::uint32_t magic = 0, epoch = 0;
    std::uint64_t group = 0;
    std::uint32_t index = 0, count = 0;
    std::uint32_t saved[marks] = {};
    std::uint32_t check = 0;
};
static_assert(sizeof(Stamp) == 56);

struct Header {
    std::uint32_t length = 0, checksum = 0, previous = 0, rows = 0;
    std::uint64_t first = 0, last = 0, before = 0;
    std::uint32_t check = 0, zero = 0;
};
static_assert(sizeof(Header) == 48);
static_assert(sizeof(Stamp) + sizeof(Header) <= sector_bytes, "stamp and header arrive together");

inline constexpr std::size_t payload_bytes = block_bytes - sizeof(Stamp);

/// What the chain remembers of the last group.
struct Link {
    std::uint64_t group = 0;
    std::uint32_t epoch = 0;
    std::uint32_t checksum = 0;
    Sequence last = 0;
};

[[nodiscard]] constexpr std::size_t blocks_for(std::size_t data_bytes) {
    return (sizeof(Header) + data_bytes + payload_bytes - 1) / payload_bytes;
}

/// Lays out `group` as the one after `previous`; returns its bytes in `out` and what is now last in
/// `link`. The data is copied once.
std::size_t encode(const LogGroup& group, const Link& previous, std::uint32_t epoch,
                   AlignedBuffer& out, Link& link);

enum class BlockState { empty, stamped, damaged };
[[nodiscard]] BlockState read_stamp(const char* block, Stamp& stamp);

/// The header behind the stamp of a group's first block; false: damaged.
[[nodiscard]] bool read_header(const char* block, const Stamp& stamp, Header& header);

enum class GroupState { complete, torn, damaged };

struct Decoded {
    GroupState state = GroupState::damaged;
    std::size_t block = 0;  // torn, damaged: the first block at fault
    Header header;
    std::string_view data;  // complete: points into `scratch`
};

/// Reads the group whose first stamp is `stamp` from its `stamp.count` blocks.
[[nodiscard]] Decoded decode(const char* blocks, const Stamp& stamp, std::string& scratch);

}  // namespace postern::storage::log_format
