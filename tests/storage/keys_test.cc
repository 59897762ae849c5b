#include "storage/keys.h"

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

TEST(Keys, RowsOfTwoFamiliesDiffer) {
    RowKey other = keys::hot(7);
    other.family = Family::cold;
    EXPECT_FALSE(other == keys::hot(7));
}

}  // namespace
}  // namespace postern::storage
