// Receipts of everything up to a moment, and echoes of what Postern sent itself.
#include <gtest/gtest.h>

#include "gateway/core/marks.h"
#include "tests/core/sending_rig.h"

namespace postern::core {
namespace {

using namespace std::chrono_literals;
using adapters::ReceiptState;
using adapters::SendResult;
using model::MessageState;

class Marks : public SendingRig {
  protected:
    /// A text that the provider takes as `id`, and some time after it.
    model::Sequence sent(const std::string& id, std::string_view address = "7001") {
        SubmitMessage c = text_to(address);
        c.row.expires = now_ + 24h;
        const Reply reply = submit(std::move(c));
        answer(accepted(id));
        pass(10s);
        return reply.id.sequence;
    }

    ReceiveStatus mark_of(ReceiptState state, model::Instant until,
                          std::string_view address = "7001") const {
        ReceiveStatus c;
        c.account = 1;
        c.status.external_id = std::string(made_receipt_id) + std::string(address) + ":" +
                               std::to_string(until.time_since_epoch().count());
        c.external = blind_of(c.status.external_id);
        c.status.state = state;
        c.status.recipient = address;
        c.status.watermark = until;
        c.status.provider_time = until;
        c.recipient = channel_identity(address);
        return c;
    }

    ReplyCode mark(ReceiptState state, model::Instant until, std::string_view address = "7001") {
        bench_.run(mark_of(state, until, address), now_);
        return bench_.reply().code;
    }

    ReceiveSignal echo_of(std::string_view target, std::string_view text) const {
        ReceiveSignal c;
        c.inbound.account = 1;
        c.inbound.identities = {channel_identity("7001")};
        c.inbound.dedupe_hash = hash_of(std::string("echo ") + std::string(target));
        c.target = blind_of(target);
        c.signal.kind = adapters::SignalKind::message_echoed;
        c.signal.dedupe_id = target;
        c.signal.target = target;
        c.signal.sender = adapters::Sender{};
        c.signal.sender->aliases = {{"7001", adapters::IdentityScope::channel}};
        c.signal.content = adapters::Content{};
        c.signal.content->text = text;
        c.signal.provider_time = now_;
        return c;
    }

    std::size_t events() const {
        std::size_t count = 0;
        for (const RowWrite& write : bench_.effects().writes) {
            if (write.record && model::holds<model::OutboundEventRow>(*write.record)) ++count;
        }
        return count;
    }
};

// CG-37
TEST_F(Marks, MovesEverythingThatLeftUpToTheMomentEachWithItsEvent) {
    const auto first = sent("m_1");
    const auto second = sent("m_2");
    const model::Instant between = now_ - 5s;
    const auto third = sent("m_3");
    EXPECT_EQ(mark(ReceiptState::delivered, between), ReplyCode::done);
    EXPECT_EQ(events(), 2u);
    EXPECT_EQ(state(first).state, MessageState::delivered);
    EXPECT_EQ(state(second).state, MessageState::delivered);
    EXPECT_EQ(state(third).state, MessageState::sent);
    EXPECT_EQ(bench_.count_stored('p'), 0u);
}

TEST_F(Marks, ARepeatedOrALateLowerOneChangesNothing) {
    const auto first = sent("m_1");
    const model::Instant then = now_;
    const auto second = sent("m_2");
    EXPECT_EQ(mark(ReceiptState::read, now_), ReplyCode::done);
    for (const auto& late : {mark_of(ReceiptState::read, now_), mark_of(ReceiptState::read, then),
                             mark_of(ReceiptState::delivered, now_)}) {
        bench_.forget();
        bench_.run(late, now_ + 1s);
        EXPECT_EQ(bench_.reply().code, ReplyCode::duplicate);
        EXPECT_EQ(events(), 0u);
    }
    EXPECT_EQ(state(first).state, MessageState::read);
    EXPECT_EQ(state(second).state, MessageState::read);
}

TEST_F(Marks, IsOfOnePersonOnOneAccountAlone) {
    const auto other = sent("m_1", "7002");
    const auto own = sent("m_2");
    ReceiveStatus elsewhere = mark_of(ReceiptState::read, now_);
    elsewhere.account = 2;
    bench_.run(elsewhere, now_);
    EXPECT_EQ(state(own).state, MessageState::sent);
    EXPECT_EQ(mark(ReceiptState::read, now_), ReplyCode::done);
    EXPECT_EQ(state(other).state, MessageState::sent);
    EXPECT_EQ(mark(ReceiptState::read, now_, "7003"), ReplyCode::duplicate);
    EXPECT_TRUE(bench_.effects().writes_nothing());
}

TEST_F(Marks, SaysNothingOfWhatNobodyKnowsToHaveArrived) {
    const Reply unknown = submit(text_to("7001"));
    answer(outcome(SendResult::unknown));
    pass(1s);
    EXPECT_EQ(mark(ReceiptState::read, now_), ReplyCode::duplicate);
    EXPECT_EQ(state(unknown.id.sequence).state, MessageState::unknown);
}

TEST_F(Marks, OneThatCameBeforeTheAnswerIsJoinedByIt) {
    const Reply reply = submit(text_to("7001"));
    pass(1s);
    EXPECT_EQ(mark(ReceiptState::read, now_), ReplyCode::duplicate);
    EXPECT_EQ(state(reply.id.sequence).state, MessageState::sending);
    answer(accepted("m_2"));
    EXPECT_EQ(state(reply.id.sequence).state, MessageState::read);
    pass(1s);
    EXPECT_EQ(state(sent("m_3")).state, MessageState::sent);
}

TEST_F(Marks, OneThatIsAboutAnEarlierMessageDoesNotHoldOfWhatIsUnderWay) {
    const auto earlier = sent("m_1");
    const Reply reply = submit(text_to("7001"));
    pass(1s);
    const ReceiveStatus read = mark_of(ReceiptState::read, now_);
    for (const int times : {1, 2}) {
        bench_.run(read, now_);
        EXPECT_EQ(state(earlier).state, MessageState::read) << times;
    }
    answer(accepted("m_2"));
    EXPECT_EQ(state(reply.id.sequence).state, MessageState::sent);
    pass(1s);
    EXPECT_EQ(mark(ReceiptState::read, now_), ReplyCode::done);
    EXPECT_EQ(state(reply.id.sequence).state, MessageState::read);
}

TEST_F(Marks, ANamedMessageMovesWithTheOlderOnes) {
    const auto first = sent("m_1");
    const auto second = sent("m_2");
    ReceiveStatus c = mark_of(ReceiptState::delivered, now_);
    c.status.external_id = "m_2";
    c.external = blind_of("m_2");
    bench_.run(c, now_);
    EXPECT_EQ(bench_.reply().code, ReplyCode::done);
    EXPECT_EQ(events(), 2u);
    EXPECT_EQ(state(first).state, MessageState::delivered);
    EXPECT_EQ(state(second).state, MessageState::delivered);
}

TEST_F(Marks, OneOfTheFutureHoldsOfNothingThatIsSentLater) {
    const auto first = sent("m_1");
    EXPECT_EQ(mark(ReceiptState::read, now_ + 1h), ReplyCode::done);
    pass(1s);
    EXPECT_EQ(state(first).state, MessageState::read);
    EXPECT_EQ(state(sent("m_2")).state, MessageState::sent);
}

TEST_F(Marks, MoreThanOneCommandMovesAreMovedByTheNextAndOnlyThenIsItAnswered) {
    std::vector<model::Sequence> messages;
    for (std::size_t i = 0; i <= marked_at_once; ++i)
        messages.push_back(sent("m_" + std::to_string(i)));
    bench_.run(mark_of(ReceiptState::delivered, now_), now_);
    EXPECT_TRUE(bench_.effects().replies.empty());
    EXPECT_EQ(events(), marked_at_once);
    EXPECT_EQ(state(messages.back()).state, MessageState::sent);
    pass(0s);
    EXPECT_EQ(bench_.reply().code, ReplyCode::done);
    for (const model::Sequence message : messages)
        EXPECT_EQ(state(message).state, MessageState::delivered);
    EXPECT_EQ(bench_.count_stored('p'), 0u);
}

TEST_F(Marks, WhatAKillCutsOffIsMovedWhenTheProviderTellsItAgain) {
    std::vector<model::Sequence> messages;
    for (std::size_t i = 0; i < model::past_sends_max; ++i)
        messages.push_back(sent("m_" + std::to_string(i)));
    const ReceiveStatus told = mark_of(ReceiptState::read, now_);
    bench_.run(told, now_);
    bench_.restart();
    configure();
    // It got no answer, so it tells the same again.
    bench_.run(told, now_);
    EXPECT_EQ(bench_.reply().code, ReplyCode::done);
    for (const model::Sequence message : messages)
        EXPECT_EQ(state(message).state, MessageState::read);
}

TEST_F(Marks, AnEchoOfAnOwnSendIsNoEvent) {
    const auto message = sent("ig_1");
    bench_.run(echo_of("ig_1", "hola"), now_);
    EXPECT_EQ(bench_.reply().code, ReplyCode::duplicate);
    EXPECT_TRUE(bench_.effects().writes_nothing());
    receipt("ig_1", ReceiptState::delivered);
    EXPECT_EQ(state(message).state, MessageState::delivered);
    bench_.run(echo_of("ig_1", "hola"), now_);
    EXPECT_TRUE(bench_.effects().writes_nothing());
}

TEST_F(Marks, AnEchoClearsUpAnUnknownSend) {
    (void)sent("ig_1");
    const Reply reply = submit(text_to("7001"));
    answer(outcome(SendResult::unknown));
    bench_.run(echo_of("ig_2", "hola"), now_);
    EXPECT_EQ(bench_.reply().code, ReplyCode::done);
    EXPECT_EQ(state(reply.id.sequence).state, MessageState::sent);
    receipt("ig_2", ReceiptState::read);
    EXPECT_EQ(state(reply.id.sequence).state, MessageState::read);
    pass(2min);
    EXPECT_EQ(dispatched_.size(), 2u);
}

TEST_F(Marks, AnEchoThatIsFasterThanTheAnswerIsCountedOnce) {
    const Reply reply = submit(text_to("7001"));
    bench_.run(echo_of("ig_1", "hola"), now_);
    EXPECT_EQ(events(), 1u);
    answer(accepted("ig_1"));
    EXPECT_EQ(events(), 0u);
    EXPECT_EQ(state(reply.id.sequence).state, MessageState::sent);
}

TEST_F(Marks, AnEchoOfAPartOfALongTextIsNoEventAndTheLastOneStandsForAll) {
    const std::string first(300, 'a');
    const std::string last(300, 'b');
    SubmitMessage c = text_to("7001");
    c.row.content_json = R"({"type":"text","text":")" + first + " " + last + "\"}";
    const Reply reply = submit(std::move(c));
    bench_.forget();
    bench_.run(echo_of("ig_1", first), now_);
    EXPECT_EQ(bench_.written<model::SignalRow>(), nullptr);
    EXPECT_EQ(events(), 0u);
    EXPECT_EQ(state(reply.id.sequence).state, MessageState::sending);
    receipt("ig_1", ReceiptState::delivered);
    EXPECT_EQ(state(reply.id.sequence).state, MessageState::sending);
    bench_.run(echo_of("ig_2", last), now_);
    EXPECT_EQ(state(reply.id.sequence).state, MessageState::sent);
    receipt("ig_2", ReceiptState::read);
    EXPECT_EQ(state(reply.id.sequence).state, MessageState::read);
}

TEST_F(Marks, WhatSomebodyElseWroteIsAnEvent) {
    (void)sent("ig_1");
    const Reply reply = submit(text_to("7001"));
    bench_.run(echo_of("ig_2", "written by hand"), now_);
    EXPECT_EQ(bench_.reply().code, ReplyCode::done);
    ASSERT_NE(bench_.written<model::SignalRow>(), nullptr);
    EXPECT_EQ(bench_.written<model::SignalRow>()->signal.target, "ig_2");
    EXPECT_EQ(state(reply.id.sequence).state, MessageState::sending);
}

// A refusal holds until the person shows a sign of life (chat channels: blocked, not subscribed).
TEST_F(Marks, APersonWhoWritesTakesAProvidersRefusalBack) {
    (void)submit(text_to("7001"));
    auto refused = outcome(SendResult::permanent, "blocked");
    refused.address = adapters::AddressVerdict::blocked;
    answer(refused);
    EXPECT_EQ(submit(text_to("7001")).code, ReplyCode::refused);
    bench_.forget();
    bench_.run(text_from("7001", "in.1", now_), now_);
    ASSERT_NE(bench_.written<model::NoticeRow>(), nullptr);
    EXPECT_EQ(bench_.written<model::NoticeRow>()->type, "contact.unblocked");
    EXPECT_EQ(submit(text_to("7001")).code, ReplyCode::done);
    bench_.run(text_from("7001", "in.2", now_), now_);
    EXPECT_EQ(bench_.written<model::NoticeRow>(), nullptr);
}

TEST_F(Marks, AFollowTakesARefusalBackAndAnOperatorsSuppressionStays) {
    (void)submit(text_to("7001"));
    auto refused = outcome(SendResult::permanent, "not_subscribed");
    refused.address = adapters::AddressVerdict::blocked;
    answer(refused);
    ReceiveSignal follow = echo_of("follow.1", "");
    follow.signal.kind = adapters::SignalKind::unblocked;
    bench_.forget();
    bench_.run(follow, now_);
    EXPECT_EQ(bench_.written<model::NoticeRow>(), nullptr);
    EXPECT_EQ(submit(text_to("7001")).code, ReplyCode::done);
    NoteAddress by_hand;
    by_hand.scope = channel_scope;
    by_hand.blind = blind_of("7001");
    by_hand.note.kind = model::AddressNote::Kind::suppressed;
    by_hand.note.source = "api";
    bench_.run(by_hand, now_);
    bench_.run(text_from("7001", "in.1", now_), now_);
    EXPECT_EQ(submit(text_to("7001")).code, ReplyCode::refused);
}

TEST_F(Marks, SomebodyWhoIsUnavailableJustNowIsNotSuppressed) {
    (void)submit(text_to("7001"));
    answer(outcome(SendResult::permanent, "person_unavailable"));
    EXPECT_EQ(submit(text_to("7001")).code, ReplyCode::done);
}

}  // namespace
}  // namespace postern::core
