// What limits remember over a restart: never less than what was sent, never an earlier end.
#include "gateway/core/kept_limits.h"

#include "tests/core/sending_rig.h"

namespace postern::core {
namespace {

using namespace std::chrono_literals;
using adapters::LimitScope;
using adapters::SendResult;

class Kept : public SendingRig {
  protected:
    void restart() {
        bench_.restart();
        configure();
        pass(1s);
    }
    void rate_limit(LimitScope scope) {
        auto limited = outcome(SendResult::rate_limited, "rate_limited");
        limited.scope = scope;
        limited.retry_at = now_ + 10min;
        answer(limited);
    }
};

TEST(KeptLimits, AreWrittenAheadInBlocks) {
    KeptLimits kept;
    const auto* row = kept.counted(7, 20'000, 1, 1'000);
    ASSERT_NE(row, nullptr);
    EXPECT_EQ(row->account, 7u);
    EXPECT_EQ(row->day_count, 10u);  // a hundredth of the day's
    EXPECT_EQ(kept.counted(7, 20'000, 10, 1'000), nullptr);
    EXPECT_NE(kept.counted(7, 20'000, 11, 1'000), nullptr);
    row = kept.counted(7, 20'001, 1, 1'000);
    ASSERT_NE(row, nullptr);  // another day
    EXPECT_EQ(row->day_count, 10u);
    row = kept.counted(7, 20'001, 995, 1'000);
    ASSERT_NE(row, nullptr);
    EXPECT_EQ(row->day_count, 1'000u);  // never beyond the limit
}

TEST(KeptLimits, NeverShortenABackOff) {
    KeptLimits kept;
    EXPECT_NE(kept.backed_off(7, false, at(10s)), nullptr);
    EXPECT_EQ(kept.backed_off(7, false, at(9s)), nullptr);
    const auto* row = kept.backed_off(7, true, at(5s));  // the group's is another one
    ASSERT_NE(row, nullptr);
    EXPECT_EQ(row->back_off_until, at(10s));
    EXPECT_EQ(row->group_back_off_until, at(5s));
}

TEST_F(Kept, ADayLimitIsNeverExceededByRestarts) {
    settings_->accounts[1].policy.rate.per_day = 5;
    configure();
    for (int life = 0; life < 4; ++life) {
        for (int i = 0; i < 3; ++i) {
            submit(text_to("+5730" + std::to_string(life * 10 + i)));
            pass(1s);
        }
        restart();
    }
    EXPECT_EQ(dispatched_.size(), 5u);
    pass(12h);  // midnight
    EXPECT_EQ(dispatched_.size(), 10u);
}

TEST_F(Kept, ABackOffOfAnAccountAndOfAGroupIsObeyedAfterARestart) {
    settings_->accounts[1].policy.rate.group = settings_->accounts[2].policy.rate.group = "app";
    configure();
    for (const LimitScope scope : {LimitScope::account, LimitScope::group}) {
        const std::size_t before = dispatched_.size();
        submit(text_to("+573001"));
        ASSERT_EQ(dispatched_.size(), before + 1);
        answered_ = before;
        rate_limit(scope);
        restart();
        SubmitMessage other = text_to("+573002");
        other.row.routes.front().account = 2;
        submit(text_to("+573003"));
        submit(std::move(other));
        pass(9min);
        EXPECT_EQ(dispatched_.size(), before + (scope == LimitScope::account ? 2u : 1u));
        pass(2min);
        EXPECT_EQ(dispatched_.size(), before + 4);
        for (answered_ = before + 1; answered_ < dispatched_.size();)
            answer(accepted("id" + std::to_string(answered_)));
    }
}

TEST_F(Kept, ARecipientsBackOffIsObeyedAfterARestart) {
    submit(text_to("+573001"));
    rate_limit(LimitScope::recipient);
    restart();
    submit(text_to("+573002"));
    submit(text_to("+573001"));
    pass(9min);
    EXPECT_EQ(dispatched_.size(), 2u);  // the other person's
    pass(2min);
    EXPECT_EQ(dispatched_.size(), 3u);  // its first one, and then the next
    answer(dispatched_.back(), accepted("id"));
    EXPECT_EQ(dispatched_.size(), 4u);
}

TEST_F(Kept, ALongLimitOfARecipientGoesOnAndTheOthersNeedNotWait) {
    settings_->accounts[1].policy.rate.per_recipient = {2, 24h};
    configure();
    for (int i = 0; i < 2; ++i) {
        submit(text_to("+573001"));
        answer(accepted("id" + std::to_string(i)));
    }
    ASSERT_EQ(dispatched_.size(), 2u);
    restart();
    SubmitMessage third = text_to("+573001");
    third.row.expires = now_ + 48h;
    submit(std::move(third));
    EXPECT_EQ(dispatched_.size(), 2u);
    submit(text_to("+573002"));
    pass(1s);
    EXPECT_EQ(dispatched_.size(), 3u);  // a day of nothing would be the price of a restart
    pass(11h);
    EXPECT_EQ(dispatched_.size(), 3u);
    pass(2h);
    EXPECT_EQ(dispatched_.size(), 4u);
}

TEST_F(Kept, WhatCannotLastIsNotWritten) {
    settings_->accounts[1].policy.rate.per_recipient = {1, 5s};
    configure();
    pass(5s);
    submit(text_to("+573001"));
    ASSERT_EQ(dispatched_.size(), 1u);
    const auto* hot = bench_.written<model::HotRow>();
    ASSERT_NE(hot, nullptr);
    EXPECT_EQ(hot->standings[0].pair_full, model::Instant{});
}

}  // namespace
}  // namespace postern::core
