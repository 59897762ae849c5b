// Which rows a command asks for, round by round.
#include "gateway/core/plan.h"

#include <gtest/gtest.h>

#include "tests/core/bench.h"

namespace postern::core {
namespace {

using namespace std::chrono_literals;
namespace keys = storage::keys;

constexpr std::string_view ana = "+573001234567";

void fill_ring(Bench& bench) {
    for (std::size_t i = 0; i <= model::seen_ids_max; ++i) {
        bench.run(text_from(ana, "m" + std::to_string(i), at(1s)), at(2s));
    }
}

TEST(Plan, ANewSenderCostsOneRound) {
    Bench bench;
    bench.run(text_from(ana, "m1", at(1s)), at(2s));
    ASSERT_EQ(bench.rounds(), 1u);
    EXPECT_EQ(bench.asked()[0], Missing{keys::identity(channel_scope, blind_of(ana))});
}

TEST(Plan, AKnownSenderOutOfMemoryCostsTwoRounds) {
    Bench bench;
    bench.run(text_from(ana, "m1", at(1s)), at(2s));
    const model::Part part = bench.reply().id.sequence;
    bench.forget();
    bench.run(text_from(ana, "m2", at(3s)), at(4s));
    ASSERT_EQ(bench.rounds(), 2u);
    EXPECT_EQ(bench.asked()[1], (Missing{keys::contact(part), keys::hot(part)}));
}

TEST(Plan, AKnownSenderInMemoryCostsNone) {
    Bench bench;
    bench.run(text_from(ana, "m1", at(1s)), at(2s));
    bench.run(text_from(ana, "m2", at(3s)), at(4s));
    EXPECT_EQ(bench.rounds(), 0u);
}

TEST(Plan, ASenderWhoseIdsHaveSpilledCostsOneRoundMore) {
    Bench bench;
    fill_ring(bench);
    bench.forget();
    bench.run(text_from(ana, "m0", at(1s)), at(3s));
    ASSERT_EQ(bench.rounds(), 3u);
    EXPECT_EQ(
        bench.asked()[2],
        Missing{keys::dedupe(static_cast<std::uint32_t>(new_year.count() + 1), 1, hash_of("m0"))});
    EXPECT_EQ(bench.reply().code, ReplyCode::duplicate);
}

TEST(Plan, AnIdInTheRingAsksForNoDedupeRow) {
    Bench bench;
    fill_ring(bench);
    bench.forget();
    bench.run(text_from(ana, "m5", at(1s)), at(3s));
    EXPECT_EQ(bench.rounds(), 2u);
    EXPECT_EQ(bench.reply().code, ReplyCode::duplicate);
}

TEST(Plan, AGroupIsAskedForWithTheIdentity) {
    Bench bench;
    ReceiveMessage c = text_from(ana, "m1", at(1s));
    c.message.group = "family";
    c.inbound.group = blind_of("family");
    bench.run(c, at(2s));
    ASSERT_EQ(bench.rounds(), 1u);
    EXPECT_EQ(bench.asked()[0].size(), 2u);
}

TEST(Plan, CommandsOfTheSmallTablesAskForNothing) {
    Bench bench;
    bench.run(Canary{}, at(1s));
    EXPECT_EQ(bench.rounds(), 0u);
    bench.run(SetMode{"inactive"}, at(1s));
    EXPECT_EQ(bench.rounds(), 0u);
}

TEST(Plan, TheFirstKnownIdentityDecidesWhoItIs) {
    Rows rows(100);
    const IdentityKey a = channel_identity("a"), b = channel_identity("b"),
                      c = channel_identity("c");
    rows.load(keys::identity(a.scope, a.blind), nullptr);
    rows.load(keys::identity(b.scope, b.blind),
              std::make_shared<const model::Record>(model::IdentityRow{7}));
    rows.load(keys::identity(c.scope, c.blind),
              std::make_shared<const model::Record>(model::IdentityRow{9}));
    const auto asked_of = [&rows](std::vector<IdentityKey> names) {
        ReceiveMessage message;
        message.inbound.identities = std::move(names);
        Missing missing;
        plan_rows(message, {at(1s), {}}, contacts::SharedScopes{}, rows, missing);
        return missing;
    };
    EXPECT_EQ(asked_of({a, b, c}), (Missing{keys::contact(7), keys::hot(7)}));
    EXPECT_EQ(asked_of({c, b}), (Missing{keys::contact(9), keys::hot(9)}));
    EXPECT_TRUE(asked_of({a}).empty());
}

}  // namespace
}  // namespace postern::core
