#include "gateway/cli/sse.h"

#include <gtest/gtest.h>

#include <vector>

namespace postern::cli {
namespace {

std::vector<SseEvent> feed(std::initializer_list<std::string_view> pieces) {
    SseParser parser;
    std::vector<SseEvent> events;
    for (const std::string_view piece : pieces) {
        EXPECT_TRUE(parser.feed(piece, [&](const SseEvent& event) { events.push_back(event); }));
    }
    return events;
}

TEST(SseParser, ReadsIdTypeAndData) {
    const auto events = feed({"id: 42\nevent: message.received\ndata: {\"a\":1}\n\n"});

    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0].id, "42");
    EXPECT_EQ(events[0].type, "message.received");
    EXPECT_EQ(events[0].data, "{\"a\":1}");
}

TEST(SseParser, GivesTheSameHoweverTheStreamIsCut) {
    const std::string stream = ": keep-alive\r\n\r\nid: 1\r\ndata: a\r\ndata:b\r\n\r\ndata: c\n\n";
    const auto whole = feed({stream});
    ASSERT_EQ(whole.size(), 2u);
    EXPECT_EQ(whole[0].data, "a\nb");
    EXPECT_EQ(whole[1].id, "1");  // the last id stays

    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
        const std::string_view view(stream);
        const auto events = feed({view.substr(0, cut), view.substr(cut)});
        ASSERT_EQ(events.size(), 2u) << "cut at " << cut;
        EXPECT_EQ(events[0].data, "a\nb");
        EXPECT_EQ(events[1].data, "c");
    }
}

TEST(SseParser, KeepsCommentsAndEmptyEventsToItself) {
    EXPECT_TRUE(feed({": nothing\n\n\n\nid: 7\n\n"}).empty());
}

TEST(SseParser, GivesUpOnAnEndlessLine) {
    SseParser parser;
    const std::string piece(1024 * 1024, 'x');
    bool good = true;
    for (int i = 0; i < 5; ++i) good = good && parser.feed(piece, [](const SseEvent&) {});

    EXPECT_FALSE(good);
}

}  // namespace
}  // namespace postern::cli
