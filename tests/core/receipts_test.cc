// Receipts of messages that Postern does not know.
#include <gtest/gtest.h>

#include "tests/core/sending_rig.h"

namespace postern::core {
namespace {

using namespace std::chrono_literals;
using R = adapters::ReceiptState;

ReceiveStatus status(std::string_view id, R state, model::AccountNumber account = 1) {
    ReceiveStatus c;
    c.account = account;
    c.external = blind_of(id);
    c.status.external_id = id;
    c.status.state = state;
    return c;
}

TEST(Receipts, AReceiptOfAnUnknownMessageIsAnEventAndIsParked) {
    Bench bench;
    bench.run(status("x", R::accepted), at(1s));
    EXPECT_EQ(bench.reply().code, ReplyCode::done);
    ASSERT_EQ(bench.effects().writes.size(), 2u);
    EXPECT_EQ(bench.written<model::StatusRow>()->message, 0u);
    EXPECT_EQ(bench.written<model::StatusRow>()->status.external_id, "x");
    EXPECT_EQ(bench.written<model::ParkedReceiptRow>()->updated, at(1s));
}

TEST(Receipts, ARepeatOrALateLowerOneChangesNothing) {
    Bench bench;
    bench.run(status("x", R::delivered), at(1s));
    for (const R late : {R::delivered, R::sent, R::accepted, R::failed}) {
        bench.forget();
        bench.run(status("x", late), at(2s));
        EXPECT_EQ(bench.reply().code, ReplyCode::duplicate);
        EXPECT_TRUE(bench.effects().writes_nothing());
    }
    bench.run(status("x", R::read), at(3s));
    EXPECT_EQ(bench.reply().code, ReplyCode::done);
    EXPECT_EQ(bench.written<model::ParkedReceiptRow>()->highest, R::read);
}

TEST(Receipts, ADeliveryAfterAFailureIsAnEvent) {
    Bench bench;
    bench.run(status("x", R::failed), at(1s));
    EXPECT_TRUE(bench.written<model::ParkedReceiptRow>()->failed);
    bench.run(status("x", R::delivered), at(2s));
    EXPECT_EQ(bench.reply().code, ReplyCode::done);
}

ReceiveStatus mail_failed_for(std::string_view recipient) {
    ReceiveStatus c = status("<m1@example.org>", R::failed);
    c.status.recipient = recipient;
    c.recipient = channel_identity(recipient);
    return c;
}

TEST(Receipts, AMailThatFailsForTwoOfItsRecipientsIsTwoEventsAndNoMore) {
    Bench bench;
    for (const std::string_view recipient : {"ana@example.org", "bo@example.org"}) {
        bench.forget();
        bench.run(mail_failed_for(recipient), at(1s));
        EXPECT_EQ(bench.reply().code, ReplyCode::done);
        ASSERT_NE(bench.written<model::StatusRow>(), nullptr);
        EXPECT_EQ(bench.written<model::StatusRow>()->status.recipient, recipient);
    }
    for (const std::string_view again : {"ana@example.org", "bo@example.org"}) {
        bench.forget();
        bench.run(mail_failed_for(again), at(2s));
        EXPECT_EQ(bench.reply().code, ReplyCode::duplicate);
        EXPECT_TRUE(bench.effects().writes_nothing());
    }
}

TEST(Receipts, AMailThatOneRecipientGotMayFailForAnother) {
    Bench bench;
    bench.run(status("<m1@example.org>", R::delivered), at(1s));
    bench.forget();
    bench.run(mail_failed_for("bo@example.org"), at(2s));
    EXPECT_EQ(bench.reply().code, ReplyCode::done);
    EXPECT_EQ(bench.written<model::ParkedReceiptRow>()->highest, R::delivered);
}

TEST(Receipts, TheSameIdOnAnotherAccountIsAnotherMessage) {
    Bench bench;
    bench.run(status("x", R::sent, 1), at(1s));
    bench.run(status("x", R::sent, 2), at(1s));
    EXPECT_EQ(bench.reply().code, ReplyCode::done);
}

TEST(Receipts, TheParkedRowHoldsNothingPersonalAndTheEventIsSealed) {
    Bench bench;
    bench.run(status("x", R::sent), at(1s));
    for (const RowWrite& write : bench.effects().writes) {
        const bool event = model::holds<model::StatusRow>(*write.record);
        EXPECT_EQ(write.seal, event ? Seal::workspace : Seal::plain);
    }
}

class ReceiptRows : public SendingRig {};

TEST_F(ReceiptRows, AnAnswerInMemoryCostsNoLookUpAndAReceiptOfItNeither) {
    submit(text_to("+573001"));
    answer(accepted("x"));
    EXPECT_EQ(bench_.rounds(), 0u);
    receipt("x", R::delivered);
    EXPECT_EQ(bench_.rounds(), 0u);
    EXPECT_EQ(bench_.reply().code, ReplyCode::done);
}

TEST_F(ReceiptRows, AReceiptBeforeTheAnswerCountsAlsoOnceItIsInTheStoreAlone) {
    const Reply reply = submit(text_to("+573001"));
    receipt("x", R::delivered);
    EXPECT_EQ(bench_.count_stored('p'), 1u);
    bench_.forget();
    answer(accepted("x"));
    EXPECT_EQ(state(reply.id.sequence).state, model::MessageState::delivered);
    EXPECT_EQ(bench_.count_stored('p'), 0u);
}

TEST_F(ReceiptRows, AReceiptBeforeTheAnswerCountsAlsoAfterARestart) {
    const Reply reply = submit(text_to("+573001"));
    receipt("x", R::delivered);
    bench_.restart();
    configure();
    answer(accepted("x"));
    EXPECT_EQ(state(reply.id.sequence).state, model::MessageState::delivered);
    EXPECT_EQ(bench_.count_stored('p'), 0u);
}

TEST_F(ReceiptRows, OfALongTextTheLastPartTellsAndAnEarlierOneOnlyThatItFailed) {
    using model::MessageState;
    const auto in_parts = [] {
        adapters::SendOutcome outcome = accepted("c");
        outcome.earlier_ids = {"a", "b"};
        return outcome;
    };
    const model::Sequence message = submit(text_to("+573001")).id.sequence;
    // It was faster than the answer, and is no news once that is there.
    receipt("a", R::delivered);
    answer(in_parts());
    EXPECT_EQ(state(message).state, MessageState::sent);
    EXPECT_EQ(bench_.count_stored('p'), 0u);
    receipt("b", R::read);
    EXPECT_EQ(bench_.reply().code, ReplyCode::duplicate);
    EXPECT_EQ(state(message).state, MessageState::sent);
    const model::Sequence second = submit(text_to("+573002")).id.sequence;
    adapters::SendOutcome other = accepted("f");
    other.earlier_ids = {"d", "e"};
    answer(other);
    receipt("d", R::failed);
    EXPECT_EQ(state(second).state, MessageState::failed);

    const model::Sequence third = submit(text_to("+573003")).id.sequence;
    receipt("g", R::failed);
    other = accepted("h");
    other.earlier_ids = {"g"};
    answer(other);
    EXPECT_EQ(state(third).state, MessageState::failed);

    bench_.restart();
    configure();
    receipt("a", R::read);
    EXPECT_EQ(state(message).state, MessageState::sent);
    receipt("c", R::delivered);
    EXPECT_EQ(state(message).state, MessageState::delivered);
}

TEST_F(ReceiptRows, APartByItsNameAloneDoesNotMoveTheMessageUnlessItFailed) {
    const Reply reply = submit(text_to("+573001"));
    const auto tell = [&](std::string_view id, std::string_view part, R told) {
        ReceiveStatus c;
        c.account = 1;
        c.external = blind_of(id);
        c.status.external_id = id;
        c.status.echo = to_string(model::MessageId{reply.id}) + ".1" + std::string(part);
        c.status.state = told;
        bench_.run(c, now_);
        return state(reply.id.sequence).state;
    };
    EXPECT_EQ(tell("a", ".p1", R::delivered), model::MessageState::sending);
    // Known by its id from now on, with or without the name.
    EXPECT_EQ(bench_.count_stored('p'), 0u);
    EXPECT_EQ(tell("a", "", R::read), model::MessageState::sending);
    EXPECT_EQ(tell("b", ".p2", R::failed), model::MessageState::failed);
}

TEST_F(ReceiptRows, PartsOfWhatNobodyKnowsTheEndOfAreItsOwn) {
    const Reply reply = submit(text_to("+573001"));
    adapters::SendOutcome partly = outcome(adapters::SendResult::unknown, "partly_accepted");
    partly.earlier_ids = {"a"};
    answer(partly);
    receipt("a", R::delivered);
    EXPECT_EQ(bench_.reply().code, ReplyCode::duplicate);
    EXPECT_EQ(state(reply.id.sequence).state, model::MessageState::unknown);
    EXPECT_EQ(bench_.count_stored('p'), 0u);
}

TEST_F(ReceiptRows, ANameThatWasGuessedOrComesOnAForeignAccountMovesNothing) {
    const Reply reply = submit(text_to("+573001"));
    model::MessageId named{reply.id};
    const auto tell = [&](std::string_view id, model::AccountNumber account) {
        ReceiveStatus told;
        told.account = account;
        told.external = blind_of(id);
        told.status.external_id = id;
        told.status.echo = to_string(named) + ".1";
        told.status.state = R::read;
        bench_.run(told, now_);
        return state(reply.id.sequence).state;
    };
    EXPECT_EQ(tell("by another account", 2), model::MessageState::sending);
    named.ulid.epoch += 1;
    EXPECT_EQ(tell("by its place alone", 1), model::MessageState::sending);
    named.ulid.epoch -= 1;
    EXPECT_EQ(tell("by its whole name", 1), model::MessageState::read);
}

}  // namespace
}  // namespace postern::core
