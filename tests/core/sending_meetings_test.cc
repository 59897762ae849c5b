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

}  // namespace
}  // namespace postern::core
