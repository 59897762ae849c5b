// Every damage that loses a message, or says something wrong of one, is found and told.
#include "gateway/audit/audit.h"

#include <gmock/gmock.h>

#include "tests/audit/stored_rows.h"
#include "tests/support/fake_runtime.h"

namespace postern::audit {
namespace {

using model::MessageState;
using storage::RowKey;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAreArray;

class Audit : public StoredRows {
  protected:
    Audit() {
        for (const auto& [key, record] : rows()) reader_.put(key, *record);
    }
    [[nodiscard]] AuditReport run(AuditOptions options = {}) {
        auto report = audit(reader_, options);
        EXPECT_TRUE(report);
        return report ? *report : AuditReport{};
    }
    template <class Row>
    void change(const RowKey& key, const std::function<void(Row&)>& change) {
        const auto record = reader_.get(key);
        ASSERT_TRUE(record && *record);
        Row row = model::get<Row>(**record);
        change(row);
        reader_.put(key, std::move(row));
    }
    void change_state(model::Sequence id, const std::function<void(model::StateRow&)>& what) {
        change<model::StateRow>(storage::keys::state(id), what);
    }
    [[nodiscard]] model::Sequence last_event(model::Sequence id) const {
        return state(id).last_event;
    }

    testing::FakeReader reader_;
};

TEST_F(Audit, FindsNothingWhereNothingIsWrong) {
    const AuditReport report = run();
    EXPECT_THAT(report.told, SizeIs(0));
    EXPECT_TRUE(report.good());
    EXPECT_EQ(report.accepted, 5u);
    EXPECT_EQ(report.messages, 5u);
    EXPECT_EQ(report.followed, 5u);
    EXPECT_GE(report.events, 6u);
}

TEST_F(Audit, TheCountsAreTheCoresOwn) {
    ASSERT_EQ(state(flagged_).possible_duplicate, true);
    ASSERT_EQ(state(fell_back_).account, 2u);
    ASSERT_EQ(state(sending_).state, MessageState::sending);
    ASSERT_EQ(state(cancelled_).state, MessageState::cancelled);
}

TEST_F(Audit, FindsACountThatIsOff) {
    change<model::LedgerRow>(storage::keys::ledger(1),
                             [](model::LedgerRow& row) { ++row.count(MessageState::sent); });
    const AuditReport report = run();
    EXPECT_EQ(report.mismatches, 2u);
    EXPECT_THAT(report.told, ElementsAre("account 1: 1 messages are sent, the count says 2",
                                         HasSubstr("is not held")));
}

TEST_F(Audit, FindsACountThatIsGone) {
    reader_.remove(storage::keys::ledger(2));
    EXPECT_THAT(run().told, ElementsAre("account 2: 1 messages are stored and none is counted"));
}

TEST_F(Audit, FindsACountThatCannotBeRead) {
    reader_.put_unreadable(storage::keys::ledger(2));
    EXPECT_THAT(run().told, Contains("account 2: its count cannot be read"));
}

TEST_F(Audit, FindsAMessageWithoutAState) {
    reader_.remove(storage::keys::state(delivered_));
    EXPECT_THAT(run().told, Contains(HasSubstr("it was accepted and has no state")));
    EXPECT_THAT(run().told, Contains("account 1: 0 messages are delivered, the count says 1"));
}

TEST_F(Audit, FindsAMessageWithoutABody) {
    reader_.remove(storage::keys::seq_row(fell_back_));
    EXPECT_THAT(run().told, ElementsAre(HasSubstr("it has a state and no body")));
}

TEST_F(Audit, FindsAStateThatItsTimelineDoesNotSay) {
    change_state(delivered_, [](auto& row) { row.state = MessageState::failed; });
    EXPECT_THAT(run().told, Contains(HasSubstr("it is failed, its timeline says delivered")));
}

TEST_F(Audit, FindsAttemptsThatItsTimelineDoesNotSay) {
    change_state(flagged_, [](auto& row) { ++row.attempts; });
    EXPECT_THAT(run().told, ElementsAre(HasSubstr("3 attempts, its timeline says 2")));
}

TEST_F(Audit, FindsAFlagThatWasLostAndOneWithoutAReason) {
    change_state(flagged_, [](auto& row) { row.possible_duplicate = false; });
    change_state(delivered_, [](auto& row) { row.possible_duplicate = true; });
    const AuditReport report = run();
    EXPECT_EQ(report.mismatches, 2u);
    EXPECT_THAT(report.told, Contains(HasSubstr("its state does not")));
    EXPECT_THAT(report.told, Contains(HasSubstr("nothing in its timeline is a reason")));
}

TEST_F(Audit, FindsAnEventThatIsGoneInTheMiddleOrAtTheEnd) {
    const auto middle = reader_.get(storage::keys::seq_row(last_event(delivered_)));
    ASSERT_TRUE(middle && *middle);
    reader_.remove(
        storage::keys::seq_row(model::get<model::OutboundEventRow>(**middle).previous_event));
    reader_.remove(storage::keys::seq_row(last_event(cancelled_)));
    const AuditReport report = run();
    EXPECT_EQ(report.mismatches, 2u);
    EXPECT_THAT(report.told, Contains(HasSubstr("its timeline ends at 0")));
    EXPECT_THAT(report.told, Contains(HasSubstr("its state ends at event")));
}

TEST_F(Audit, FindsAMessageThatWaitsInNoQueue) {
    const model::StateRow waiting = state(fell_back_);
    ASSERT_TRUE(waiting.due);
    reader_.remove(storage::keys::due(
        waiting.account, waiting.lane,
        static_cast<std::uint64_t>(waiting.not_before.time_since_epoch().count()), fell_back_));
    EXPECT_THAT(run().told, ElementsAre(HasSubstr("it waits and stands in no queue")));
    change_state(fell_back_, [](auto& row) { row.due = false; });
    EXPECT_THAT(run().told, ElementsAre(HasSubstr("it is queued and stands in no queue")));
}

TEST_F(Audit, FindsASendWithoutAnIntent) {
    for (std::uint32_t slot = 0; slot < 8; ++slot) reader_.remove(storage::keys::slot(slot));
    EXPECT_THAT(run().told, ElementsAre(HasSubstr("it is being sent and no intent is open")));
}

TEST_F(Audit, FindsAnAccountThatIsNoneOfTheMessagesWays) {
    change_state(cancelled_, [](auto& row) { row.account = 2; });
    EXPECT_THAT(run().told, Contains(HasSubstr("account 2 is not the one of its way 0")));
}

TEST_F(Audit, AnErasedPersonIsNoDifference) {
    reader_.put_erased(storage::keys::seq_row(cancelled_));
    reader_.put_erased(storage::keys::seq_row(last_event(cancelled_)));
    const AuditReport report = run();
    EXPECT_TRUE(report.good());
    EXPECT_EQ(report.erased, 1u);
    EXPECT_EQ(report.followed, 4u);
}

TEST_F(Audit, WhatRetentionTookIsNoDifference) {
    for (model::Sequence s = 0; s < flagged_; ++s) reader_.remove(storage::keys::seq_row(s));
    const AuditReport report = run();
    EXPECT_THAT(report.told, SizeIs(0));
    EXPECT_EQ(report.retired, 1u);
}

TEST_F(Audit, ManyPassesSayWhatOneSays) {
    reader_.remove(storage::keys::state(delivered_));
    change_state(flagged_, [](auto& row) { ++row.attempts; });
    AuditOptions small;
    small.messages_per_pass = 1;
    const AuditReport one = run(), many = run(small);
    EXPECT_THAT(many.told, UnorderedElementsAreArray(one.told));
    EXPECT_EQ(many.followed, one.followed);
    EXPECT_EQ(many.events, one.events);
}

TEST_F(Audit, TellsTheFirstInWordsAndCountsAll) {
    for (const model::Sequence id : {delivered_, flagged_, cancelled_})
        reader_.remove(storage::keys::seq_row(id));
    AuditOptions options;
    options.told_max = 1;
    options.progress = [](double) {};
    const AuditReport report = run(options);
    EXPECT_THAT(report.told, SizeIs(1));
    EXPECT_GE(report.mismatches, 2u);
}

TEST_F(Audit, WithoutTheKeyCountsAndQueueAreChecked) {
    AuditOptions plain;
    plain.timelines = false;
    change_state(delivered_, [](auto& row) { row.state = MessageState::failed; });
    const AuditReport report = run(plain);
    EXPECT_EQ(report.followed, 0u);
    EXPECT_THAT(report.told, Contains("account 1: 1 messages are failed, the count says 0"));
}

TEST_F(Audit, ADiskThatDoesNotReadIsAnErrorAndNoReport) {
    reader_.broken = true;
    EXPECT_FALSE(audit(reader_, {}));
}

}  // namespace
}  // namespace postern::audit
