// Counts at a start: those that are stored, or counted afresh where they cannot be trusted.
#include "gateway/runtime/ledger_rows.h"

#include <gtest/gtest.h>

#include "tests/support/fake_runtime.h"

namespace postern::runtime {
namespace {

using model::LedgerRow;
using model::MessageState;

class LedgerRowsTest : public ::testing::Test {
  protected:
    void put_state(model::Sequence id, model::AccountNumber account, MessageState state) {
        model::StateRow row;
        row.account = account;
        row.state = state;
        reader_.put(storage::keys::state(id), row);
    }
    [[nodiscard]] LedgerRows read() {
        auto rows = read_ledger(reader_);
        EXPECT_TRUE(rows);
        return rows ? std::move(*rows) : LedgerRows{};
    }
    testing::FakeReader reader_;
};

TEST_F(LedgerRowsTest, AreReadAsTheyWereStored) {
    LedgerRow stored;
    stored.account = 70'000;
    stored.accepted = 5;
    stored.removed = 5;
    reader_.put(storage::keys::ledger(stored.account), stored);
    const LedgerRows found = read();
    EXPECT_FALSE(found.counted);
    ASSERT_EQ(found.rows.size(), 1u);
    EXPECT_EQ(found.rows[0], stored);
}

TEST_F(LedgerRowsTest, AFreshStorageHasNone) {
    const LedgerRows found = read();
    EXPECT_TRUE(found.rows.empty());
}

TEST_F(LedgerRowsTest, AreCountedAfreshFromAStorageThatKeptNone) {
    put_state(10, 1, MessageState::read);
    put_state(11, 2, MessageState::failed);
    put_state(12, 2, MessageState::failed);
    const LedgerRows found = read();
    EXPECT_TRUE(found.counted);
    ASSERT_EQ(found.rows.size(), 2u);
    EXPECT_EQ(found.rows[1].account, 2u);
    EXPECT_EQ(found.rows[1].count(MessageState::failed), 2u);
    EXPECT_EQ(found.rows[1].accepted, 2u);
    EXPECT_EQ(found.rows[1].unaccounted(), 0);
}

TEST_F(LedgerRowsTest, OneThatIsDamagedHasAllCountedAfresh) {
    put_state(10, 1, MessageState::read);
    LedgerRow stored;
    stored.account = 1;
    stored.accepted = 9;
    reader_.put(storage::keys::ledger(1), stored);
    reader_.put_unreadable(storage::keys::ledger(70'000));
    const LedgerRows found = read();
    EXPECT_TRUE(found.counted);
    ASSERT_EQ(found.rows.size(), 2u);
    EXPECT_EQ(found.rows[0].accepted, 1u);
    EXPECT_EQ(found.rows[1].account, 70'000u) << "written over with the next change";
}

TEST_F(LedgerRowsTest, ADamagedStateIsToldAndCountedNowhere) {
    put_state(10, 1, MessageState::read);
    reader_.put_unreadable(storage::keys::state(11));
    std::vector<model::Sequence> damaged;
    const auto rows = count_states(reader_, [&](model::Sequence id) { damaged.push_back(id); });
    ASSERT_TRUE(rows);
    EXPECT_EQ(rows->at(0).held(), 1u);
    EXPECT_EQ(damaged, std::vector<model::Sequence>{11});
}

}  // namespace
}  // namespace postern::runtime
