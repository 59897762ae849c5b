// Subscriptions: made, rotated, replayed, deleted; failing for an hour, for five days, and over.
#include <gtest/gtest.h>

#include "tests/core/bench.h"

namespace postern::core {
namespace {

using namespace std::chrono_literals;

class Subscriptions : public testing::Test {
  protected:
    model::Sequence make() {
        CreateSubscription c;
        c.row.url = "https://crm.example.com/hook?token=t0p";
        c.row.types = {"message.*"};
        c.row.secret = std::string(32, 's');
        c.row.progress.cursor = {1, 2, 3};
        bench.run(c, at(1s));
        return bench.reply().id.sequence;
    }
    void note(model::Sequence id, std::chrono::microseconds when, model::Instant failing_since,
              std::uint32_t run = 0) {
        const bool fails = failing_since != model::Instant{};
        bench.run(
            NoteSubscription{
                id, run, {{1, 2, 7}, failing_since, fails ? 8u : 0u, fails ? "status 500" : ""}},
            at(when));
    }
    [[nodiscard]] const model::SubscriptionRow& stored(model::Sequence id) const {
        return *bench.stored<model::SubscriptionRow>(storage::keys::subscription(id));
    }
    /// The type of the event that the last command wrote; empty: none.
    [[nodiscard]] std::string announced() const {
        const auto* notice = bench.written<model::NoticeRow>();
        return notice != nullptr ? notice->type : std::string{};
    }
    Bench bench;
};

TEST_F(Subscriptions, AFreshOneIsStoredSealedAndPublished) {
    const model::Sequence id = make();
    EXPECT_EQ(stored(id).id, id);
    EXPECT_EQ(stored(id).created, at(1s));
    EXPECT_EQ(stored(id).state, model::SubscriptionState::active);
    EXPECT_EQ(bench.effects().writes.front().seal, Seal::workspace);
    ASSERT_EQ(bench.effects().published.size(), 1u);
    EXPECT_EQ(bench.effects().published.front(), bench.reply().record);
}

TEST_F(Subscriptions, ThereAreAtMostSoMany) {
    for (std::size_t i = 0; i < subscriptions_max; ++i) (void)make();
    (void)make();
    EXPECT_EQ(bench.reply().code, ReplyCode::conflict);
    EXPECT_TRUE(bench.effects().writes_nothing());
}

TEST_F(Subscriptions, ARotationKeepsTheOldSecretForAWhile) {
    const model::Sequence id = make();
    bench.run(RotateSubscription{id, std::string(32, 'n'), at(1h)}, at(2s));
    EXPECT_EQ(stored(id).secret, std::string(32, 'n'));
    EXPECT_EQ(stored(id).previous_secret, std::string(32, 's'));
    EXPECT_EQ(stored(id).previous_until, at(1h));
}

TEST_F(Subscriptions, ADeletedOneIsGoneAndPublishedAsSuchWithoutItsSecret) {
    const model::Sequence id = make();
    bench.run(DeleteSubscription{id}, at(2s));
    EXPECT_EQ(bench.reply().code, ReplyCode::done);
    EXPECT_EQ(bench.stored<model::SubscriptionRow>(storage::keys::subscription(id)), nullptr);
    const auto& row = model::get<model::SubscriptionRow>(*bench.effects().published.front());
    EXPECT_EQ(row.state, model::SubscriptionState::deleted);
    EXPECT_TRUE(row.secret.empty());
    bench.run(DeleteSubscription{id}, at(3s));
    EXPECT_EQ(bench.reply().code, ReplyCode::not_found);
}

TEST_F(Subscriptions, ProgressIsKept) {
    const model::Sequence id = make();
    note(id, 2s, {});
    EXPECT_EQ(stored(id).progress.cursor, (model::Ulid{1, 2, 7}));
    EXPECT_EQ(announced(), "");
}

TEST_F(Subscriptions, OneThatFailsForAnHourIsToldOnceAndSoIsItsRecovery) {
    const model::Sequence id = make();
    note(id, 59min + 59s, at(0s));
    EXPECT_EQ(announced(), "");
    note(id, 1h, at(0s));
    EXPECT_EQ(announced(), "subscription.failing");
    const std::string data = bench.written<model::NoticeRow>()->data_json;
    EXPECT_NE(data.find(R"("last_error":"status 500")"), std::string::npos) << data;
    EXPECT_NE(data.find(R"("subscription":"sub_)"), std::string::npos) << data;
    EXPECT_EQ(data.find("crm.example.com"), std::string::npos) << data;
    note(id, 2h, at(0s));
    EXPECT_EQ(announced(), "");
    note(id, 3h, {});
    EXPECT_EQ(announced(), "subscription.recovered");
    note(id, 4h, {});
    EXPECT_EQ(announced(), "");
}

TEST_F(Subscriptions, OneThatFailsForFiveDaysIsDisabledWithAnEventUntilItIsEnabled) {
    const model::Sequence id = make();
    note(id, 5 * 24h - 1s, at(0s));
    EXPECT_EQ(stored(id).state, model::SubscriptionState::active);
    note(id, 5 * 24h, at(0s));
    EXPECT_EQ(announced(), "subscription.disabled");
    EXPECT_EQ(stored(id).state, model::SubscriptionState::disabled);
    EXPECT_EQ(stored(id).disabled, at(5 * 24h));

    note(id, 5 * 24h + 1s, {});  // too late: it is given up
    EXPECT_EQ(bench.reply().code, ReplyCode::conflict);
    EXPECT_EQ(stored(id).state, model::SubscriptionState::disabled);

    bench.run(EnableSubscription{id}, at(6 * 24h));
    EXPECT_EQ(stored(id).state, model::SubscriptionState::active);
    EXPECT_EQ(stored(id).progress.failing_since, model::Instant{});
    EXPECT_EQ(stored(id).progress.cursor, (model::Ulid{1, 2, 7}));
    note(id, 6 * 24h + 1h, at(6 * 24h), 1);
    EXPECT_EQ(announced(), "subscription.failing");
}

TEST_F(Subscriptions, AReplaySetsTheCursorAndWhatWasToldOfTheRunBeforeIsVoid) {
    const model::Sequence id = make();
    bench.run(ReplaySubscription{id, {0, 0, 1}}, at(2s));
    EXPECT_EQ(stored(id).progress.cursor, (model::Ulid{0, 0, 1}));
    note(id, 3s, {});
    EXPECT_EQ(bench.reply().code, ReplyCode::conflict);
    EXPECT_EQ(stored(id).progress.cursor, (model::Ulid{0, 0, 1}));
    note(id, 4s, {}, 1);
    EXPECT_EQ(stored(id).progress.cursor, (model::Ulid{1, 2, 7}));
}

TEST_F(Subscriptions, AnotherUrlBeginsAnewFromWhereDeliveriesHadCome) {
    const model::Sequence id = make();
    note(id, 3h, at(1h));
    ASSERT_EQ(announced(), "subscription.failing");
    bench.run(UpdateSubscription{.id = id, .url = "https://other.example.com/"}, at(4h));
    EXPECT_EQ(bench.reply().code, ReplyCode::done);
    EXPECT_EQ(stored(id).url, "https://other.example.com/");
    EXPECT_EQ(stored(id).progress.failing_since, model::Instant{});
    EXPECT_EQ(stored(id).progress.cursor, (model::Ulid{1, 2, 7}));
    EXPECT_EQ(stored(id).run, 1u);
    note(id, 4h + 1s, at(1h));  // of the URL before
    EXPECT_EQ(bench.reply().code, ReplyCode::conflict);
}

TEST_F(Subscriptions, ADescriptionInterruptsNothing) {
    const model::Sequence id = make();
    const auto before = stored(id);
    bench.run(UpdateSubscription{.id = id, .url = before.url, .description = "the CRM"}, at(2s));
    EXPECT_EQ(stored(id).description, "the CRM");
    EXPECT_EQ(stored(id).types, before.types);
    EXPECT_EQ(stored(id).run, before.run);
    bench.run(UpdateSubscription{.id = id, .types = std::vector<std::string>{"contact.*"}}, at(3s));
    EXPECT_EQ(stored(id).types, std::vector<std::string>{"contact.*"});
    EXPECT_EQ(stored(id).description, "the CRM");
    EXPECT_EQ(stored(id).run, before.run + 1);
}

TEST_F(Subscriptions, OneThatIsNotThereIsNotFound) {
    for (const Payload& payload :
         {Payload{DeleteSubscription{99}}, Payload{RotateSubscription{99, "x", at(1h)}},
          Payload{EnableSubscription{99}}, Payload{ReplaySubscription{99, {}}},
          Payload{UpdateSubscription{99, {}, {}, {}}}, Payload{NoteSubscription{99, 0, {}}}}) {
        bench.run(payload, at(1s));
        EXPECT_EQ(bench.reply().code, ReplyCode::not_found);
        EXPECT_TRUE(bench.effects().writes_nothing());
    }
}

}  // namespace
}  // namespace postern::core
