// What the due queue does where several things meet: each of these was found by the simulation.
#include "tests/core/sending_rig.h"

namespace postern::core {
namespace {

using namespace std::chrono_literals;
using adapters::ReceiptState;
using adapters::SendResult;
using model::MessageState;

class Meetings : public SendingRig {};

TEST_F(Meetings, RestsWhileTheOnlyMessageOfALaneWaitsForQuietHours) {
    policy::HoursRule rule;
    rule.categories = model::all_categories;
    settings_->accounts[1].policy.quiet.rules.push_back(rule);
    configure();
    const Reply reply = submit(text_to("+573001"));
    pass(1s);  // fails if it does not come to rest
    EXPECT_TRUE(dispatched_.empty());
    EXPECT_TRUE(state(reply.id.sequence).due);
}

TEST_F(Meetings, ExpiresWhatWaitsForTheRate) {
    settings_->accounts[1].policy.rate.per_second = 0.001;
    settings_->accounts[1].policy.rate.burst = 1;
    configure();
    std::vector<model::Sequence> ids;
    for (const char* address : {"+573001", "+573002", "+573003"}) {
        SubmitMessage c = text_to(address);
        c.row.expires = now_ + 1min;
        ids.push_back(submit(c).id.sequence);
    }
    pass(61s);
    EXPECT_EQ(state(ids.back()).state, MessageState::expired);
}

TEST_F(Meetings, ARedrivenMessageOutlivesItsFirstExpiry) {
    const Reply reply = submit(text_to("+573001"));
    answer(outcome(SendResult::permanent));
    ASSERT_EQ(state(reply.id.sequence).state, MessageState::failed);
    bench_.run(PauseAccount{1, true, ""}, now_);
    bench_.run(RedriveMessage{reply.id.sequence, now_ + 48h}, now_);
    pass(25h);
    EXPECT_EQ(state(reply.id.sequence).state, MessageState::queued);
    pass(24h);
    EXPECT_EQ(state(reply.id.sequence).state, MessageState::expired);
}

TEST_F(Meetings, ALateAnswerDoesNotStopTheNextWay) {
    SubmitMessage c = text_to("+573001");
    c.row.routes.push_back(c.row.routes.front());
    c.row.routes.back().account = 2;
    const Reply reply = submit(c);
    ReceiveStatus failed;
    failed.account = 1;
    failed.external = blind_of("x");
    failed.status.external_id = "x";
    failed.status.echo = to_string(model::MessageId{reply.id}) + ".1";
    failed.status.state = ReceiptState::failed;
    bench_.run(failed, now_);
    answer(accepted("x"));
    pass(1s);
    ASSERT_EQ(dispatched_.size(), 2u);
    EXPECT_EQ(dispatched_[1].account, 2u);
    bench_.run(failed, now_);  // told twice
    EXPECT_EQ(state(reply.id.sequence).state, MessageState::sending);
    answer(accepted("y"));
    EXPECT_EQ(state(reply.id.sequence).state, MessageState::sent);
}

TEST_F(Meetings, WhatWasDeliveredAfterAllDidNotFail) {
    const Reply reply = submit(text_to("+573001"));
    receipt("id1", ReceiptState::failed);
    receipt("id1", ReceiptState::delivered);
    answer(accepted("id1"));
    EXPECT_EQ(state(reply.id.sequence).state, MessageState::delivered);
}

TEST_F(Meetings, WhatMayHaveArrivedIsNotRefused) {
    SubmitMessage c = text_to("+573001");
    c.row.category = model::Category::reply;  // sent again when nobody knows
    const Reply reply = submit(c);
    answer(outcome(SendResult::unknown));
    model::AddressNote note;
    note.kind = model::AddressNote::Kind::suppressed;
    bench_.run(NoteAddress{channel_scope, blind_of("+573001"), note}, now_);
    pass(61s);
    EXPECT_EQ(state(reply.id.sequence).state, MessageState::unknown);
    EXPECT_FALSE(state(reply.id.sequence).due);
    EXPECT_EQ(dispatched_.size(), 1u);
}

TEST_F(Meetings, ANewMessageDoesNotOvertakeOneThatWaitsForItsRecipient) {
    settings_->accounts[1].policy.rate.per_recipient = {1, 10s};
    configure();
    pass(10s);
    submit(text_to("+573001"));
    ASSERT_EQ(dispatched_.size(), 1u);
    answer(accepted("id1"));
    const Reply second = submit(text_to("+573001"));
    pass(1s);
    ASSERT_EQ(dispatched_.size(), 1u);
    now_ += 10s;  // its time has come, its turn has not
    submit(text_to("+573001"));
    pass(1ms);
    ASSERT_EQ(dispatched_.size(), 2u);
    EXPECT_EQ(dispatched_[1].message, second.id.sequence);
}

/// Of a person: what was tried and waits for its next time, one of its lane, and a code.
TEST_F(Meetings, WhatWasTriedInALaneThatIsHeldHoldsNobodyElseAndGoesFirstAfterwards) {
    const auto send = [&](model::Category category, std::uint64_t text) {
        SubmitMessage c = text_to("+573001");
        c.row.category = category;
        c.row.content_hash = text;
        return submit(std::move(c)).id.sequence;
    };
    const auto first = send(model::Category::marketing, 1);
    ASSERT_EQ(dispatched_.size(), 1u);
    answer(outcome(SendResult::transient));
    const auto second = send(model::Category::marketing, 2);
    bench_.run(PauseSending{{.category = model::Category::marketing}, true}, now_);
    pass(1h);
    ASSERT_EQ(dispatched_.size(), 1u);
    const auto code = send(model::Category::authentication, 3);
    ASSERT_EQ(dispatched_.size(), 2u);
    EXPECT_EQ(dispatched_[1].message, code);
    EXPECT_EQ(state(first).state, MessageState::waiting);
    answer(accepted("code"));
    bench_.restart();
    configure();
    bench_.run(PauseSending{{.category = model::Category::marketing}, false}, now_);
    for (const char* const id : {"a", "b"}) {
        pass(1s);
        answer(accepted(id));
    }
    ASSERT_EQ(dispatched_.size(), 4u);
    EXPECT_EQ(dispatched_[2].message, first);
    EXPECT_EQ(dispatched_[3].message, second);
}

TEST_F(Meetings, WhatWasTriedAndWaitsForItsQuietHoursHoldsNobodyElse) {
    const auto tried = submit(text_to("+573001")).id.sequence;
    answer(outcome(SendResult::transient));
    policy::HoursRule night;
    night.categories = model::only(model::Category::transactional);
    settings_->accounts[1].policy.quiet.rules.push_back(night);
    configure();
    pass(1h);
    SubmitMessage other = text_to("+573001");
    other.row.category = model::Category::collections;
    other.row.content_hash = 2;
    submit(std::move(other));
    ASSERT_EQ(dispatched_.size(), 2u);
    EXPECT_EQ(state(tried).state, MessageState::waiting);
}

/// CG-38: no account is named, and the caller's own fallback stands behind the candidates.
TEST_F(Meetings, TheCallersFallbackIsTakenWhereEveryCandidateIsRefused) {
    settings_->accounts[1].policy.window = 24h;
    configure();
    SubmitMessage c = text_to("+573001");
    c.row.is_template = false;
    c.row.reply_to = "of account 1";
    c.row.routes.push_back(c.row.routes.front());
    c.row.routes.back().account = 2;
    c.choice = policy::Choice{"route:*", {{1, "wa-main", "listed", {}, {}}}, false};
    EXPECT_EQ(submit(c).code, ReplyCode::refused);
    c.choice->fallback_given = true;
    const Reply reply = submit(c);
    ASSERT_EQ(reply.code, ReplyCode::done);
    ASSERT_EQ(dispatched_.size(), 1u);
    EXPECT_EQ(dispatched_[0].account, 2u);
    const auto& row = model::get<model::OutboundRow>(*reply.record);
    EXPECT_EQ(row.routes.size(), 1u);
    EXPECT_EQ(row.reply_to, "") << "another account does not know that id";
    EXPECT_NE(row.choice_json.find(R"("source":"listed","outcome":"refuse","rule":"window_24h")"),
              std::string::npos)
        << row.choice_json;
    EXPECT_NE(row.choice_json.find(R"("source":"fallback","outcome":"chosen")"), std::string::npos);
}

/// What a receipt knows of a failure is told in the classes that answers use.
TEST_F(Meetings, AFailureIsToldAsTheChannelsTableKnowsIt) {
    const auto fail = [&](bool first) {
        const auto id = submit(text_to(first ? "+573001" : "+573002")).id.sequence;
        ReceiveStatus c;
        c.account = 1;
        c.external = blind_of(first ? "m1" : "m2");
        c.status.external_id = first ? "m1" : "m2";
        c.status.state = adapters::ReceiptState::failed;
        c.status.error =
            adapters::ProviderError{"30003", "", "gone", SendResult::transient, "unreachable"};
        if (first) bench_.run(c, now_);  // faster than the answer
        answer(accepted(c.status.external_id));
        if (!first) bench_.run(c, now_);
        EXPECT_EQ(state(id).state, MessageState::failed);
        const auto* event =
            bench_.stored<model::OutboundEventRow>(storage::keys::seq_row(state(id).last_event));
        return event != nullptr ? *event : model::OutboundEventRow{};
    };
    for (const bool first : {true, false}) {
        const model::OutboundEventRow told = fail(first);
        EXPECT_EQ(told.error_class, "transient");
        EXPECT_EQ(told.error_code, "unreachable");
    }
}

}  // namespace
}  // namespace postern::core
