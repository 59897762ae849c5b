// Durations, sizes, and the nearest word.
#include "conf/quantity.h"

#include <gtest/gtest.h>

#include "conf/loader.h"
#include "conf/problems.h"

namespace postern::conf {
namespace {

TEST(Quantity, ReadsDurations) {
    const std::pair<const char*, std::int64_t> good[] = {
        {"500ms", 500},           {"2s", 2000}, {"15m", 900'000}, {"24h", 86'400'000},
        {"400d", 34'560'000'000}, {"0s", 0}};
    for (const auto& [text, milliseconds] : good) {
        Duration out{};
        EXPECT_TRUE(parse_duration(text, out)) << text;
        EXPECT_EQ(out.count(), milliseconds) << text;
    }
    for (const char* bad : {"", "5", "s", "-1s", "1.5s", "1 s", "1w", "1S", "99999999999999999999s",
                            "9223372036854775807d", "+1s"}) {
        Duration out{};
        EXPECT_FALSE(parse_duration(bad, out)) << bad;
    }
}

TEST(Quantity, ReadsSizes) {
    const std::pair<const char*, std::uint64_t> good[] = {
        {"1000", 1000}, {"1KiB", 1024}, {"64MiB", 64ull << 20}, {"2GiB", 2ull << 30}};
    for (const auto& [text, bytes] : good) {
        std::uint64_t out = 0;
        EXPECT_TRUE(parse_size(text, out)) << text;
        EXPECT_EQ(out, bytes) << text;
    }
    for (const char* bad : {"", "MiB", "1MB", "1 MiB", "-1", "1.5GiB", "99999999TiB"}) {
        std::uint64_t out = 0;
        EXPECT_FALSE(parse_size(bad, out)) << bad;
    }
}

TEST(Quantity, ShowsTheShortestExactSpelling) {
    EXPECT_EQ(show_size(64ull << 20), "64MiB");
    EXPECT_EQ(show_size(1000), "1000");
    EXPECT_EQ(show_size(0), "0");
    EXPECT_EQ(show_duration(std::chrono::hours(48)), "2d");
    EXPECT_EQ(show_duration(std::chrono::minutes(90)), "90m");
}

TEST(Nearest, FindsTypingErrorsAndNothingElse) {
    const std::vector<std::string_view> known{"webhooks", "api", "metrics", "io_threads"};
    EXPECT_EQ(nearest("webhook", known), "webhooks");
    EXPECT_EQ(nearest("wehbooks", known), "webhooks");
    EXPECT_EQ(nearest("iothreads", known), "io_threads");
    EXPECT_EQ(nearest("apis", known), "api");
    EXPECT_EQ(nearest("database", known), "");
    EXPECT_EQ(nearest("", known), "");
}

}  // namespace
}  // namespace postern::conf
