// API keys: made, rotated, revoked, used.
#include <gtest/gtest.h>

#include "tests/core/bench.h"

namespace postern::core {
namespace {

using namespace std::chrono_literals;
using Hash = std::array<std::uint8_t, 32>;

Hash hash(std::uint8_t fill) {
    Hash h;
    h.fill(fill);
    return h;
}

class ApiKeys : public testing::Test {
  protected:
    model::Sequence make() {
        CreateApiKey c;
        c.row.name = "crm";
        c.row.scopes = {"messages:write"};
        c.row.hash = hash(1);
        bench.run(c, at(1s));
        return bench.reply().id.sequence;
    }
    [[nodiscard]] const model::ApiKeyRow& stored(model::Sequence id) const {
        return *bench.stored<model::ApiKeyRow>(storage::keys::api_key(id));
    }
    Bench bench;
};

TEST_F(ApiKeys, AFreshKeyIsStoredPublishedAndAnswered) {
    const model::Sequence id = make();
    EXPECT_EQ(stored(id).id, id);
    EXPECT_EQ(stored(id).created, at(1s));
    ASSERT_EQ(bench.effects().published.size(), 1u);
    EXPECT_EQ(bench.effects().published.front(), bench.reply().record);
    EXPECT_EQ(bench.effects().writes.front().seal, Seal::workspace);
}

TEST_F(ApiKeys, ARotationKeepsTheOldSecretForAWhile) {
    const model::Sequence id = make();
    bench.run(RotateApiKey{id, hash(2), at(1h)}, at(2s));
    EXPECT_EQ(bench.reply().code, ReplyCode::done);
    EXPECT_EQ(stored(id).hash, hash(2));
    EXPECT_EQ(stored(id).previous_hash, hash(1));
    EXPECT_EQ(stored(id).previous_until, at(1h));
    EXPECT_EQ(bench.reply().id.sequence, id);
}

TEST_F(ApiKeys, ARevokedKeyStaysRevokedAndIsNotRotated) {
    const model::Sequence id = make();
    bench.run(RevokeApiKey{id}, at(2s));
    bench.run(RevokeApiKey{id}, at(3s));
    EXPECT_EQ(bench.reply().code, ReplyCode::done);
    EXPECT_EQ(stored(id).revoked, at(2s));
    bench.run(RotateApiKey{id, hash(2), at(1h)}, at(4s));
    EXPECT_EQ(bench.reply().code, ReplyCode::conflict);
    EXPECT_TRUE(bench.effects().writes_nothing());
    EXPECT_EQ(stored(id).hash, hash(1));
}

TEST_F(ApiKeys, UsesAddUp) {
    const model::Sequence id = make();
    bench.run(NoteApiKeyUse{id, 3, at(2s), "192.0.2.1"}, at(3s));
    bench.run(NoteApiKeyUse{id, 4, at(5s), "192.0.2.2"}, at(6s));
    EXPECT_EQ(stored(id).uses, 7u);
    EXPECT_EQ(stored(id).last_used, at(5s));
    EXPECT_EQ(stored(id).last_source, "192.0.2.2");
}

TEST_F(ApiKeys, AKeyThatIsNotThereIsNotFound) {
    bench.run(RotateApiKey{99, hash(2), at(1h)}, at(1s));
    EXPECT_EQ(bench.reply().code, ReplyCode::not_found);
    bench.run(RevokeApiKey{99}, at(1s));
    EXPECT_EQ(bench.reply().code, ReplyCode::not_found);
    bench.run(NoteApiKeyUse{99, 1, at(1s), ""}, at(1s));
    EXPECT_EQ(bench.reply().code, ReplyCode::not_found);
    EXPECT_TRUE(bench.effects().writes_nothing());
}

}  // namespace
}  // namespace postern::core
