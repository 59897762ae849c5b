// Pages of history: order, limits, filters (CG-97), cursors that expired, and histories that are
// not this one.
#include "gateway/events/page.h"

#include <gtest/gtest.h>

#include "tests/events/sample_history.h"
#include "tests/support/fake_runtime.h"

namespace postern::events {
namespace {

using storage::keys::seq_row;
using testing::FakeReader;

class Pages : public ::testing::Test {
  protected:
    Page read(const PageRequest& request) {
        return read_page(reader_, request, *sample_accounts());
    }
    Page after(const Cursor& cursor, std::size_t limit = 100) {
        return read({.from = From::cursor, .after = cursor, .limit = limit});
    }
    void fill(int rows) {
        for (int i = 1; i <= rows; ++i) {
            model::MessageRow row = text_row(i, std::to_string(i));
            row.conversation_opened = i % 3 == 0;
            reader_.put(seq_row(static_cast<model::Sequence>(i) * 2), row);
        }
    }

    FakeReader reader_;
};

TEST_F(Pages, GiveEveryEventOnceInOrderWhateverTheLimit) {
    fill(50);
    std::vector<std::string> all;
    for (const Event& event : read({}).events) all.push_back(format_cursor(event.cursor));
    EXPECT_EQ(all.size(), 66u);
    EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));

    for (std::size_t limit = 1; limit < 8; ++limit) {
        std::vector<std::string> paged;
        Page page = read({.limit = limit});
        while (!page.events.empty()) {
            EXPECT_LE(page.events.size(), limit);
            for (const Event& event : page.events) paged.push_back(format_cursor(event.cursor));
            page = after(page.next, limit);
        }
        EXPECT_EQ(paged, all) << "limit " << limit;
    }
}

TEST_F(Pages, ContinueAfterAnyEventId) {
    fill(9);
    const Page all = read({});
    for (std::size_t i = 0; i < all.events.size(); ++i) {
        const Page rest = after(all.events[i].cursor);
        EXPECT_EQ(rest.events.size(), all.events.size() - i - 1);
    }
}

TEST_F(Pages, MoveOverWhatTheFilterLeavesOut) {
    fill(50);
    PageRequest request;
    request.filter.types = {"contact.merged"};

    const Page page = read(request);

    EXPECT_TRUE(page.events.empty());
    EXPECT_FALSE(page.more);
    EXPECT_EQ(page.next.sequence, 100u);
    EXPECT_EQ(after(page.next).state, PageState::ok);
}

TEST_F(Pages, MoveOverRowsThatAreNoEvents) {
    fill(2);
    for (int i = 3; i <= 6; ++i)
        reader_.put(seq_row(static_cast<model::Sequence>(i) * 2), repeated_stop(i));

    const Page page = read({});

    EXPECT_EQ(page.events.size(), 2u);
    EXPECT_EQ(page.next.sequence, 12u);
    EXPECT_FALSE(page.more);
    const Page rest = after(page.next);
    EXPECT_EQ(rest.state, PageState::ok) << "such a row proves a cursor like any other";
    EXPECT_TRUE(rest.events.empty());
    EXPECT_EQ(rest.next, page.next);
}

TEST_F(Pages, BeginAfterEverythingWhenAskedForTheLatest) {
    EXPECT_EQ(read({.from = From::latest}).next.sequence, 0u);
    fill(5);

    const Page page = read({.from = From::latest});

    EXPECT_TRUE(page.events.empty());
    EXPECT_TRUE(after(page.next).events.empty());
    reader_.put(seq_row(11), text_row(20, "new"));
    EXPECT_EQ(after(page.next).events.size(), 1u);
}

TEST_F(Pages, BeginAtTheOldestThatIsKept) {
    fill(1000);
    for (const int cut : {1, 2, 499, 500, 999, 1000}) {
        PageRequest request;
        request.limit = 1;
        request.kept_since = at(cut);
        reader_.rows_read = 0;

        const Page page = read(request);

        ASSERT_EQ(page.events.size(), 1u) << cut;
        EXPECT_EQ(page.events[0].cursor.sequence, static_cast<model::Sequence>(cut) * 2);
        EXPECT_LT(reader_.rows_read, 60u);
    }
    EXPECT_TRUE(read({.kept_since = at(2000)}).events.empty());
}

TEST_F(Pages, RefuseACursorThatIsOlderThanWhatIsKept) {
    fill(10);
    const Cursor old = read({.limit = 1}).next;

    EXPECT_EQ(read({.from = From::cursor, .after = old, .kept_since = at(5)}).state,
              PageState::expired);
    reader_.remove(seq_row(old.sequence));
    EXPECT_EQ(after(old).state, PageState::expired);
}

TEST_F(Pages, ContinueInAnEpochBeyondWhatAnIdHolds) {
    // A restore moves the epoch far ahead; an id keeps 24 bits of it.
    for (model::Sequence s = 2; s <= 6; s += 2) {
        model::MessageRow row = text_row(static_cast<int>(s), std::to_string(s));
        row.head.epoch = (1u << 24) + 7;
        reader_.put(seq_row(s), row);
    }
    const Page all = read({});
    ASSERT_FALSE(all.events.empty());
    Cursor cursor;
    ASSERT_TRUE(parse_cursor(format_cursor(all.events.front().cursor), cursor));
    const Page rest = after(cursor);
    EXPECT_EQ(rest.state, PageState::ok);
    EXPECT_EQ(rest.events.size(), all.events.size() - 1);
}

TEST_F(Pages, RefuseACursorOfAnotherHistory) {
    fill(10);
    const Cursor last = read({}).next;
    Cursor other = last;
    other.epoch = 6;
    EXPECT_EQ(after(other).state, PageState::expired);
    other = last;
    other.milliseconds += 1;
    EXPECT_EQ(after(other).state, PageState::expired);
    other = last;
    other.sequence += 100;  // from before a restore to an older state
    EXPECT_EQ(after(other).state, PageState::expired);
    EXPECT_EQ(after(last).state, PageState::ok);
}

TEST_F(Pages, PassOverTheRowsOfAnErasedPart) {
    fill(4);
    for (const model::Sequence s : {2u, 4u, 8u}) reader_.put_erased(seq_row(s));

    const Page page = read({.kept_since = at(0)});

    EXPECT_EQ(page.events.size(), 2u);  // one row is left, it opened a conversation
    EXPECT_EQ(page.next.sequence, 8u);
    EXPECT_EQ(read({.from = From::cursor, .after = page.next, .kept_since = at(0)}).state,
              PageState::ok);
}

TEST_F(Pages, PassOverADamagedRow) {
    fill(9);
    const std::size_t whole = read({}).events.size();
    reader_.put_unreadable(seq_row(8));

    const Page page = read({});

    EXPECT_EQ(page.state, PageState::ok);
    EXPECT_EQ(page.events.size(), whole - 1);
    EXPECT_EQ(after(page.next).state, PageState::ok);
}

TEST_F(Pages, EndAtTheirBoundOfRowsAndBytes) {
    fill(static_cast<int>(page_rows_max) + 10);
    PageRequest request;
    request.filter.types = {"none"};
    const Page page = read(request);
    EXPECT_TRUE(page.more);
    EXPECT_EQ(page.next.sequence, page_rows_max * 2);

    FakeReader big;
    for (model::Sequence s = 1; s <= 10; ++s) {
        big.put(seq_row(s), text_row(static_cast<int>(s), std::string(page_bytes_max / 2, 'x')));
    }
    const Page bytes = read_page(big, {}, *sample_accounts());
    EXPECT_TRUE(bytes.more);
    EXPECT_EQ(bytes.events.size(), 2u);
}

TEST_F(Pages, SayThatTheStorageFailed) {
    fill(3);
    const Cursor cursor = read({.limit = 1}).next;
    reader_.broken = true;
    EXPECT_EQ(read({}).state, PageState::failed);
    EXPECT_EQ(after(cursor).state, PageState::failed);
    EXPECT_EQ(read({.from = From::latest}).state, PageState::failed);
}

}  // namespace
}  // namespace postern::events
