// Accounts, mode, retention, notices, quarantine and the canary.
#include <gtest/gtest.h>

#include "tests/core/bench.h"

namespace postern::core {
namespace {

using namespace std::chrono_literals;
namespace keys = storage::keys;

TEST(Operations, AnAccountIsNumberedOnceAndForEver) {
    Bench bench;
    bench.run(RegisterAccounts{{{"wa-main", "whatsapp"}, {"tg", "telegram"}}}, at(1s));
    EXPECT_EQ(bench.count_written<model::AccountRow>(), 1u);
    EXPECT_EQ(bench.written<model::AccountRow>()->number, 3u);
    EXPECT_EQ(bench.effects().published.size(), 1u);
    bench.run(RegisterAccounts{{{"tg", "telegram"}}}, at(2s));
    EXPECT_EQ(bench.reply().code, ReplyCode::done);
    EXPECT_TRUE(bench.effects().writes_nothing());
    EXPECT_EQ(bench.core().accounts().size(), 3u);
}

TEST(Operations, ANameNeverMovesToAnotherChannel) {
    Bench bench;
    bench.run(RegisterAccounts{{{"fresh", "http"}, {"wa-main", "telegram"}}}, at(1s));
    EXPECT_EQ(bench.reply().code, ReplyCode::conflict);
    EXPECT_TRUE(bench.effects().writes_nothing());
    EXPECT_EQ(bench.core().accounts().size(), 2u);
    EXPECT_EQ(bench.core().accounts().at(1).channel, "whatsapp");
}

TEST(Operations, SixtyAccountsAreOneBoundedCommand) {
    Bench bench{SmallTables{}};
    RegisterAccounts c;
    for (int i = 0; i < 60; ++i) c.accounts.push_back({"a" + std::to_string(i), "http"});
    bench.run(c, at(1s));
    EXPECT_EQ(bench.count_written<model::AccountRow>(), 60u);
    EXPECT_LE(bench.effects().writes.size(), rows_per_apply_max);
    EXPECT_NE(bench.effects().last, 0u);
}

TEST(Operations, PausingAnAccountIsAnEventOnce) {
    Bench bench;
    bench.run(PauseAccount{1, true, "moving"}, at(1s));
    EXPECT_EQ(bench.written<model::NoticeRow>()->type, "account.health");
    EXPECT_EQ(bench.written<model::AccountRow>()->paused_reason, "moving");
    bench.run(PauseAccount{1, true, "again"}, at(2s));
    EXPECT_EQ(bench.reply().code, ReplyCode::done);
    EXPECT_NE(bench.reply().record, nullptr);
    EXPECT_TRUE(bench.effects().writes_nothing());
    bench.run(PauseAccount{1, false, ""}, at(3s));
    EXPECT_TRUE(bench.written<model::AccountRow>()->paused_reason.empty());
    bench.run(PauseAccount{9, true, ""}, at(4s));
    EXPECT_EQ(bench.reply().code, ReplyCode::not_found);
}

TEST(Operations, TheModeIsStoredPublishedAndAnnounced) {
    Bench bench;
    bench.run(SetMode{"inactive"}, at(1s));
    EXPECT_EQ(bench.stored<model::WorkspaceRow>(keys::meta("workspace"))->mode, "inactive");
    EXPECT_EQ(bench.written<model::NoticeRow>()->data_json, R"({"mode":"inactive"})");
    EXPECT_EQ(bench.effects().published.size(), 1u);
}

TEST(Operations, WhateverWritesMovesTheSequence) {
    Bench bench;
    for (const Payload& payload :
         {Payload{Canary{}}, Payload{EraseRange{keys::seq_row(0), keys::seq_row(1)}},
          Payload{Announce{0, "clock.stepped", "{}"}}, Payload{SetMode{"active"}}}) {
        const model::Sequence before = bench.core().last_sequence();
        bench.run(payload, at(1s));
        EXPECT_EQ(bench.effects().first, before + 1);
        EXPECT_EQ(bench.effects().last, bench.core().last_sequence());
        EXPECT_GT(bench.core().last_sequence(), before);
    }
}

TEST(Operations, TheCanaryMakesNoEvent) {
    Bench bench;
    bench.run(Canary{}, at(1s));
    ASSERT_EQ(bench.effects().writes.size(), 1u);
    EXPECT_EQ(bench.effects().writes.front().key, keys::meta("canary"));
}

TEST(Operations, AQuarantinedRequestCountsItsReplays) {
    Bench bench;
    Quarantine c;
    c.row.account = 1;
    c.row.body = "not JSON";
    c.row.reason = "not JSON";
    bench.run(c, at(1s));
    const model::Sequence id = bench.reply().id.sequence;
    EXPECT_EQ(bench.effects().writes.front().seal, Seal::workspace);
    bench.forget();
    bench.run(ResolveQuarantine{id, false, "still not"}, at(2s));
    const auto key = keys::quarantine(id);
    EXPECT_EQ(bench.stored<model::QuarantineRow>(key)->reason, "still not");
    bench.run(ResolveQuarantine{id, true, ""}, at(3s));
    const auto* row = bench.stored<model::QuarantineRow>(key);
    EXPECT_EQ(row->attempts, 2u);
    EXPECT_TRUE(row->resolved);
    EXPECT_EQ(row->reason, "still not");
    EXPECT_EQ(row->created, at(1s));
    EXPECT_EQ(row->body, "not JSON");
    bench.run(ResolveQuarantine{id + 100, true, ""}, at(4s));
    EXPECT_EQ(bench.reply().code, ReplyCode::not_found);
}

TEST(Operations, WhatRetentionErasedIsNotServedFromMemory) {
    Bench bench;
    Quarantine c;
    c.row.account = 1;
    bench.run(c, at(1s));
    const model::Sequence id = bench.reply().id.sequence;
    bench.run(ResolveQuarantine{id, false, "still not", {}}, at(2s));  // now it is in memory
    bench.run(EraseRange{keys::quarantine(0), keys::quarantine(id + 1)}, at(3s));
    bench.run(ResolveQuarantine{id, true, "", {}}, at(4s));
    EXPECT_EQ(bench.reply().code, ReplyCode::not_found);
    EXPECT_EQ(bench.stored<model::QuarantineRow>(keys::quarantine(id)), nullptr);
}

TEST(Operations, TheSameCommandsGiveTheSameEffects) {
    Bench one, two;
    for (int i = 0; i < 40; ++i) {
        const auto c = text_from("+57300" + std::to_string(i % 7), "m" + std::to_string(i % 30),
                                 at(std::chrono::seconds(i)));
        one.run(c, at(std::chrono::seconds(i)));
        if (i % 3 == 0) two.forget();  // what is in memory decides nothing
        two.run(c, at(std::chrono::seconds(i)));
        ASSERT_EQ(one.effects().writes.size(), two.effects().writes.size()) << i;
        for (std::size_t w = 0; w < one.effects().writes.size(); ++w) {
            EXPECT_EQ(one.effects().writes[w].key, two.effects().writes[w].key);
            EXPECT_EQ(*one.effects().writes[w].record, *two.effects().writes[w].record);
        }
    }
}

TEST(KeptAnswers, AreSealedAndTakenBack) {
    Bench bench;
    KeepAnswer used;
    used.key = blind_of("order-7");
    used.row.hash.fill(3);
    bench.run(used, at(std::chrono::seconds{1}));
    const auto key = storage::keys::idempotency(used.key);
    ASSERT_NE(bench.stored<model::IdempotencyRow>(key), nullptr);
    EXPECT_EQ(bench.stored<model::IdempotencyRow>(key)->answer.epoch, 1u);

    KeepAnswer answered = used;
    answered.row.status = 201;
    answered.row.body = R"({"key":"a secret"})";
    bench.run(answered, at(std::chrono::seconds{2}));
    ASSERT_EQ(bench.effects().writes.size(), 1u);
    EXPECT_EQ(bench.effects().writes[0].seal, Seal::workspace);
    EXPECT_EQ(bench.stored<model::IdempotencyRow>(key)->body, answered.row.body);

    used.forget = true;
    bench.run(used, at(std::chrono::seconds{3}));
    EXPECT_EQ(bench.stored<model::IdempotencyRow>(key), nullptr);
}

/// The line of the audit that the last run wrote, with the change itself: one group, one commit.
std::string line_of(const Bench& bench) {
    const auto* row = bench.written<model::AuditRow>();
    if (row == nullptr || bench.count_written<model::AuditRow>() != 1) return "no line, or several";
    return row->action + " " + row->object;
}

TEST(Operations, WhatOperatorsChangeIsInTheAuditWithTheChangeItself) {
    Bench bench;
    bench.run(PauseAccount{1, true, "moving"}, at(1s));
    EXPECT_EQ(line_of(bench), "account.paused wa-main");
    EXPECT_EQ(bench.written<model::AuditRow>()->after_json,
              R"({"state":"paused","credentials_refused":false})");
    EXPECT_EQ(bench.effects().writes.back().seal, Seal::workspace);
    bench.run(PauseAccount{1, true, "again"}, at(2s));
    EXPECT_EQ(bench.count_written<model::AuditRow>(), 0u) << "nothing was changed";
    bench.run(SetMode{"inactive"}, at(3s));
    EXPECT_EQ(line_of(bench), "mode.changed workspace");
    EXPECT_EQ(bench.written<model::AuditRow>()->before_json, R"({"mode":"configuration"})");
    bench.run(PauseSending{{.account = 2, .reason = "a person's words"}, true}, at(4s));
    EXPECT_EQ(line_of(bench), "sending.paused wa-second");
    EXPECT_EQ(bench.written<model::AuditRow>()->after_json.find("words"), std::string::npos);
    bench.run(PauseSending{{.account = 2}, false}, at(5s));
    EXPECT_EQ(line_of(bench), "sending.resumed wa-second");
    bench.run(NoteAudit{"backup.made", "/b", {}, R"({"path":"/b"})"}, at(6s));
    EXPECT_EQ(line_of(bench), "backup.made /b");
    EXPECT_EQ(bench.written<model::AuditRow>()->actor, model::ActorKind::postern);
    EXPECT_EQ(bench.count_stored('Z'), 5u);
}

TEST(Operations, ResumingAfterARestoreIsALineOfItsOwn) {
    SmallTables tables = Bench::two_accounts();
    tables.sending_paused = true;
    Bench bench(std::move(tables));
    bench.run(PauseSending{{}, false}, at(1s));
    EXPECT_TRUE(bench.effects().resumes_after_restore);
    EXPECT_EQ(line_of(bench), "sending.resumed_after_restore sending");
}

TEST(Operations, AnAddressIsNotedToldOfAndAuditedAsOne) {
    Bench bench;
    NoteAddress note;
    note.blind = blind_of("+573001234567");
    note.note.kind = model::AddressNote::Kind::suppressed;
    note.notice_json = R"({"key":"key_1"})";
    note.audit_json = R"({"address":"+57…567"})";
    bench.run(note, at(1s));
    EXPECT_NE(bench.written<model::AddressNotesRow>(), nullptr);
    EXPECT_EQ(bench.written<model::NoticeRow>()->type, "suppression.added");
    EXPECT_EQ(bench.written<model::AuditRow>()->action, "suppression.added");
    note.remove = true;
    bench.run(note, at(2s));
    EXPECT_EQ(bench.written<model::NoticeRow>()->type, "suppression.removed");
    bench.run(note, at(3s));
    EXPECT_EQ(bench.reply().code, ReplyCode::not_found);
    EXPECT_TRUE(bench.effects().writes_nothing()) << "nothing is told of what was not done";
}

}  // namespace
}  // namespace postern::core
