// What an inbound message makes of people, conversations and rows.
#include <gtest/gtest.h>

#include "tests/core/bench.h"

namespace postern::core {
namespace {

using namespace std::chrono_literals;
namespace keys = storage::keys;

constexpr std::string_view ana = "+573001234567";

TEST(Inbound, ANewSenderIsFourRows) {  // RI-01, CG-01
    Bench bench;
    bench.run(text_from(ana, "m1", at(1s)), at(2s));
    EXPECT_EQ(bench.effects().writes.size(), 4u);
    const auto* message = bench.written<model::MessageRow>();
    ASSERT_NE(message, nullptr);
    EXPECT_TRUE(message->contact_created);
    EXPECT_TRUE(message->conversation_opened);
    EXPECT_FALSE(message->contact_updated);
    EXPECT_EQ(message->head.previous, 0u);
    EXPECT_EQ(message->head.part, bench.reply().id.sequence);
    const auto* contact = bench.written<model::ContactRow>();
    ASSERT_NE(contact, nullptr);
    EXPECT_EQ(contact->phones, std::vector<std::string>{std::string(ana)});
    EXPECT_EQ(contact->display_name, "Ana");
    EXPECT_EQ(bench.written<model::IdentityRow>()->part, message->head.part);
}

TEST(Inbound, AKnownSenderIsTwoRows) {
    Bench bench;
    bench.run(text_from(ana, "m1", at(1s)), at(2s));
    bench.run(text_from(ana, "m2", at(3s)), at(4s));
    EXPECT_EQ(bench.effects().writes.size(), 2u);
    EXPECT_EQ(bench.count_written<model::MessageRow>(), 1u);
    EXPECT_EQ(bench.count_written<model::HotRow>(), 1u);
    EXPECT_FALSE(bench.written<model::MessageRow>()->contact_created);
    EXPECT_FALSE(bench.written<model::MessageRow>()->conversation_opened);
}

TEST(Inbound, EveryRowOfAPersonIsSealedByThePartsKey) {
    Bench bench;
    const ReceiveMessage first = text_from(ana, "m1", at(1s));
    bench.run(first, at(2s));
    ReceiveMessage second = text_from(ana, "m2", at(3s));
    second.inbound.fresh_key.fill(0xEE);
    bench.run(second, at(4s));
    for (const RowWrite& write : bench.effects().writes) {
        EXPECT_EQ(write.seal, Seal::part);
        EXPECT_EQ(write.part_key, first.inbound.fresh_key);
    }
}

TEST(Inbound, TheRowsOfAPersonAreAChain) {
    Bench bench;
    model::Sequence previous = 0;
    for (int i = 0; i < 5; ++i) {
        bench.run(text_from(ana, "m" + std::to_string(i), at(1s)), at(2s));
        EXPECT_EQ(bench.written<model::MessageRow>()->head.previous, previous);
        previous = bench.reply().id.sequence;
        EXPECT_EQ(bench.written<model::HotRow>()->last, previous);
        bench.forget();
    }
}

TEST(Inbound, ARepeatInTheRingWritesNothing) {
    Bench bench;
    bench.run(text_from(ana, "m1", at(1s)), at(2s));
    const model::Sequence before = bench.core().last_sequence();
    bench.run(text_from(ana, "m1", at(1s)), at(3s));
    EXPECT_EQ(bench.reply().code, ReplyCode::duplicate);
    EXPECT_TRUE(bench.effects().writes_nothing());
    EXPECT_EQ(bench.core().last_sequence(), before);
}

TEST(Inbound, TheSameIdOnAnotherAccountIsAnotherMessage) {
    Bench bench;
    bench.run(text_from(ana, "m1", at(1s), 1), at(2s));
    bench.run(text_from(ana, "m1", at(1s), 2), at(3s));
    EXPECT_EQ(bench.reply().code, ReplyCode::done);
    EXPECT_TRUE(bench.written<model::MessageRow>()->conversation_opened);
    EXPECT_EQ(bench.count_stored('c'), 1u);
}

TEST(Inbound, TwoPeopleAreTwoContacts) {
    Bench bench;
    bench.run(text_from(ana, "m1", at(1s)), at(2s));
    bench.run(text_from("+573009999999", "m2", at(1s)), at(2s));
    EXPECT_TRUE(bench.written<model::MessageRow>()->contact_created);
    EXPECT_EQ(bench.count_stored('c'), 2u);
}

TEST(Inbound, TheSamePersonOnTwoChannelsIsTwoContacts) {  // RI-02
    Bench bench;
    bench.run(text_from(ana, "m1", at(1s)), at(2s));
    ReceiveMessage other = text_from(ana, "m2", at(1s));
    other.inbound.identities.front().scope = channel_scope + 1;
    bench.run(other, at(3s));
    EXPECT_TRUE(bench.written<model::MessageRow>()->contact_created);
    EXPECT_EQ(bench.count_stored('c'), 2u);
}

// MF-04, as far as scopes reach: one id on two accounts whose ids mean nothing to each other.
TEST(Inbound, AnIdThatIsScopedToAnAccountDoesNotJoinStrangers) {
    Bench bench;
    for (const model::AccountNumber account : {1u, 2u}) {
        ReceiveMessage c = text_from("1001", "m1", at(1s), account);
        c.inbound.identities = {account_identity(account, "1001")};
        c.message.sender.aliases = {{"1001", adapters::IdentityScope::account}};
        bench.run(c, at(2s));
        EXPECT_TRUE(bench.written<model::MessageRow>()->contact_created);
    }
    EXPECT_EQ(bench.count_stored('c'), 2u);
}

TEST(Inbound, AFurtherAliasIsLearntAndLeadsToTheSamePerson) {
    Bench bench;
    bench.run(text_from(ana, "m1", at(1s)), at(2s));
    ReceiveMessage both = text_from(ana, "m2", at(3s));
    both.inbound.identities.push_back(channel_identity("CO.8675309"));
    both.message.sender.aliases.push_back({"CO.8675309", adapters::IdentityScope::channel});
    bench.run(both, at(4s));
    EXPECT_EQ(bench.effects().writes.size(), 4u);  // message, hot, contact, the new identity
    EXPECT_TRUE(bench.written<model::MessageRow>()->contact_updated);
    EXPECT_EQ(bench.written<model::ContactRow>()->version, 2u);
    const model::Part part = bench.written<model::MessageRow>()->head.part;

    bench.forget();
    ReceiveMessage hidden = text_from("CO.8675309", "m3", at(5s));
    bench.run(hidden, at(6s));
    EXPECT_EQ(bench.written<model::MessageRow>()->head.part, part);
}

TEST(Inbound, AGroupIsOneConversationWhoeverSpeaks) {
    Bench bench;
    ReceiveMessage first = text_from(ana, "m1", at(1s));
    first.message.group = "family";
    first.inbound.group = blind_of("family");
    bench.run(first, at(2s));
    EXPECT_EQ(bench.effects().writes.size(), 5u);
    EXPECT_TRUE(bench.written<model::MessageRow>()->conversation_opened);
    const model::Sequence conversation = bench.written<model::MessageRow>()->conversation;
    EXPECT_TRUE(bench.written<model::HotRow>()->standings.empty());

    ReceiveMessage second = text_from("+573009999999", "m2", at(3s));
    second.message.group = "family";
    second.inbound.group = blind_of("family");
    bench.forget();
    bench.run(second, at(4s));
    EXPECT_EQ(bench.written<model::MessageRow>()->conversation, conversation);
    EXPECT_FALSE(bench.written<model::MessageRow>()->conversation_opened);
}

TEST(Inbound, AnErasedContactBeginsAnew) {
    Bench bench;
    bench.run(text_from(ana, "m1", at(1s)), at(2s));
    const model::Part erased = bench.reply().id.sequence;
    bench.forget();
    bench.lose(keys::hot(erased));  // its key is gone, so the row cannot be opened
    ReceiveMessage again = text_from(ana, "m2", at(3s));
    bench.run(again, at(4s));
    const auto* message = bench.written<model::MessageRow>();
    EXPECT_TRUE(message->contact_created);
    EXPECT_NE(message->head.part, erased);
    EXPECT_EQ(message->head.previous, 0u);
    EXPECT_EQ(bench.written<model::ContactRow>()->key, again.inbound.fresh_key);
    EXPECT_EQ(bench.stored<model::IdentityRow>(keys::identity(channel_scope, blind_of(ana)))->part,
              message->head.part);
}

TEST(Inbound, ABlockIsRememberedUntilThePersonWrites) {
    Bench bench;
    bench.run(text_from(ana, "m1", at(1s)), at(2s));
    ReceiveSignal signal;
    signal.inbound = text_from(ana, "s1", at(3s)).inbound;
    signal.signal.kind = adapters::SignalKind::blocked;
    signal.signal.sender = text_from(ana, "s1", at(3s)).message.sender;
    signal.signal.provider_time = at(3s);
    bench.run(signal, at(4s));
    EXPECT_TRUE(bench.written<model::HotRow>()->standings.front().blocked);
    EXPECT_NE(bench.written<model::SignalRow>()->head.previous, 0u);
    bench.run(text_from(ana, "m2", at(5s)), at(6s));
    EXPECT_FALSE(bench.written<model::HotRow>()->standings.front().blocked);
}

TEST(Inbound, AnAccountSignalIsTakenOnce) {
    Bench bench;
    ReceiveSignal signal;
    signal.inbound.account = 1;
    signal.inbound.dedupe_hash = hash_of("s1");
    signal.signal.provider_time = at(1s);
    bench.run(signal, at(2s));
    EXPECT_EQ(bench.reply().code, ReplyCode::done);
    EXPECT_EQ(bench.effects().writes.size(), 2u);
    bench.forget();
    bench.run(signal, at(3s));
    EXPECT_EQ(bench.reply().code, ReplyCode::duplicate);
}

TEST(Inbound, TimesNeverStepBackWhenTheClockDoes) {
    Bench bench;
    bench.run(text_from(ana, "m1", at(1s)), at(1h));
    const model::Ulid first = bench.reply().id;
    bench.run(text_from(ana, "m2", at(2s)), at(2s));
    EXPECT_EQ(bench.written<model::MessageRow>()->head.created, at(1h));
    EXPECT_EQ(bench.reply().id.milliseconds, first.milliseconds);
}

}  // namespace
}  // namespace postern::core
