// No bytes are given twice, whoever asks and however many.
#include "gateway/random_bytes.h"

#include <array>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace postern {
namespace {

using Key = std::array<std::uint8_t, 32>;

std::vector<Key> keys(std::size_t count) {
    std::vector<Key> made(count);
    for (Key& key : made) fill_random(key);
    return made;
}

TEST(RandomBytes, AreOtherOnesEachTimeAndOnEachThread) {
    constexpr std::size_t count = 1000;  // several fillings
    std::vector<Key> there;
    std::thread other([&there] { there = keys(count); });
    const std::vector<Key> here = keys(count);
    other.join();

    std::set<Key> all(here.begin(), here.end());
    all.insert(there.begin(), there.end());

    EXPECT_EQ(all.size(), 2 * count);
    EXPECT_FALSE(all.contains(Key{}));
}

TEST(RandomBytes, FillTheWholeOfAnySizeUpToTheLargest) {
    for (const std::size_t size : {std::size_t{1}, std::size_t{8}, std::size_t{4096}}) {
        std::set<std::uint8_t> first, last;
        std::vector<std::uint8_t> bytes(size);
        for (int i = 0; i < 64; ++i) {
            fill_random(bytes);
            first.insert(bytes.front());
            last.insert(bytes.back());
        }
        EXPECT_GT(first.size(), 8u) << size;
        EXPECT_GT(last.size(), 8u) << size;
    }
}

}  // namespace
}  // namespace postern
