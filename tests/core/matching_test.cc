// Two contacts with the same number or mail address: suggested with the message that reveals it,
// once, by name of the key, and never more than that.
#include <gtest/gtest.h>

#include "gateway/contacts/suggestion.h"
#include "gateway/model/channel.h"
#include "tests/core/bench.h"

namespace postern::core {
namespace {

using namespace std::chrono_literals;
using adapters::PersonKey;
using model::SuggestionRow;
namespace keys = storage::keys;

constexpr std::string_view ana = "+573001234567";
constexpr std::string_view mail = "ana@example.com";

constexpr model::AccountNumber whatsapp = 1, sms = 2, telegram = 3, email = 4, webchat = 5;
constexpr std::array<std::string_view, 5> channels = {"whatsapp", "twilio", "telegram", "email",
                                                      "webchat"};

SmallTables all_channels() {
    SmallTables tables;
    for (const std::string_view channel : channels) {
        model::AccountRow row;
        row.number = static_cast<model::AccountNumber>(tables.accounts.size() + 1);
        row.name = channel;
        row.channel = channel;
        tables.accounts.push_back(std::move(row));
    }
    return tables;
}

class Matching : public ::testing::Test {
  protected:
    /// As the ingress makes it. `told` stands beside the address.
    ReceiveMessage from(model::AccountNumber account, std::string_view address,
                        std::vector<adapters::ToldKey> told = {}) {
        ReceiveMessage c = text_from(address, "m" + std::to_string(++messages_), at(1s), account);
        c.inbound.identities.clear();
        for (const adapters::Alias& alias : c.message.sender.aliases)
            c.inbound.identities.push_back(key_of(account, alias.address));
        for (const adapters::ToldKey& key : told) c.inbound.told.push_back(blind_of(key.value));
        c.message.sender.told = std::move(told);
        return c;
    }
    static IdentityKey key_of(model::AccountNumber account, std::string_view address) {
        if (account == webchat) return {model::account_scope(webchat), blind_of(address)};
        return {model::channel_scope(model::channel_number(channels[account - 1])),
                blind_of(address)};
    }
    /// The part of who sent it. The store is all that is left in between.
    model::Part receive(ReceiveMessage c) {
        bench_.forget();
        bench_.run(std::move(c), at(std::chrono::seconds{10 + messages_}));
        return bench_.written<model::MessageRow>()->head.part;
    }
    /// Of these two, as it stands; the same under each of them.
    const SuggestionRow* suggestion(model::Part one, model::Part other) {
        const auto* row = bench_.stored<SuggestionRow>(keys::suggestion(one, other));
        const auto* same = bench_.stored<SuggestionRow>(keys::suggestion(other, one));
        EXPECT_EQ(row == nullptr, same == nullptr);
        if (row && same) {
            EXPECT_EQ(*row, *same);
        }
        return row;
    }
    /// The event that the last command wrote, if one.
    [[nodiscard]] const model::NoticeRow* event() const {
        const auto* notice = bench_.written<model::NoticeRow>();
        return notice && notice->type == "merge.suggested" ? notice : nullptr;
    }
    [[nodiscard]] std::size_t suggestions() const { return bench_.count_stored('W'); }

    Bench bench_{all_channels()};
    int messages_ = 0;
};

TEST_F(Matching, TheSameNumberOnTwoChannelsIsSuggestedWithTheMessage) {  // RI-03, RI-04, RI-07
    const model::Part first = receive(from(whatsapp, ana));
    EXPECT_EQ(event(), nullptr);
    const model::Part second = receive(from(sms, ana));

    EXPECT_NE(first, second);  // RI-14: nobody is merged
    const SuggestionRow* row = suggestion(first, second);
    ASSERT_NE(row, nullptr);
    EXPECT_EQ(row->state, model::SuggestionState::open);
    EXPECT_EQ(row->contacts[0].part, first);
    EXPECT_EQ(row->contacts[1].part, second);
    ASSERT_EQ(row->keys.size(), 1u);
    EXPECT_EQ(row->keys[0].value, ana);
    EXPECT_EQ(contacts::strength_of(*row), "exact");
    EXPECT_EQ(contacts::score_of(*row), 100u);

    // RI-06, RI-09: one commit, and the event names both and the key.
    ASSERT_NE(event(), nullptr);
    const std::string& json = event()->data_json;
    EXPECT_NE(json.find(R"("keys":[{"key":"phone","value":"+573001234567"}])"), json.npos) << json;
    EXPECT_NE(json.find(R"("strength":"exact")"), json.npos);
    const auto* hot = bench_.stored<model::HotRow>(keys::hot(first));
    EXPECT_NE(
        json.find(to_string(model::ContactId{model::make_ulid(hot->created, hot->epoch, first)})),
        json.npos);
    EXPECT_EQ(event()->head.part, second);
}

// Whoever walks the chain (core/unsend.h) must not take what is on its way for its end.
TEST_F(Matching, EveryRowOfTheChainIsHereUntilTheStoreHasIt) {
    (void)receive(from(whatsapp, ana));
    const model::Part part = receive(from(sms, ana));
    ASSERT_NE(event(), nullptr);
    const Rows& rows = bench_.core().rows();
    model::Sequence at = bench_.stored<model::HotRow>(keys::hot(part))->last;
    for (int n = 0; n < 2; ++n) {
        const Rows::Found found = rows.find(keys::seq_row(at));
        ASSERT_EQ(found.known, Rows::Known::present) << n;
        const auto* notice = model::get_if<model::NoticeRow>(found.record);
        ASSERT_EQ(notice != nullptr, n == 0);
        if (notice) at = notice->head.previous;
    }
}

TEST_F(Matching, TheEventIsTheLastOfThePersonsChainAndSealedWithIt) {
    (void)receive(from(whatsapp, ana));
    const ReceiveMessage told = from(sms, ana);
    const model::Part part = receive(told);
    const model::Sequence message = bench_.reply().id.sequence;
    EXPECT_EQ(event()->head.previous, message);
    EXPECT_EQ(bench_.written<model::HotRow>()->last, message + 1);
    for (const RowWrite& write : bench_.effects().writes) {
        const bool personal = model::holds<model::NoticeRow>(*write.record) ||
                              model::holds<SuggestionRow>(*write.record);
        EXPECT_TRUE(!personal || write.seal == Seal::part);
        EXPECT_TRUE(!personal || write.part != part || write.part_key == told.inbound.fresh_key);
    }
    (void)receive(from(sms, ana));
    EXPECT_EQ(bench_.written<model::MessageRow>()->head.previous, message + 1);
}

TEST_F(Matching, WhoHasNeitherNumberNorMailIsNeverSuggested) {  // RI-08
    for (int i = 0; i < 3; ++i) {
        (void)receive(from(telegram, "70" + std::to_string(i)));
        (void)receive(from(webchat, "visitor" + std::to_string(i)));
    }
    EXPECT_EQ(suggestions(), 0u);
    // Digits alone are no number: a Telegram id may look like one.
    (void)receive(from(telegram, "573001234567"));
    (void)receive(from(whatsapp, ana));
    EXPECT_EQ(suggestions(), 0u);
}

TEST_F(Matching, ANumberSharedOnTelegramIsFoundInBothOrders) {  // RI-07
    const adapters::ToldKey own{PersonKey::phone, std::string(ana), true};
    const model::Part first = receive(from(whatsapp, ana));
    const model::Part second = receive(from(telegram, "77"));
    EXPECT_EQ(suggestions(), 0u);
    EXPECT_EQ(receive(from(telegram, "77", {own})), second);
    ASSERT_NE(suggestion(first, second), nullptr);
    EXPECT_EQ(contacts::strength_of(*suggestion(first, second)), "exact");
    EXPECT_TRUE(bench_.written<model::MessageRow>()->contact_updated);
    EXPECT_EQ(bench_.written<model::ContactRow>()->phones, std::vector{std::string(ana)});
    EXPECT_TRUE(bench_.written<model::ContactRow>()->unverified.empty());

    const model::Part third = receive(from(sms, ana));
    ASSERT_NE(event(), nullptr);
    EXPECT_NE(suggestion(first, third), nullptr);
    EXPECT_NE(suggestion(second, third), nullptr);
}

TEST_F(Matching, WhatAVisitorFillsInIsStrongAndNotExact) {  // RI-41
    const model::Part first = receive(from(whatsapp, ana));
    const model::Part mailer = receive(from(email, mail));
    ReceiveMessage form = from(webchat, "visitor",
                               {{PersonKey::phone, std::string(ana), false},
                                {PersonKey::email, std::string(mail), false}});
    form.message.sender.name = "Visitor";
    const model::Part visitor = receive(std::move(form));
    for (const model::Part other : {first, mailer}) {
        ASSERT_NE(suggestion(visitor, other), nullptr);
        EXPECT_EQ(contacts::strength_of(*suggestion(visitor, other)), "strong");
        EXPECT_EQ(contacts::score_of(*suggestion(visitor, other)), 80u);
    }
    EXPECT_EQ(suggestion(first, mailer), nullptr);  // they share nothing
    const auto* contact = bench_.stored<model::ContactRow>(keys::contact(visitor));
    EXPECT_EQ(contact->emails, std::vector{std::string(mail)});
    EXPECT_EQ(contact->unverified.size(), 2u);
}

TEST_F(Matching, TheSameVisitorInAnotherBrowserIsFoundByWhatTheyFilledIn) {  // RI-05
    const adapters::ToldKey key{PersonKey::email, std::string(mail), false};
    const model::Part first = receive(from(webchat, "one", {key}));
    const model::Part second = receive(from(webchat, "two", {key}));
    const model::Part third = receive(from(webchat, "three", {key}));
    EXPECT_NE(suggestion(first, second), nullptr);
    EXPECT_NE(suggestion(first, third), nullptr);
    EXPECT_EQ(contacts::score_of(*suggestion(first, third)), 85u);  // they have the same name
    // Each is found by it, whoever told it first.
    for (const model::Part part : {first, second, third}) {
        EXPECT_NE(bench_.stored<model::IdentityRow>(
                      keys::told_key(contacts::told_scope(PersonKey::email), blind_of(mail), part)),
                  nullptr);
    }
    // A mail from that very address is a fourth contact, and the same question.
    const model::Part writer = receive(from(email, mail));
    ASSERT_NE(suggestion(first, writer), nullptr);
    EXPECT_EQ(contacts::strength_of(*suggestion(first, writer)), "strong");
}

TEST_F(Matching, IsSaidOnce) {
    const model::Part first = receive(from(whatsapp, ana));
    const model::Part second = receive(from(sms, ana));
    const SuggestionRow before = *suggestion(first, second);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(receive(from(sms, ana)), second);
        EXPECT_EQ(receive(from(whatsapp, ana)), first);
        EXPECT_EQ(event(), nullptr);
    }
    EXPECT_EQ(*suggestion(first, second), before);
    EXPECT_EQ(suggestions(), 3u);  // one under each contact, one by its id
}

TEST_F(Matching, ADismissedPairComesBackForAnotherKeyOnly) {  // RI-48
    const adapters::ToldKey phone{PersonKey::phone, std::string(ana), false};
    const model::Part first =
        receive(from(whatsapp, ana, {{PersonKey::email, std::string(mail), false}}));
    const model::Part second = receive(from(webchat, "visitor", {phone}));
    const model::Sequence id = suggestion(first, second)->id;
    bench_.forget();
    bench_.run(DismissSuggestion{id}, at(60s));
    EXPECT_EQ(bench_.reply().code, ReplyCode::done);
    EXPECT_EQ(suggestion(first, second)->state, model::SuggestionState::dismissed);

    EXPECT_EQ(receive(from(webchat, "visitor", {phone})), second);
    EXPECT_EQ(event(), nullptr);
    EXPECT_EQ(suggestion(first, second)->state, model::SuggestionState::dismissed);
    // Nor when a provider vouches for the very number that a person said means nothing.
    EXPECT_EQ(receive(from(webchat, "visitor", {{PersonKey::phone, std::string(ana), true}})),
              second);
    EXPECT_EQ(event(), nullptr);

    EXPECT_EQ(receive(from(webchat, "visitor", {{PersonKey::email, std::string(mail), false}})),
              second);
    ASSERT_NE(event(), nullptr);
    EXPECT_EQ(suggestion(first, second)->id, id);
    EXPECT_EQ(suggestion(first, second)->state, model::SuggestionState::open);
    const std::string& json = event()->data_json;
    EXPECT_NE(json.find(R"("keys":[{"key":"email","value":"ana@example.com"}])"), json.npos)
        << json;
}

TEST_F(Matching, DismissingWhatIsNotThereOrTwiceChangesNothing) {
    bench_.run(DismissSuggestion{12'345}, at(1s));
    EXPECT_EQ(bench_.reply().code, ReplyCode::not_found);
    const model::Part first = receive(from(whatsapp, ana));
    const model::Part second = receive(from(sms, ana));
    const model::Sequence id = suggestion(first, second)->id;
    bench_.run(DismissSuggestion{id}, at(60s));
    bench_.run(DismissSuggestion{id}, at(61s));
    EXPECT_EQ(bench_.reply().code, ReplyCode::done);
    EXPECT_TRUE(bench_.effects().writes_nothing());
}

TEST_F(Matching, ANameOfOneContactThatComesWithAnothersIsSuggested) {
    // Two contacts of one channel: an id without a number, and the number; then both in one
    // message.
    const model::Part by_id = receive(from(whatsapp, "CO.1001"));
    const model::Part by_number = receive(from(whatsapp, ana));
    ReceiveMessage both = from(whatsapp, "CO.1001");
    both.message.sender.aliases.push_back({std::string(ana), adapters::IdentityScope::channel});
    both.inbound.identities.push_back(key_of(whatsapp, ana));
    EXPECT_EQ(receive(both), by_id);
    ASSERT_NE(suggestion(by_id, by_number), nullptr);
    EXPECT_EQ(contacts::strength_of(*suggestion(by_id, by_number)), "exact");
}

TEST_F(Matching, WhomWeWroteToFirstIsFoundWhenTheyAnswer) {
    const model::Part by_sms = receive(from(sms, ana));
    // Known by an echo of what the business wrote: a contact who never wrote.
    ReceiveSignal echo;
    const ReceiveMessage like = from(whatsapp, "CO.1001");
    echo.inbound = like.inbound;
    echo.signal.kind = adapters::SignalKind::message_echoed;
    echo.signal.sender = like.message.sender;
    echo.signal.dedupe_id = "echo";
    bench_.run(echo, at(5s));
    ReceiveMessage answer = from(whatsapp, "CO.1001");
    answer.message.sender.aliases.push_back({std::string(ana), adapters::IdentityScope::channel});
    answer.inbound.identities.push_back(key_of(whatsapp, ana));
    const model::Part person = receive(answer);
    EXPECT_NE(suggestion(person, by_sms), nullptr);
}

TEST_F(Matching, CostsAKnownSenderNoReadAndNobodyARow) {
    const model::Part first = receive(from(whatsapp, ana));
    EXPECT_EQ(bench_.effects().writes.size(), 4u);
    ASSERT_EQ(bench_.rounds(), 2u);
    // One other channel that is written to by number, and the numbers that people told.
    EXPECT_EQ(bench_.asked()[1].size(), 2u);
    EXPECT_EQ(receive(from(whatsapp, ana)), first);
    EXPECT_EQ(bench_.effects().writes.size(), 2u);
    ASSERT_EQ(bench_.rounds(), 2u);
    EXPECT_EQ(bench_.asked()[1], (std::vector{keys::contact(first), keys::hot(first)}));
}

TEST_F(Matching, LooksNothingUpWhereThereIsOneChannelOnly) {
    Bench alone;
    alone.run(text_from(ana, "m1", at(1s)), at(2s));
    EXPECT_EQ(alone.rounds(), 1u);
}

TEST_F(Matching, IsTheSameWithARowForgottenAtAnyTime) {
    Bench kept{all_channels()};
    const adapters::ToldKey own{PersonKey::phone, std::string(ana), true};
    std::vector<ReceiveMessage> script = {from(whatsapp, ana), from(telegram, "77", {own}),
                                          from(sms, ana), from(telegram, "77"),
                                          from(webchat, "v", {own})};
    for (std::size_t i = 0; i < script.size(); ++i) {
        kept.run(script[i], at(std::chrono::seconds{i}));
        bench_.forget();
        bench_.run(script[i], at(std::chrono::seconds{i}));
    }
    ASSERT_EQ(kept.rows().size(), bench_.rows().size());
    for (const auto& [key, record] : kept.rows()) EXPECT_EQ(*record, *bench_.rows().at(key));
}

TEST(Suggestion, ScoresSortWhatPeopleLookAtFirst) {
    SuggestionRow row;
    EXPECT_TRUE(contacts::add_key(row, {PersonKey::phone, "+571", false}, at(1s)));
    EXPECT_FALSE(contacts::add_key(row, {PersonKey::phone, "+571", false}, at(2s)));
    EXPECT_EQ(contacts::score_of(row), 80u);
    EXPECT_TRUE(contacts::add_key(row, {PersonKey::email, "a@b", false}, at(3s)));
    EXPECT_EQ(contacts::score_of(row), 85u);
    row.same_name = true;
    EXPECT_EQ(contacts::score_of(row), 90u);
    // The same key, vouched for now, is news.
    EXPECT_TRUE(contacts::add_key(row, {PersonKey::phone, "+571", true}, at(4s)));
    EXPECT_EQ(contacts::strength_of(row), "exact");
    EXPECT_EQ(contacts::score_of(row), 100u);
    row.state = model::SuggestionState::merged;
    EXPECT_FALSE(contacts::add_key(row, {PersonKey::phone, "+572", true}, at(5s)));
}

}  // namespace
}  // namespace postern::core
