// Templates: unique, versioned, told of by the provider; the rule that asks for them gets the truth
// at the door, at the attempt and at the fallback.
#include "gateway/core/templates.h"

#include "tests/core/sending_rig.h"

namespace postern::core {
namespace {

using namespace std::chrono_literals;
using model::MessageState;
using model::TemplateStatus;

class TemplateOrders : public SendingRig {
  protected:
    static model::TemplateRow hola(model::AccountNumber account = 1) {
        model::TemplateRow row;
        row.account = account;
        row.name = "hola";
        row.language = "es";
        row.body = "Hola {{name}}";
        return row;
    }
    model::TemplateRow make(model::TemplateRow row) {
        bench_.run(CreateTemplate{std::move(row)}, now_);
        EXPECT_EQ(bench_.reply().code, ReplyCode::done);
        return model::get<model::TemplateRow>(*bench_.reply().record);
    }
    void change(model::Sequence id, TemplateStatus status) {
        model::TemplateRow row = stored(id);
        row.status = status;
        bench_.run(ChangeTemplate{row}, now_);
        EXPECT_EQ(bench_.reply().code, ReplyCode::done);
    }
    [[nodiscard]] const model::TemplateRow& stored(model::Sequence id) const {
        return *bench_.stored<model::TemplateRow>(storage::keys::message_template(id));
    }
    [[nodiscard]] SubmitMessage template_to(std::string_view address) const {
        SubmitMessage c = text_to(address);
        c.row.template_name = "hola";
        c.row.template_language = "es";
        return c;
    }
    static ReceiveSignal told(TemplateStatus status, model::Instant when, std::string id) {
        ReceiveSignal c;
        c.inbound.account = 1;
        c.inbound.dedupe_hash = hash_of(id);
        c.inbound.horizon_s = 3600;
        c.signal.kind = adapters::SignalKind::template_status;
        c.signal.provider_type = "message_template_status_update";
        c.signal.details_json = R"({"event":"X"})";
        c.signal.provider_time = when;
        c.news = TemplateNews{{1, 2}, "hola", "es", "77", status, "ABUSIVE", {}};
        return c;
    }
    /// Data of the events of this type that the last command wrote.
    [[nodiscard]] std::vector<std::string> announced() const {
        std::vector<std::string> found;
        for (const RowWrite& write : bench_.effects().writes) {
            const auto* notice =
                write.record ? model::get_if<model::NoticeRow>(write.record.get()) : nullptr;
            if (notice && notice->type == "template.status") found.push_back(notice->data_json);
        }
        return found;
    }
    [[nodiscard]] model::Sequence waiting_message() {
        const Reply reply = submit(template_to("+573001"));
        EXPECT_EQ(reply.code, ReplyCode::done);
        pass(1s);
        EXPECT_TRUE(dispatched_.empty());
        return reply.id.sequence;
    }
};

TEST_F(TemplateOrders, AreUniqueByAccountNameAndLanguage) {
    const auto first = make(hola());
    EXPECT_EQ(first.version, 1u);
    bench_.run(CreateTemplate{hola()}, now_);
    EXPECT_EQ(bench_.reply().code, ReplyCode::conflict);
    EXPECT_EQ(model::get<model::TemplateRow>(*bench_.reply().record).id, first.id);
    (void)make(hola(2));
    auto other = hola();
    other.language = "en";
    other = make(other);

    other.language = "es";
    bench_.run(ChangeTemplate{other}, now_);
    EXPECT_EQ(bench_.reply().code, ReplyCode::conflict);
    EXPECT_TRUE(bench_.effects().writes_nothing());
}

TEST_F(TemplateOrders, AVersionThatIsNotTheLastChangesNothing) {
    auto row = make(hola());
    row.body = "Buenas {{name}}";
    bench_.run(ChangeTemplate{row, 1}, now_);
    ASSERT_EQ(bench_.reply().code, ReplyCode::done);
    EXPECT_EQ(stored(row.id).version, 2u);
    EXPECT_EQ(stored(row.id).body, "Buenas {{name}}");

    row.body = "Adios";
    bench_.run(ChangeTemplate{row, 1}, now_);
    EXPECT_EQ(bench_.reply().code, ReplyCode::conflict);
    bench_.run(DeleteTemplate{row.id, 1}, now_);
    EXPECT_EQ(bench_.reply().code, ReplyCode::conflict);
    bench_.run(DeleteTemplate{row.id, 2}, now_);
    EXPECT_EQ(bench_.reply().code, ReplyCode::done);
    EXPECT_TRUE(model::get<model::TemplateRow>(*bench_.effects().published.front()).deleted);
    EXPECT_EQ(bench_.stored<model::TemplateRow>(storage::keys::message_template(row.id)), nullptr);
    bench_.run(DeleteTemplate{row.id, 0}, now_);
    EXPECT_EQ(bench_.reply().code, ReplyCode::not_found);
}

TEST_F(TemplateOrders, WhatChangesNothingWritesNothing) {
    const auto row = make(hola());
    bench_.run(ChangeTemplate{row, 1}, now_);
    EXPECT_EQ(bench_.reply().code, ReplyCode::done);
    EXPECT_TRUE(bench_.effects().writes_nothing());
}

TEST_F(TemplateOrders, WhoWaitsIsStillAskedAtOnceAfterARestart) {
    model::TemplateRow row = hola();
    row.status = TemplateStatus::pending;
    row = make(row);
    const auto waits = waiting_message();
    const auto row_of_wait = storage::keys::due(1, template_lane, row.id, waits);
    EXPECT_NE(bench_.stored<model::DueRow>(row_of_wait), nullptr);
    bench_.restart();
    configure();
    pass(1s);
    EXPECT_TRUE(dispatched_.empty());
    change(row.id, TemplateStatus::approved);
    pass(1s);
    ASSERT_EQ(dispatched_.size(), 1u);
    EXPECT_EQ(dispatched_[0].message, waits);
    EXPECT_EQ(bench_.stored<model::DueRow>(row_of_wait), nullptr);
}

TEST_F(TemplateOrders, AnApprovalJustBeforeAKillIsNotForgotten) {
    model::TemplateRow row = hola();
    row.status = TemplateStatus::pending;
    row = make(row);
    const auto waits = waiting_message();
    change(row.id, TemplateStatus::approved);
    bench_.restart();
    configure();
    pass(1s);
    ASSERT_EQ(dispatched_.size(), 1u);
    EXPECT_EQ(dispatched_[0].message, waits);
    EXPECT_EQ(bench_.stored<model::DueRow>(storage::keys::due(1, template_lane, row.id, waits)),
              nullptr);
}

TEST_F(TemplateOrders, OneThatIsCancelledWaitsForNoApproval) {
    model::TemplateRow row = hola();
    row.status = TemplateStatus::pending;
    row = make(row);
    const auto waits = waiting_message();
    bench_.run(CancelMessage{waits}, now_);
    EXPECT_EQ(bench_.stored<model::DueRow>(storage::keys::due(1, template_lane, row.id, waits)),
              nullptr);
}

// CG-41
TEST_F(TemplateOrders, ARejectedOneIsRefusedAtTheDoor) {
    auto row = hola();
    row.status = TemplateStatus::rejected;
    (void)make(row);
    EXPECT_EQ(submit(template_to("+573001")).code, ReplyCode::refused);

    SubmitMessage check = template_to("+573001");
    check.check = true;
    const Reply reply = submit(check);
    const auto& verdict = model::get<model::OutboundRow>(*reply.record).verdict;
    EXPECT_EQ(verdict.decisive(), model::Rule::template_approved);

    SubmitMessage words = template_to("+573002");
    words.row.routes[0].words = "Hola Ana";
    EXPECT_EQ(submit(words).code, ReplyCode::done) << "words need no approval";
}

TEST_F(TemplateOrders, AnUnknownOneGoesAndTheVerdictSaysSo) {
    const Reply reply = submit(template_to("+573001"));
    ASSERT_EQ(reply.code, ReplyCode::done);
    EXPECT_EQ(dispatched_.size(), 1u);
    const auto& results = model::get<model::OutboundRow>(*reply.record).verdict.results;
    ASSERT_EQ(results.size(), 1u);
    EXPECT_EQ(results[0].facts_json, R"({"template_status":"unknown"})");
}

TEST_F(TemplateOrders, TheAttemptAsksAgainAndTheApprovalWakesIt) {
    auto row = hola();
    row.status = TemplateStatus::pending;
    row = make(row);
    const model::Sequence id = waiting_message();
    EXPECT_EQ(state(id).state, MessageState::waiting);

    change(row.id, TemplateStatus::paused);
    pass(1s);
    EXPECT_TRUE(dispatched_.empty());

    change(row.id, TemplateStatus::approved);
    pass(1s);
    ASSERT_EQ(dispatched_.size(), 1u);
    EXPECT_EQ(dispatched_[0].message, id);
}

TEST_F(TemplateOrders, AMessageThatNobodyWakesLooksAgainByItself) {
    auto row = hola();
    row.status = TemplateStatus::pending;
    (void)make(row);
    const model::Sequence id = waiting_message();
    EXPECT_LE(state(id).not_before, now_ + 15min);
    const model::Sequence last = state(id).last_event;
    EXPECT_EQ(last, 0u) << "the door said so already";
    pass(16min);
    EXPECT_GT(state(id).not_before, now_);
    EXPECT_EQ(state(id).last_event, last) << "waiting on is no news";
}

TEST_F(TemplateOrders, ARejectionWhileItWaitsRefusesIt) {
    auto row = hola();
    row.status = TemplateStatus::pending;
    row = make(row);
    const model::Sequence id = waiting_message();
    change(row.id, TemplateStatus::disabled);
    pass(1s);
    EXPECT_EQ(state(id).state, MessageState::refused);
}

TEST_F(TemplateOrders, TheFallbackAsksForItsOwnTemplate) {
    auto row = hola(2);
    row.status = TemplateStatus::rejected;
    row = make(row);
    SubmitMessage c = template_to("+573001");
    c.row.routes.push_back(c.row.routes[0]);
    c.row.routes[1].account = 2;
    const model::Sequence id = submit(c).id.sequence;
    ASSERT_EQ(dispatched_.size(), 1u);
    answer(outcome(adapters::SendResult::permanent, "nobody"));
    EXPECT_EQ(state(id).state, MessageState::failed) << "the other account's was rejected";

    change(row.id, TemplateStatus::approved);
    c.row.routes[0].address = c.row.routes[1].address = "+573002";
    c.row.routes[0].blind = c.row.routes[1].blind = blind_of("+573002");
    (void)submit(c);
    answer(outcome(adapters::SendResult::permanent, "nobody"));
    pass(1s);
    ASSERT_EQ(dispatched_.size(), 3u);
    EXPECT_EQ(dispatched_[2].account, 2u);
}

TEST_F(TemplateOrders, AWebhookChangesEachAccountsOwnAndTellsOnce) {
    const auto row = make(hola());
    bench_.run(told(TemplateStatus::paused, at(1h), "a"), now_);
    EXPECT_EQ(stored(row.id).status, TemplateStatus::paused);
    EXPECT_EQ(stored(row.id).reason, "ABUSIVE");
    EXPECT_EQ(stored(row.id).provider_id, "77");
    EXPECT_EQ(stored(row.id).body, "Hola {{name}}");
    const auto events = announced();
    ASSERT_EQ(events.size(), 2u) << "account 2 knew nothing of it";
    EXPECT_NE(events[0].find(R"("previous":"unknown","reason":"ABUSIVE","cause":"provider")"),
              std::string::npos)
        << events[0];
    EXPECT_EQ(bench_.written<model::SignalRow>(), nullptr);

    bench_.run(told(TemplateStatus::paused, at(1h), "a"), now_);
    EXPECT_EQ(bench_.reply().code, ReplyCode::duplicate);
    bench_.run(told(TemplateStatus::approved, at(30min), "b"), now_);
    EXPECT_EQ(stored(row.id).status, TemplateStatus::paused) << "an earlier word came late";
    EXPECT_NE(bench_.written<model::SignalRow>(), nullptr) << "what changes nothing is kept as is";
}

TEST_F(TemplateOrders, AnotherCategoryIsTakenOverUnlessItSaysLess) {
    auto row = hola();
    row.category = model::Category::collections;
    row = make(row);
    ReceiveSignal moved = told(TemplateStatus::unknown, at(1h), "c");
    moved.news->category = model::Category::transactional;
    bench_.run(moved, now_);
    EXPECT_EQ(stored(row.id).category, model::Category::collections) << "both are utility";
    moved.inbound.dedupe_hash = hash_of("d");
    moved.news->category = model::Category::marketing;
    bench_.run(moved, now_);
    EXPECT_EQ(stored(row.id).category, model::Category::marketing);
    EXPECT_EQ(stored(row.id).status, TemplateStatus::unknown);
    EXPECT_NE(bench_.written<model::SignalRow>(), nullptr);
    EXPECT_EQ(bench_.count_written<model::TemplateRow>(), 1u) << "account 2 has none to change";
}

TEST_F(TemplateOrders, WhatAWebhookToldOfCountsAtTheDoor) {
    bench_.run(told(TemplateStatus::rejected, at(1h), "a"), now_);
    EXPECT_EQ(submit(template_to("+573001")).code, ReplyCode::refused);
}

TEST_F(TemplateOrders, TheProvidersListMakesAndChanges) {
    const auto known = make(hola());
    auto listed = hola();
    listed.body = "Hola {{1}}";
    listed.provider_id = "77";
    listed.status = TemplateStatus::approved;
    auto fresh = listed;
    fresh.name = "adios";
    bench_.run(SyncTemplates{{listed, fresh}}, now_);
    EXPECT_EQ(bench_.count_written<model::TemplateRow>(), 2u);
    EXPECT_EQ(stored(known.id).body, "Hola {{1}}");
    EXPECT_EQ(stored(known.id).version, 2u);
    EXPECT_EQ(announced().size(), 2u);

    bench_.run(SyncTemplates{{listed, fresh}}, now_);
    EXPECT_TRUE(bench_.effects().writes_nothing());
}

TEST_F(TemplateOrders, AreThereAgainAfterAStart) {
    auto row = make(hola());
    row.status = TemplateStatus::rejected;
    SmallTables tables = Bench::two_accounts();
    tables.templates.push_back(row);
    Bench other(std::move(tables));
    other.run(Configure{std::make_shared<const SendingSettings>(*settings_)}, now_);
    other.run(template_to("+573001"), now_);
    EXPECT_EQ(other.reply().code, ReplyCode::refused);
}

// 131050: who wants no advertising still gets the order's news, and a later START lifts it.
TEST_F(TemplateOrders, AMarketingOptOutIsAboutMarketingAlone) {
    SubmitMessage advert = text_to("+573001");
    advert.row.category = model::Category::marketing;
    (void)submit(advert);
    auto refusal = outcome(adapters::SendResult::permanent, "marketing_opted_out");
    refusal.address = adapters::AddressVerdict::opted_out;
    answer(refusal);
    EXPECT_EQ(submit(advert).code, ReplyCode::refused);
    EXPECT_EQ(submit(text_to("+573001")).code, ReplyCode::done);

    ReceiveMessage start = text_from("+573001", "m9", now_ + 1min);
    start.wish.wish = policy::Wish::start;
    pass(1min);
    bench_.run(start, now_);
    EXPECT_EQ(submit(advert).code, ReplyCode::done);
}

}  // namespace
}  // namespace postern::core
