// A limit on one person that ends when the person writes.
#include "gateway/core/answered_limits.h"

#include <gtest/gtest.h>

#include "tests/core/sending_rig.h"

namespace postern::core {
namespace {

using namespace std::chrono_literals;
using adapters::SendResult;
using model::MessageState;

class AnsweredLimits : public SendingRig {
  protected:
    AnsweredLimits() {
        settings_->accounts[1].traits.reply_ends_limit = true;
        configure();
    }
    /// The provider takes nothing more for this person before the hour is over.
    model::Sequence limited(std::string_view to = "u1") {
        const Reply reply = submit(text_to(to));
        auto limit = outcome(SendResult::rate_limited, "recipient_rate_limited");
        limit.scope = adapters::LimitScope::recipient;
        limit.retry_at = now_ + 40min;
        answer(limit);
        EXPECT_EQ(state(reply.id.sequence).state, MessageState::waiting);
        return reply.id.sequence;
    }
    void wrote(std::string_view id, std::string_view from = "u1") {
        bench_.run(text_from(from, id, now_), now_);
        EXPECT_EQ(bench_.reply().code, ReplyCode::done);
        pass(1ms);
    }
};

TEST_F(AnsweredLimits, WhatWaitsForAPersonGoesWhenTheyWrite) {
    const auto waiting = limited();
    pass(10min);
    ASSERT_EQ(dispatched_.size(), 1u);

    bench_.forget();
    wrote("in.1");

    ASSERT_EQ(dispatched_.size(), 2u);
    EXPECT_EQ(dispatched_.back().message, waiting);
    answer(accepted("x"));
    EXPECT_EQ(state(waiting).state, MessageState::sent);
    pass(2h);
    EXPECT_EQ(dispatched_.size(), 2u) << "its old place in the queue is gone";
}

TEST_F(AnsweredLimits, TheOthersFollowInTheirOrder) {
    const auto first = limited();
    const auto second = submit(text_to("u1")).id.sequence;
    pass(1s);
    ASSERT_EQ(dispatched_.size(), 1u);

    wrote("in.1");
    ASSERT_EQ(dispatched_.size(), 2u);
    EXPECT_EQ(dispatched_.back().message, first);
    answer(accepted("x1"));
    pass(1ms);

    ASSERT_EQ(dispatched_.size(), 3u);
    EXPECT_EQ(dispatched_.back().message, second);
}

TEST_F(AnsweredLimits, HoldsOverARestart) {
    limited();
    bench_.restart();
    configure();
    pass(10min);
    ASSERT_EQ(dispatched_.size(), 1u);
    wrote("in.1");
    EXPECT_EQ(dispatched_.size(), 2u);
    bench_.restart();
    configure();
    EXPECT_EQ(submit(text_to("u2")).code, ReplyCode::done);
}

TEST_F(AnsweredLimits, WhatWasDelayedInMemoryGoesToo) {
    const auto first = limited();
    const auto second = submit(text_to("u1")).id.sequence;
    // Nobody holds the others back any more; the limit still does.
    bench_.run(CancelMessage{first}, now_);
    pass(1min);
    ASSERT_EQ(dispatched_.size(), 1u);

    wrote("in.1");

    ASSERT_EQ(dispatched_.size(), 2u);
    EXPECT_EQ(dispatched_.back().message, second);
}

TEST_F(AnsweredLimits, AnotherPersonsWordEndsNothing) {
    limited();
    wrote("in.1", "u2");
    EXPECT_EQ(dispatched_.size(), 1u);
    pass(41min);
    EXPECT_EQ(dispatched_.size(), 2u);
}

TEST_F(AnsweredLimits, AProviderThatDoesNotCountSoKeepsItsLimit) {
    settings_->accounts[1].traits.reply_ends_limit = false;
    configure();
    limited();
    wrote("in.1");
    EXPECT_EQ(dispatched_.size(), 1u);
    pass(41min);
    EXPECT_EQ(dispatched_.size(), 2u);
}

TEST_F(AnsweredLimits, ARetryThatWaitsForItsOwnTimeIsLeftAlone) {
    const auto id = submit(text_to("u1")).id.sequence;
    answer(outcome(SendResult::transient, "provider_unavailable"));
    const auto before = state(id).not_before;
    wrote("in.1");
    EXPECT_EQ(state(id).not_before, before);
}

}  // namespace
}  // namespace postern::core
