// The laws of the window, over random histories of answers.
#include "gateway/subscriptions/window.h"

#include <random>

#include <gtest/gtest.h>

namespace postern::subscriptions {
namespace {

using namespace std::chrono_literals;

events::Event event(model::Sequence sequence, std::uint64_t lane, std::size_t bytes = 10) {
    events::Event e{{sequence * 10, 1, sequence, 3}, "message.received", std::string(bytes, 'x')};
    e.lane = lane;
    return e;
}

events::Cursor at(model::Sequence sequence) {
    return {sequence * 10, 1, sequence, 3};
}

TEST(Window, HandsOutOneOfALaneAtATimeInOrder) {
    Window window(at(1));
    window.add({event(2, 7), event(3, 7), event(4, 8)}, at(4));
    EXPECT_EQ(window.take(0us)->event.cursor, at(2));
    EXPECT_EQ(window.take(0us)->event.cursor, at(4));
    EXPECT_EQ(window.take(0us), nullptr);
    window.delivered(at(2).place());
    EXPECT_EQ(window.take(0us)->event.cursor, at(3));
}

TEST(Window, HoldsALaneThatFailedUntilItsTimeAndOthersGoOn) {
    Window window(at(1));
    window.add({event(2, 7), event(3, 7), event(4, 8)}, at(4));
    (void)window.take(0us);
    window.failed(at(2).place(), model::Instant{5s}, 100us);
    EXPECT_EQ(window.take(99us)->event.cursor, at(4));
    EXPECT_EQ(window.take(99us), nullptr);
    EXPECT_EQ(window.next_due(), 100us);
    const Window::Item* again = window.take(100us);
    ASSERT_NE(again, nullptr);
    EXPECT_EQ(again->event.cursor, at(2));
    EXPECT_EQ(again->failures, 1u);
}

TEST(Window, ItsCursorStandsBeforeTheOldestThatIsNotDelivered) {
    Window window(at(1));
    window.add({event(2, 7), event(4, 8)}, at(5));
    EXPECT_EQ(window.cursor(), at(1));
    (void)window.take(0us);
    (void)window.take(0us);
    window.delivered(at(4).place());
    EXPECT_EQ(window.cursor(), at(1));
    window.delivered(at(2).place());
    EXPECT_EQ(window.cursor(), at(5));
}

TEST(Window, KnowsWhatHasFailedLongest) {
    Window window(at(1));
    window.add({event(2, 7), event(3, 8)}, at(3));
    (void)window.take(0us);
    (void)window.take(0us);
    window.failed(at(3).place(), model::Instant{5s}, 100us);
    window.failed(at(2).place(), model::Instant{6s}, 100us);
    EXPECT_EQ(window.failing_longest()->event.cursor, at(3));
    (void)window.take(100us);
    (void)window.take(100us);
    window.failed(at(3).place(), model::Instant{9s}, 200us);
    EXPECT_EQ(window.failing_longest()->failing_since, model::Instant{5s});
    window.delivered(at(3).place());
    EXPECT_EQ(window.failing_longest()->event.cursor, at(2));
    window.delivered(at(2).place());
    EXPECT_EQ(window.failing_longest(), nullptr);
}

TEST(Window, HurryBringsForwardWhatWaits) {
    Window window(at(1));
    window.add({event(2, 7)}, at(2));
    (void)window.take(0us);
    window.failed(at(2).place(), model::Instant{5s}, 1000us);
    window.hurry(10us);
    EXPECT_EQ(window.next_due(), 10us);
}

TEST(Window, HasNoRoomBeyondItsEventsOrItsBytes) {
    Window window(at(1));
    EXPECT_EQ(window.room(), Window::events_max);
    window.add({event(2, 7, Window::bytes_max)}, at(2));
    EXPECT_EQ(window.room(), 0u);
    (void)window.take(0us);
    window.delivered(at(2).place());
    EXPECT_EQ(window.room(), Window::events_max);
}

/// Any answers in any order: every lane in order, the cursor never over what is not delivered, and
/// in the end everything is delivered once.
TEST(Window, KeepsItsLawsUnderAnyAnswers) {
    for (unsigned seed = 0; seed < 200; ++seed) {
        std::mt19937 random(seed);
        Window window(at(1));
        std::map<std::uint64_t, std::vector<model::Sequence>> added, seen;
        std::set<model::Sequence> open;
        std::vector<events::Event> batch;
        for (model::Sequence s = 2; s < 60; ++s) {
            const std::uint64_t lane = random() % 5;
            added[lane].push_back(s);
            open.insert(s);
            batch.push_back(event(s, lane));
        }
        window.add(std::move(batch), at(60));
        std::vector<const Window::Item*> flying;
        Window::Steady now{1};
        while (window.size() > 0) {
            while (const Window::Item* item = window.take(now)) flying.push_back(item);
            if (flying.empty()) {
                now = *window.next_due();
                continue;
            }
            const std::size_t pick = random() % flying.size();
            const Window::Item* item = flying[pick];
            flying.erase(flying.begin() + static_cast<std::ptrdiff_t>(pick));
            const model::Sequence sequence = item->event.cursor.sequence;
            if (random() % 3 == 0) {
                window.failed(item->event.cursor.place(), model::Instant{now},
                              now + Window::Steady{random() % 50});
            } else {
                seen[item->event.lane].push_back(sequence);
                open.erase(sequence);
                window.delivered(item->event.cursor.place());
            }
            const model::Sequence cursor = window.cursor().sequence;
            ASSERT_EQ(cursor, open.empty() ? 60 : *open.begin() - 1);
        }
        EXPECT_EQ(seen, added) << "seed " << seed;
        EXPECT_EQ(window.failing(), 0u);
    }
}

}  // namespace
}  // namespace postern::subscriptions
