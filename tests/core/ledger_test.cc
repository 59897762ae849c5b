// Conservation: accepted = sum of states + removed, by account, whatever happens to the messages.
// FEATURES, part 4, 13: coverage check as an online invariant.
#include "tests/core/sending_rig.h"

namespace postern::core {
namespace {

using namespace std::chrono_literals;
using adapters::ReceiptState;
using adapters::SendResult;
using model::LedgerRow;
using model::MessageState;

class LedgerOfCore : public SendingRig {
  protected:
    [[nodiscard]] LedgerRow ledger(model::AccountNumber account) {
        const Figures figures = bench_.core().figures({now_, now_.time_since_epoch()});
        const auto it = figures.accounts.find(account);
        return it == figures.accounts.end() ? LedgerRow{} : it->second.ledger;
    }
    [[nodiscard]] AccountTally tally(model::AccountNumber account) {
        return bench_.core().figures({now_, now_.time_since_epoch()}).accounts[account].tally;
    }
    [[nodiscard]] Tally tally() {
        return bench_.core().figures({now_, now_.time_since_epoch()}).tally;
    }
    /// What state rows say must be what the counts say.
    void expect_conserved() {
        std::map<model::AccountNumber, std::array<std::uint64_t, model::message_state_count>> rows;
        for (const auto& [key, record] : bench_.rows()) {
            const auto* state = model::get_if<model::StateRow>(record.get());
            if (state) ++rows[state->account][static_cast<std::size_t>(state->state)];
        }
        for (const model::AccountNumber account : {1u, 2u}) {
            EXPECT_EQ(ledger(account).states, rows[account]) << "account " << account;
            EXPECT_EQ(ledger(account).unaccounted(), 0) << "account " << account;
        }
    }
    [[nodiscard]] SubmitMessage with_fallback(std::string_view address) const {
        SubmitMessage c = text_to(address);
        c.row.routes.push_back(c.row.routes.front());
        c.row.routes.back().account = 2;
        return c;
    }
};

TEST_F(LedgerOfCore, CountsAMessageInExactlyOneStateAllItsLife) {
    (void)submit(text_to("+573001"));
    expect_conserved();
    EXPECT_EQ(ledger(1).accepted, 1u);
    EXPECT_EQ(ledger(1).count(MessageState::sending), 1u);

    answer(accepted("a"));
    expect_conserved();
    EXPECT_EQ(ledger(1).count(MessageState::sent), 1u);

    receipt("a", ReceiptState::read);
    expect_conserved();
    EXPECT_EQ(ledger(1).count(MessageState::read), 1u);
    EXPECT_EQ(ledger(1).held(), 1u);
    EXPECT_EQ(tally().receipts_applied, 1u);
}

TEST_F(LedgerOfCore, DoesNotCountWhatIsRefusedAtTheDoor) {
    SubmitMessage c = text_to("+573001");
    c.row.expires = now_ - 1s;
    ASSERT_EQ(submit(c).code, ReplyCode::refused);
    EXPECT_EQ(ledger(1), LedgerRow{});
    EXPECT_EQ(tally().verdicts[static_cast<std::size_t>(policy::Rule::expiry)]
                              [static_cast<std::size_t>(policy::Decision::refuse)],
              1u);
}

TEST_F(LedgerOfCore, AFallbackMovesTheMessageToTheOtherAccount) {
    (void)submit(with_fallback("+573001"));
    answer(outcome(SendResult::permanent));
    pass(1s);
    expect_conserved();
    EXPECT_EQ(ledger(1).accepted, 1u);
    EXPECT_EQ(ledger(1).moved_out, 1u);
    EXPECT_EQ(ledger(1).held(), 0u);
    EXPECT_EQ(ledger(2).accepted, 0u);
    EXPECT_EQ(ledger(2).moved_in, 1u);
    EXPECT_EQ(ledger(2).count(MessageState::sending), 1u);
}

TEST_F(LedgerOfCore, RetentionTakesWhatHasEndedAndCountsItAsRemoved) {
    const auto read = submit(text_to("+573001")).id.sequence;
    answer(accepted("a"));
    bench_.run(PauseAccount{1, true, ""}, now_);
    const auto waiting = submit(text_to("+573002")).id.sequence;
    bench_.forget();
    bench_.run(RemoveMessages{{read, waiting, 999'999}}, now_);
    expect_conserved();
    EXPECT_EQ(ledger(1).removed, 1u);
    EXPECT_EQ(ledger(1).accepted, 2u);
    EXPECT_EQ(bench_.stored<model::StateRow>(storage::keys::state(read)), nullptr);
    EXPECT_NE(bench_.stored<model::StateRow>(storage::keys::state(waiting)), nullptr);

    bench_.run(RemoveMessages{{read}}, now_);  // once more: nothing is left to count
    EXPECT_EQ(ledger(1).removed, 1u);
}

TEST_F(LedgerOfCore, CountsGoWithTheBatchThatChangedThem) {
    (void)submit(with_fallback("+573001"));
    Effects batch = bench_.effects();
    const std::size_t before = batch.writes.size();
    bench_.core().close(batch);
    ASSERT_EQ(batch.writes.size(), before + 1);
    EXPECT_EQ(batch.writes.back().key, storage::keys::ledger(1));
    EXPECT_EQ(model::get<LedgerRow>(*batch.writes.back().record), ledger(1));

    bench_.core().close(batch);
    EXPECT_EQ(batch.writes.size(), before + 1) << "nothing changed since";

    answer(outcome(SendResult::permanent));
    batch = bench_.effects();
    bench_.core().close(batch);
    EXPECT_EQ(model::get<LedgerRow>(*batch.writes.back().record).account, 2u)
        << "one row an account";
}

TEST_F(LedgerOfCore, WritesNoCountIntoABatchThatWritesNothing) {
    (void)submit(text_to("+573001"));
    Effects nothing;
    bench_.core().close(nothing);
    EXPECT_TRUE(nothing.writes_nothing());
}

TEST_F(LedgerOfCore, GoesOnFromWhatWasStored) {
    SmallTables tables = Bench::two_accounts();
    LedgerRow stored;
    stored.account = 1;
    stored.accepted = 7;
    stored.count(MessageState::read) = 7;
    tables.ledger.push_back(stored);
    Bench later(std::move(tables));
    const Figures figures = later.core().figures({now_, now_.time_since_epoch()});
    EXPECT_EQ(figures.accounts.at(1).ledger, stored);

    Effects batch = later.run(Canary{}, now_);
    const std::size_t before = batch.writes.size();
    later.core().close(batch);
    EXPECT_EQ(batch.writes.size(), before) << "what is stored is not written again";
}

TEST_F(LedgerOfCore, StoresWhatWasCountedAfreshWithTheNextChange) {
    SmallTables tables = Bench::two_accounts();
    tables.ledger.resize(1);
    tables.ledger[0].account = 2;
    tables.ledger_counted = true;
    Bench later(std::move(tables));
    Effects batch = later.run(Canary{}, now_);
    later.core().close(batch);
    EXPECT_EQ(batch.writes.back().key, storage::keys::ledger(2));
}

TEST_F(LedgerOfCore, CountsWhatMustBeLookedInto) {
    const Reply reply = submit(text_to("+573001"));
    answer(outcome(SendResult::transient));
    pass(1h);
    EXPECT_EQ(tally(1).attempts, 2u);
    EXPECT_EQ(tally(1).retries, 1u);
    answer(outcome(SendResult::unknown));
    EXPECT_EQ(tally(1).became_unknown, 1u);
    pass(2min);  // a transactional message is sent again
    EXPECT_EQ(tally(1).duplicates_flagged, 1u);
    answer(outcome(SendResult::permanent));
    EXPECT_EQ(tally(1).dead_letters, 1u);
    EXPECT_EQ(failed_today(ledger(1), now_), 1u);
    EXPECT_EQ(failed_today(ledger(1), now_ + 24h), 0u);
    EXPECT_EQ(state(reply.id.sequence).state, MessageState::failed);
    expect_conserved();
}

TEST_F(LedgerOfCore, TellsWhatWaitsAndSinceWhen) {
    bench_.run(PauseAccount{1, true, ""}, now_);
    (void)submit(text_to("+573001"));
    pass(1s);
    const auto look = [&] {
        return bench_.core().figures({now_, now_.time_since_epoch()}).accounts[1].outbox;
    };
    EXPECT_TRUE(look().parked);
    EXPECT_EQ(look().oldest_due, model::Instant{}) << "what is paused is not late";
    settings_->accounts[1].policy.rate.per_second = 0.001;
    settings_->accounts[1].policy.rate.burst = 1;
    configure();
    bench_.run(PauseAccount{1, false, ""}, now_);
    (void)submit(text_to("+573002"));
    const model::Instant due = now_;
    pass(30s);
    EXPECT_FALSE(look().parked);
    EXPECT_LE(look().oldest_due, due);
    EXPECT_NE(look().oldest_due, model::Instant{});
    EXPECT_GE(look().waiting_in_memory, 1u);
}

TEST(Ledger, ShowsAMessageThatWasAcceptedAndNeverStored) {
    Ledger ledger({}, false);
    ledger.accepted(3);
    EXPECT_EQ(ledger.rows().at(3).unaccounted(), 1);
}

TEST(Ledger, ACountNeverWrapsSoThatTheDifferenceShows) {
    Ledger ledger({}, false);
    model::StateRow before;
    before.account = 3;
    model::StateRow after = before;
    after.state = MessageState::sent;
    ledger.moved(before, after, {});
    EXPECT_EQ(ledger.rows().at(3).count(MessageState::queued), 0u);
    EXPECT_EQ(ledger.rows().at(3).unaccounted(), -1);
}

TEST(Ledger, CountsFailuresOfADayUntilMidnight) {
    Ledger ledger({}, false);
    model::StateRow before;
    before.account = 3;
    before.state = MessageState::sent;
    model::StateRow after = before;
    after.state = MessageState::failed;
    ledger.moved(before, after, at(23h));
    ledger.moved(before, after, at(23h));
    EXPECT_EQ(failed_today(ledger.rows().at(3), at(23h + 59min)), 2u);
    EXPECT_EQ(failed_today(ledger.rows().at(3), at(24h)), 0u);
    ledger.moved(before, after, at(25h));
    EXPECT_EQ(failed_today(ledger.rows().at(3), at(25h)), 1u);
}

}  // namespace
}  // namespace postern::core
