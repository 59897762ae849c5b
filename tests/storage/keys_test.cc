#include "storage/keys.h"

#include <string>

#include <gtest/gtest.h>

namespace postern::storage {
namespace {

TEST(Keys, OrderOfBytesIsTheOrderOfNumbers) {
    const std::uint64_t numbers[] = {0, 1, 255, 256, 65'535, 65'536, 1ull << 32, ~0ull};
    for (std::size_t i = 1; i < std::size(numbers); ++i) {
        EXPECT_LT(keys::seq_row(numbers[i - 1]).view(), keys::seq_row(numbers[i]).view());
        EXPECT_TRUE(keys::seq_row(numbers[i - 1]) < keys::seq_row(numbers[i]));
    }
}

TEST(Keys, EarlierFieldsWeighMore) {
    EXPECT_TRUE(keys::dedupe(1, 9, 9) < keys::dedupe(2, 0, 0));
    EXPECT_TRUE(keys::dedupe(1, 1, 9) < keys::dedupe(1, 2, 0));
}

TEST(Keys, TrailingNumberIsReadBack) {
    EXPECT_EQ(keys::trailing_u64(keys::hot(0x0102030405060708).view()), 0x0102030405060708u);
}

std::string hex(const RowKey& key) {
    std::string out;
    for (const char c : key.view()) {
        constexpr std::string_view digits = "0123456789abcdef";
        out += digits[static_cast<std::uint8_t>(c) >> 4];
        out += digits[static_cast<std::uint8_t>(c) & 15];
    }
    return out;
}

// What is on disks already: a key that moves by one byte loses every row of its kind.
TEST(Keys, OfSendingLieAsTheyAreDrawn) {
    Blind blind;
    blind.bytes.fill(0xAB);
    std::string ab;
    for (int i = 0; i < 16; ++i) ab += "ab";

    EXPECT_EQ(hex(keys::state(0x0102030405060708)), "6f0102030405060708");
    EXPECT_EQ(hex(keys::address_notes(0x80000005, blind)), "7380000005" + ab);
    EXPECT_EQ(hex(keys::external_id(5, blind)), "7800000005" + ab);
    EXPECT_EQ(hex(keys::due(5, 0xF0F1F2F3F4F5F6F7, 0x1112131415161718, 0x2122232425262728)),
              "7100000005f0f1f2f3f4f5f6f711121314151617182122232425262728");
    EXPECT_EQ(hex(keys::slot(0x0A0B0C0D)), "660a0b0c0d");
    EXPECT_EQ(hex(keys::idempotency(blind)), "6b" + ab);
    EXPECT_EQ(keys::state(1).family, Family::hot);
    EXPECT_EQ(keys::address_notes(1, blind).family, Family::hot);
    EXPECT_EQ(keys::due(1, 1, 1, 1).family, Family::due);
    EXPECT_EQ(keys::slot(1).family, Family::due);
    EXPECT_EQ(keys::idempotency(blind).family, Family::exp);
}

TEST(Keys, ADueRowSortsByAccountThenLaneThenTimeThenMessage) {
    constexpr std::uint64_t last = ~std::uint64_t{0};

    EXPECT_TRUE(keys::due(1, last, last, last) < keys::due(2, 0, 0, 0));
    EXPECT_TRUE(keys::due(1, 0xFFFF'FFFF, last, last) < keys::due(1, 0x1'0000'0000, 0, 0));
    EXPECT_TRUE(keys::due(1, 1, 1, last) < keys::due(1, 1, 2, 0));
    EXPECT_TRUE(keys::due(1, 1, 1, 1) < keys::due(1, 1, 1, 2));
    EXPECT_EQ(keys::trailing_u64(keys::due(1, 2, 3, 4).view()), 4u);
}

TEST(Keys, NoSlotLiesAmongTheDueRows) {
    EXPECT_TRUE(keys::slot(0xFFFF'FFFF) < keys::due(0, 0, 0, 0));
}

TEST(Keys, RowsOfTwoFamiliesDiffer) {
    RowKey other = keys::hot(7);
    other.family = Family::cold;
    EXPECT_FALSE(other == keys::hot(7));
}

}  // namespace
}  // namespace postern::storage
