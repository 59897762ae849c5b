// The bytes of a group: they come back whole, or are known as torn or damaged; never as another
// group.
#include "storage/log_format.h"

#include <cstring>

#include <gtest/gtest.h>

#include "storage/log_checksum.h"
#include "tests/storage_log/log_rig.h"

namespace postern::storage_log {
namespace {

using namespace storage::log_format;
using storage::AlignedBuffer;

struct Encoded {
    std::string bytes;
    Link link;
};

Encoded encoded(const std::string& data, const Link& previous = {}) {
    AlignedBuffer buffer;
    Encoded result;
    const std::size_t size =
        encode({previous.last + 1, previous.last + 3, 7, data}, previous, 5, buffer, result.link);
    result.bytes.assign(buffer.data(), size);
    return result;
}

Decoded decoded(const std::string& bytes, std::string& scratch) {
    Stamp stamp;
    EXPECT_EQ(BlockState::stamped, read_stamp(bytes.data(), stamp));
    return decode(bytes.data(), stamp, scratch);
}

TEST(LogChecksum, IsCrc32cByInstructionAndByTable) {
    EXPECT_EQ(0xE3069283u, storage::crc32c(0, "123456789", 9));
    EXPECT_EQ(0xE3069283u, storage::crc32c_table(0, "123456789", 9));
    const std::string data = rows_of(1, 300);
    for (std::size_t size = 0; size < data.size(); ++size) {
        EXPECT_EQ(storage::crc32c(size, data.data(), size),
                  storage::crc32c_table(size, data.data(), size));
    }
}

TEST(LogFormat, BringsBackGroupsOfEverySizeAroundABlock) {
    std::string scratch;
    const std::size_t room = payload_bytes - sizeof(Header);
    for (std::size_t blocks = 1; blocks <= 3; ++blocks) {
        const std::size_t edge = room + (blocks - 1) * payload_bytes;
        for (std::size_t size : {std::size_t{0}, std::size_t{1}, edge - 1, edge, edge + 1}) {
            const std::string data = rows_of(size, size);
            const Encoded group = encoded(data);

            const Decoded back = decoded(group.bytes, scratch);

            ASSERT_EQ(GroupState::complete, back.state);
            EXPECT_EQ(data, back.data);
            EXPECT_EQ(1u, back.header.first);
            EXPECT_EQ(3u, back.header.last);
            EXPECT_EQ(7u, back.header.rows);
            EXPECT_EQ(blocks_for(size) * block_bytes, group.bytes.size());
        }
    }
}

TEST(LogFormat, FillsABlockExactly) {
    EXPECT_EQ(1u, blocks_for(payload_bytes - sizeof(Header)));
    EXPECT_EQ(2u, blocks_for(payload_bytes - sizeof(Header) + 1));
}

TEST(LogFormat, ChainsAGroupToTheOneBefore) {
    std::string scratch;
    const Encoded first = encoded("one");
    const Encoded second = encoded("two", first.link);

    const Decoded back = decoded(second.bytes, scratch);

    EXPECT_EQ(first.link.checksum, back.header.previous);
    EXPECT_EQ(first.link.last, back.header.before);
    EXPECT_EQ(2u, second.link.group);
}

TEST(LogFormat, KnowsASectorThatNeverArrived) {
    std::string scratch;
    const Encoded whole = encoded(rows_of(1, 9000));
    const std::string old = encoded(rows_of(2, 9000), {.group = 3}).bytes;
    for (std::size_t at = sector_bytes; at < whole.bytes.size(); at += sector_bytes) {
        for (const bool recycled : {false, true}) {
            std::string torn = whole.bytes;
            if (recycled) torn.replace(at, sector_bytes, old, at, sector_bytes);
            if (!recycled) torn.replace(at, sector_bytes, sector_bytes, '\0');

            const Decoded back = decoded(torn, scratch);

            // Padding over zeros arrives without being written.
            if (back.state == GroupState::complete) {
                EXPECT_EQ(rows_of(1, 9000), back.data);
            } else {
                EXPECT_EQ(GroupState::torn, back.state) << at;
                EXPECT_EQ(at / block_bytes, back.block);
            }
        }
    }
}

TEST(LogFormat, NeverTakesAFlippedBitForAWholeGroup) {
    std::string scratch;
    const std::string data = rows_of(1, 5000);
    const Encoded whole = encoded(data);
    Stamp stamp;
    for (std::size_t bit = 0; bit < whole.bytes.size() * 8; ++bit) {
        std::string flipped = whole.bytes;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
        const BlockState state = read_stamp(flipped.data(), stamp);
        if (bit / 8 < sizeof(Stamp)) {
            EXPECT_EQ(BlockState::damaged, state) << bit;
            continue;
        }
        const Decoded back = decode(flipped.data(), stamp, scratch);
        const std::size_t in_sector = bit / 8 % sector_bytes;
        if (in_sector < 4 && bit / 8 % block_bytes >= sector_bytes) {
            // A mark holds none of the data: what checks is complete.
            EXPECT_EQ(GroupState::complete, back.state) << bit;
            EXPECT_EQ(data, back.data);
        } else {
            EXPECT_EQ(GroupState::damaged, back.state) << bit;
        }
    }
}

TEST(LogFormat, ToldZerosFromAStamp) {
    const std::string zeros(block_bytes, '\0');
    Stamp stamp;
    EXPECT_EQ(BlockState::empty, read_stamp(zeros.data(), stamp));
}

}  // namespace
}  // namespace postern::storage_log
