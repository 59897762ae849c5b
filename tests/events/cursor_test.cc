// A cursor is an event's id; every place survives the way to text and back.
#include "gateway/events/cursor.h"

#include <gtest/gtest.h>

#include "tests/events/sample_history.h"

namespace postern::events {
namespace {

TEST(Cursor, ComesBackFromItsText) {
    const model::Sequence sequences[] = {0, 1, 2, 1000, (1ull << 54) - 1};
    for (const model::Sequence sequence : sequences) {
        for (unsigned sub = 0; sub < subs_per_row; ++sub) {
            const Cursor cursor = make_cursor(at(3), 0xABCDEF, sequence, sub);

            Cursor parsed;
            ASSERT_TRUE(parse_cursor(format_cursor(cursor), parsed));

            EXPECT_EQ(parsed, cursor);
        }
    }
}

TEST(Cursor, SortsLikeTheEvents) {
    const std::string first = format_cursor(make_cursor(at(0), 5, 7, 0));
    const std::string second = format_cursor(make_cursor(at(0), 5, 7, 3));
    const std::string third = format_cursor(make_cursor(at(0), 5, 8, 0));
    const std::string later = format_cursor(make_cursor(at(1), 1, 2, 0));

    EXPECT_LT(first, second);
    EXPECT_LT(second, third);
    EXPECT_LT(third, later);
}

TEST(Cursor, RefusesWhatIsNoEventId) {
    const std::string good = format_cursor(make_cursor(at(0), 5, 7, 0));
    Cursor parsed;
    for (std::size_t i = 0; i < good.size(); ++i) {
        std::string bad = good;
        bad[i] = '!';
        EXPECT_FALSE(parse_cursor(bad, parsed)) << bad;
        EXPECT_FALSE(parse_cursor(good.substr(0, i), parsed));
    }
    EXPECT_FALSE(parse_cursor(good + "0", parsed));
    EXPECT_FALSE(parse_cursor("msg_" + good.substr(4), parsed));
}

TEST(Cursor, NeverCrashesOnArbitraryText) {
    std::uint32_t state = 1;
    for (int i = 0; i < 20'000; ++i) {
        std::string text = "evt_";
        for (int k = 0; k < 26; ++k) {
            state = state * 1'664'525 + 1'013'904'223;
            text += static_cast<char>(state >> 24);
        }
        Cursor parsed;
        if (parse_cursor(text, parsed)) {
            Cursor again;
            ASSERT_TRUE(parse_cursor(format_cursor(parsed), again));
            EXPECT_EQ(again, parsed);
        }
    }
}

}  // namespace
}  // namespace postern::events
