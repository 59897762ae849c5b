// Retries: full jitter until the message is given up, and at most a share of what an account sends.
#include <algorithm>

#include "tests/core/sending_rig.h"

namespace postern::core {
namespace {

using namespace std::chrono_literals;
using adapters::SendResult;
using model::MessageState;

class Retries : public SendingRig {};

TEST_F(Retries, OfAnOutageAreAShareAndNoneIsLost) {
    constexpr std::size_t count = 1'000;
    constexpr std::size_t beside = 10;  // a second, and at once
    settings_->accounts[1].policy.retry = {1s, 1.0, 1s, 24h};
    settings_->accounts[1].in_flight_max = 2 * count;
    configure();
    for (std::size_t i = 0; i < count; ++i) submit(text_to("+57" + std::to_string(3'000 + i)));
    pass(1s);
    ASSERT_EQ(dispatched_.size(), count);
    while (answered_ < count) answer(outcome(SendResult::transient, "down"));
    // A tenth of what was sent, and some beside it.
    for (std::size_t second = 1; second <= 30; ++second) {
        pass(1s);
        EXPECT_LE(dispatched_.size(), count + count / 10 + beside * (second + 2));
    }
    EXPECT_GE(dispatched_.size(), count + count / 10 + beside * 25);
    for (int second = 0; second < 100; ++second) pass(1s);
    EXPECT_EQ(dispatched_.size(), 2 * count);
}

TEST_F(Retries, SayWhatTheyWaitFor) {
    settings_->accounts[1].policy.retry = {1s, 1.0, 1s, 24h};
    configure();
    std::vector<model::Sequence> ids;
    for (int i = 0; i < 30; ++i)
        ids.push_back(submit(text_to("+57300" + std::to_string(i))).id.sequence);
    while (answered_ < 30) answer(outcome(SendResult::transient, "down"));
    pass(1s);
    const std::size_t dispatched = dispatched_.size();
    ASSERT_GE(dispatched, 40u);  // ten are the floor
    ASSERT_LT(dispatched, 55u);
    bench_.run(ExplainMessage{ids.back()}, now_);
    const auto& row = model::get<model::OutboundRow>(*bench_.reply().record);
    EXPECT_EQ(row.verdict.decision, policy::Decision::wait);
    EXPECT_EQ(row.verdict.decisive(), policy::Rule::rate);
    ASSERT_FALSE(row.verdict.results.empty());
    EXPECT_EQ(row.verdict.results.back().facts_json, R"({"limit":"retries"})");
    // Nobody else waits for them.
    submit(text_to("+573999"));
    EXPECT_EQ(dispatched_.size(), dispatched + 1);
}

TEST_F(Retries, DoNotCountWhatNobodyKnows) {
    settings_->accounts[1].policy.on_unknown[static_cast<int>(policy::Category::transactional)] =
        policy::OnUnknown::resend;
    configure();
    for (int i = 0; i < 30; ++i) submit(text_to("+57300" + std::to_string(i)));
    while (answered_ < 30) answer(outcome(SendResult::unknown, "timeout"));
    pass(61s);
    EXPECT_EQ(dispatched_.size(), 60u);
}

TEST_F(Retries, AreGivenUpBeforeTheyWouldBeTooLate) {
    settings_->accounts[1].policy.retry = {2s, 2.0, 10min, 1min};
    configure();
    const auto id = submit(text_to("+573001")).id.sequence;
    for (int i = 0; i < 20 && state(id).state != MessageState::failed; ++i) {
        if (answered_ < dispatched_.size()) answer(outcome(SendResult::transient, "down"));
        pass(5s);
    }
    EXPECT_EQ(state(id).state, MessageState::failed);
    EXPECT_GT(dispatched_.size(), 2u);
}

TEST_F(Retries, OfAMessageThatWasPlannedBeginAtItsTime) {
    settings_->accounts[1].policy.retry = {2s, 2.0, 10min, 1min};
    configure();
    SubmitMessage c = text_to("+573001");
    c.row.send_at = now_ + 10min;
    const auto id = submit(std::move(c)).id.sequence;
    pass(10min);
    ASSERT_EQ(dispatched_.size(), 1u);
    answer(outcome(SendResult::transient, "down"));
    EXPECT_EQ(state(id).state, MessageState::waiting);
}

TEST_F(Retries, ThatAreCancelledLeaveNoOneWaiting) {
    settings_->accounts[1].policy.retry = {1s, 1.0, 1s, 24h};
    configure();
    std::vector<model::Sequence> ids;
    for (int i = 0; i < 30; ++i)
        ids.push_back(submit(text_to("+57300" + std::to_string(i))).id.sequence);
    while (answered_ < 30) answer(outcome(SendResult::transient, "down"));
    pass(1s);
    const auto waits = [&](model::Sequence id) { return state(id).state == MessageState::waiting; };
    const auto first = std::find_if(ids.begin(), ids.end(), waits);
    ASSERT_NE(first, ids.end()) << "the budget held nobody back";
    bench_.run(CancelMessage{*first}, now_);
    for (int second = 0; second < 5; ++second) pass(1s);
    EXPECT_EQ(state(*first).state, MessageState::cancelled);
    for (const model::Sequence id : ids) {
        if (id != *first) {
            EXPECT_EQ(state(id).state, MessageState::sending) << id;
        }
    }
}

}  // namespace
}  // namespace postern::core
