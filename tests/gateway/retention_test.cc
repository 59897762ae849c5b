// What is old is handed to the core to be erased, and nothing else: by halves over sequences, in
// bounded passes over parked receipts, and past rows that cannot be read.
#include "gateway/retention.h"

#include <set>

#include <gtest/gtest.h>

#include "gateway/known_health.h"
#include "tests/support/fake_runtime.h"

namespace postern {
namespace {

using namespace std::chrono_literals;
using storage::RowKey;

constexpr model::Instant now = testing::FakeThread::start;

/// Keeps what it is asked, as long as there is room.
class Inbox final : public runtime::CoreInbox {
  public:
    bool post(std::vector<core::Command>, runtime::Admit, net::IoThread&,
              std::function<void(const std::vector<core::Reply>&)>) override {
        return false;
    }
    bool post(core::Command command) override {
        if (erased.size() == room) return false;
        if (const auto* remove = std::get_if<core::RemoveMessages>(&command.payload)) {
            EXPECT_LE(remove->messages.size(), core::removed_messages_max);
            removed.insert(remove->messages.begin(), remove->messages.end());
            return true;
        }
        erased.push_back(std::get<core::EraseRange>(command.payload));
        return true;
    }
    bool overloaded(runtime::Admit) const override { return false; }

    [[nodiscard]] bool takes(const RowKey& key) const {
        for (const core::EraseRange& range : erased) {
            if (range.from.family == key.family && !(key < range.from) && key < range.to)
                return true;
        }
        return false;
    }

    std::size_t room = 1'000'000;
    std::vector<core::EraseRange> erased;
    std::set<model::Sequence> removed;
};

class Retention : public ::testing::Test {
  protected:
    RowKey park(std::uint32_t n, model::Instant updated) {
        storage::Blind blind;
        for (int i = 0; i < 4; ++i) blind.bytes[i] = static_cast<std::uint8_t>(n >> (24 - 8 * i));
        const RowKey key = storage::keys::parked_receipt(1, blind);
        reader_.put(key, model::ParkedReceiptRow{adapters::ReceiptState::sent, false, updated});
        return key;
    }
    /// Passes until the round ends: how many.
    int round() {
        RowKey next;
        int passes = 0;
        do {
            next = erase_aged(reader_, inbox_, next, now);
            ++passes;
        } while (next.size != 0 && passes < 100);
        return passes;
    }
    void put_row(model::Sequence sequence, model::Instant created) {
        model::OutboundEventRow row;
        row.head.created = created;
        reader_.put(storage::keys::seq_row(sequence), row);
    }

    testing::FakeReader reader_;
    Inbox inbox_;
    conf::Retention keep_;
};

TEST_F(Retention, ErasesEachParkedReceiptThatIsOldAndNoOther) {
    const RowKey old = park(1, now - 9 * 24h);
    const RowKey young = park(2, now - 7 * 24h);
    const RowKey oldest = park(3, now - 90 * 24h);

    EXPECT_EQ(round(), 1);

    EXPECT_EQ(inbox_.erased.size(), 2u);
    EXPECT_TRUE(inbox_.takes(old));
    EXPECT_FALSE(inbox_.takes(young));
    EXPECT_TRUE(inbox_.takes(oldest));
}

TEST_F(Retention, ReadsABoundedNumberOfParkedReceiptsAPassAndAllInARound) {
    const auto count = static_cast<std::uint32_t>(2 * aged_rows_read_max + 10);
    std::set<RowKey> old;
    for (std::uint32_t n = 0; n < count; ++n) {
        if (n % 5000 == 4999)
            old.insert(park(n, now - 9 * 24h));
        else
            park(n, now);
    }

    reader_.rows_read = 0;
    const RowKey next = erase_aged(reader_, inbox_, {}, now);
    EXPECT_LE(reader_.rows_read, aged_rows_read_max + 1);
    EXPECT_NE(next.size, 0);

    inbox_.erased.clear();
    EXPECT_EQ(round(), 3);
    EXPECT_EQ(inbox_.erased.size(), old.size());
    for (const RowKey& key : old) EXPECT_TRUE(inbox_.takes(key));
}

TEST_F(Retention, ErasesABoundedNumberOfParkedReceiptsAPassAndAllInARound) {
    const std::size_t count = 2 * aged_rows_erased_max;
    for (std::uint32_t n = 0; n < count; ++n) park(n, now - 9 * 24h);

    (void)erase_aged(reader_, inbox_, {}, now);
    EXPECT_EQ(inbox_.erased.size(), aged_rows_erased_max);

    inbox_.erased.clear();
    EXPECT_EQ(round(), 2);
    EXPECT_EQ(inbox_.erased.size(), count);
}

TEST_F(Retention, GoesOnWhereAFullInboxOrADiskStoppedIt) {
    for (std::uint32_t n = 0; n < 5; ++n) park(n, now - 9 * 24h);
    const RowKey third = park(2, now - 9 * 24h);

    inbox_.room = 2;
    RowKey next = erase_aged(reader_, inbox_, {}, now);
    EXPECT_TRUE(next == third);
    reader_.broken = true;
    next = erase_aged(reader_, inbox_, next, now);
    EXPECT_TRUE(next == third);
    reader_.broken = false;
    inbox_.room = 100;
    next = erase_aged(reader_, inbox_, next, now);

    EXPECT_EQ(next.size, 0);
    EXPECT_EQ(inbox_.erased.size(), 5u);
}

TEST_F(Retention, PassesOverADamagedParkedReceipt) {
    const RowKey damaged = park(1, now);
    reader_.put_unreadable(damaged);
    const RowKey old = park(2, now - 9 * 24h);

    EXPECT_EQ(round(), 1);

    EXPECT_TRUE(inbox_.takes(old));
    EXPECT_FALSE(inbox_.takes(damaged));
}

TEST_F(Retention, LetsAnIdempotencyKeyBeUsedAgainAfterItsTime) {
    const auto answered = [this](std::uint8_t n, model::Instant at) {
        storage::Blind blind;
        blind.bytes[0] = n;
        model::IdempotencyRow row;
        row.answer = model::make_ulid(at, 1, n);
        reader_.put(storage::keys::idempotency(blind), row);
        return storage::keys::idempotency(blind);
    };
    const RowKey old = answered(1, now - 73h);
    const RowKey young = answered(2, now - 71h);
    park(1, now - 9 * 24h);

    EXPECT_EQ(round(), 1);

    EXPECT_EQ(inbox_.erased.size(), 2u);
    EXPECT_TRUE(inbox_.takes(old));
    EXPECT_FALSE(inbox_.takes(young));
}

TEST_F(Retention, FindsTheFirstRowToKeepPastDamagedAndErasedOnes) {
    for (model::Sequence s = 1; s <= 100; ++s) put_row(s, now - 100h + s * 1h);
    for (const model::Sequence s : {50, 51, 60, 61}) {
        reader_.put_unreadable(storage::keys::seq_row(s));
    }

    EXPECT_EQ(first_since(reader_, now - 40h), 60u) << "itself damaged: kept";
    EXPECT_EQ(first_since(reader_, now - 30h), 70u);
    EXPECT_EQ(first_since(reader_, now + 1h), 101u);
    EXPECT_EQ(first_since(reader_, now - 1000h), 1u);
}

TEST_F(Retention, ErasesOldQuarantineAlsoBehindADamagedRow) {
    model::QuarantineRow row;
    row.created = now - keep_.quarantine - 1h;
    reader_.put_unreadable(storage::keys::quarantine(1));
    reader_.put(storage::keys::quarantine(2), row);
    row.created = now;
    reader_.put(storage::keys::quarantine(3), row);

    run_retention(reader_, inbox_, keep_, now);

    EXPECT_TRUE(inbox_.takes(storage::keys::quarantine(2)));
    EXPECT_FALSE(inbox_.takes(storage::keys::quarantine(3)));
}

TEST_F(Retention, TakesTheStatesOfOldMessagesThatHaveEnded) {
    conf::Retention keep;
    keep.messages = 24h;
    for (model::Sequence s = 1; s <= 200; ++s) {
        put_row(s, s <= 150 ? now - 48h : now - 1h);
        model::StateRow state;
        state.state = s == 7 ? model::MessageState::waiting : model::MessageState::read;
        state.due = s == 7;
        reader_.put(storage::keys::state(s), state);
    }
    run_retention(reader_, inbox_, keep, now);
    EXPECT_EQ(inbox_.removed.size(), 149u);
    EXPECT_FALSE(inbox_.removed.contains(7)) << "it still waits";
    EXPECT_TRUE(inbox_.removed.contains(150));
    EXPECT_FALSE(inbox_.removed.contains(151)) << "it is young";
}

TEST_F(Retention, TakesTheAuditByItsOwnAgeAndFromTheOldestOn) {
    model::AuditRow row;
    row.created = now - keep_.audit - 1h;
    reader_.put(storage::keys::audit(5), row);
    row.created = now - keep_.audit + 1h;
    reader_.put(storage::keys::audit(6), row);

    run_retention(reader_, inbox_, keep_, now);

    EXPECT_TRUE(inbox_.takes(storage::keys::audit(5)));
    EXPECT_FALSE(inbox_.takes(storage::keys::audit(6)));
}

TEST_F(Retention, LeavesInTheStoreWhenAnAccountLastHeardAndSpoke) {
    const auto head = [](model::AccountNumber account, std::chrono::hours ago) {
        return model::SeqHead{.created = now - ago, .account = account};
    };
    model::OutboundEventRow sent;
    sent.cause = "answer";
    sent.state = model::MessageState::sent;
    sent.head = head(1, 9h);
    reader_.put(storage::keys::seq_row(1), sent);
    reader_.put(storage::keys::seq_row(2), model::MessageRow{.head = head(2, 8h)});
    reader_.put(storage::keys::seq_row(3), model::MessageRow{.head = head(1, 7h)});
    sent.state = model::MessageState::failed;  // the provider refused it
    sent.head = head(1, 6h);
    reader_.put(storage::keys::seq_row(4), sent);
    reader_.put(storage::keys::seq_row(5), model::StatusRow{.head = head(1, 5h)});
    reader_.put(storage::keys::seq_row(6), model::MessageRow{.head = head(3, 1h)});

    const auto seen = last_seen(reader_, {1, 2});

    EXPECT_EQ(seen.at(1), (LastSeen{now - 5h, now - 9h}));
    EXPECT_EQ(seen.at(2), (LastSeen{now - 8h, {}}));
    EXPECT_FALSE(seen.contains(3));
    EXPECT_FALSE(last_seen(reader_, {1, 2}, 4).contains(2)) << "it looks at so many rows";
}

}  // namespace
}  // namespace postern
