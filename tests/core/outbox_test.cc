// The outbox by itself: who is ready, who is next, when to look again. It must not matter how many
// lanes and accounts there are beside.
#include "gateway/core/outbox.h"

#include <gtest/gtest.h>

#include "tests/core/bench.h"

namespace postern::core {
namespace {

using namespace std::chrono_literals;

class OutboxOf : public ::testing::Test {
  protected:
    OutboxOf() {
        settings_.calendars = std::make_shared<const policy::Calendars>();
        for (model::AccountNumber number = 1; number <= accounts; ++number) {
            settings_.accounts[number].policy.rate = {};
            settings_.accounts[number].in_flight_max = 4;
        }
        outbox_.configure(settings_, time());
        run();
    }
    [[nodiscard]] model::Now time() const { return {now_, now_.time_since_epoch()}; }
    [[nodiscard]] static std::uint64_t lane(std::uint8_t rank, std::uint32_t caller) {
        return LaneName{rank, model::Category::transactional, 0, caller}.number();
    }
    void add(model::AccountNumber account, std::uint64_t lane, std::chrono::microseconds after) {
        ++message_;
        outbox_.add(account, lane, {now_ + after, message_}, message_);
    }
    /// What is attempted now, each answered at once: it left.
    std::vector<AttemptMessage> run() {
        std::vector<AttemptMessage> all;
        for (;;) {
            std::vector<AttemptMessage> attempts;
            outbox_.run(time(), attempts, reads_);
            if (attempts.empty()) return all;
            for (const AttemptMessage& a : attempts) outbox_.attempted(a);
            all.insert(all.end(), attempts.begin(), attempts.end());
        }
    }
    [[nodiscard]] std::chrono::microseconds wakes_in() const {
        return outbox_.next_wake(time()) - time().steady;
    }

    static constexpr model::AccountNumber accounts = 300;
    SendingSettings settings_;
    Outbox outbox_;
    model::Instant now_ = at(12h);
    model::Sequence message_ = 0;
    std::vector<LaneRead> reads_;
};

TEST_F(OutboxOf, ServesTheLowestRankAndLanesOfARankInTurn) {
    for (int i = 0; i < 3; ++i) {
        add(1, lane(3, 1), 0s);
        add(1, lane(3, 2), 0s);
        add(1, lane(2, 9), 0s);
    }
    std::vector<std::uint64_t> lanes;
    for (const AttemptMessage& a : run()) lanes.push_back(a.lane);
    const std::uint64_t r = lane(2, 9), x = lane(3, 1), y = lane(3, 2);
    EXPECT_EQ(lanes, (std::vector<std::uint64_t>{r, r, r, x, y, x, y, x, y}));
}

TEST_F(OutboxOf, SleepsUntilTheFirstOfManyIsDue) {
    for (model::AccountNumber account = 1; account <= accounts; ++account) {
        for (std::uint32_t caller = 0; caller < 10; ++caller)
            add(account, lane(3, caller), std::chrono::seconds{10 + account + caller});
    }
    EXPECT_TRUE(run().empty());
    EXPECT_EQ(wakes_in(), 11s);
    now_ += 11s;
    const auto first = run();
    ASSERT_EQ(first.size(), 1u);
    EXPECT_EQ(first[0].account, 1u);
    EXPECT_EQ(wakes_in(), 1s);
    now_ += 1h;
    EXPECT_EQ(run().size(), accounts * 10 - 1);
    EXPECT_EQ(outbox_.next_wake(time()), std::chrono::microseconds::max());
}

TEST_F(OutboxOf, AParkedLaneIsReadyWhenItOpensAndNotBefore) {
    add(1, lane(3, 1), 0s);
    outbox_.park_lane(1, lane(3, 1), now_ + 1h);
    EXPECT_TRUE(outbox_.lane_parked(1, lane(3, 1), now_));
    EXPECT_FALSE(outbox_.others_first(1, lane(3, 2), now_));
    EXPECT_TRUE(run().empty());
    EXPECT_EQ(wakes_in(), 1h);
    now_ += 1h;
    EXPECT_TRUE(outbox_.others_first(1, lane(3, 2), now_));
    EXPECT_EQ(run().size(), 1u);
}

TEST_F(OutboxOf, AParkedAccountLetsOnlyExpiriesGo) {
    add(1, lane(3, 1), 0s);
    add(1, expiry_lane, 5s);
    outbox_.park_account(1, now_ + 1h);
    EXPECT_TRUE(run().empty());
    now_ += 5s;
    const auto expired = run();
    ASSERT_EQ(expired.size(), 1u);
    EXPECT_EQ(expired[0].lane, expiry_lane);
    now_ += 1h;
    EXPECT_EQ(run().size(), 1u);
}

TEST_F(OutboxOf, ANewMessageGoesBehindWhatIsUnreadOrReadyOfItsRank) {
    EXPECT_FALSE(outbox_.others_first(1, lane(3, 1), now_));
    outbox_.found_lane(1, lane(3, 7));
    EXPECT_TRUE(outbox_.others_first(1, lane(3, 1), now_));
    EXPECT_FALSE(outbox_.others_first(1, lane(2, 1), now_));
    run();
    ASSERT_EQ(reads_.size(), 1u);
    outbox_.loaded({1, lane(3, 7), reads_[0].generation, {}, true});
    EXPECT_FALSE(outbox_.others_first(1, lane(3, 1), now_));
    add(1, lane(3, 7), 10s);
    EXPECT_FALSE(outbox_.others_first(1, lane(3, 1), now_));
    now_ += 10s;  // nobody had its turn meanwhile
    EXPECT_TRUE(outbox_.others_first(1, lane(3, 1), now_));
}

TEST_F(OutboxOf, WhoHasToYieldComesAfterTheOneBefore) {
    add(1, lane(3, 1), 0s);
    std::vector<AttemptMessage> attempts;
    outbox_.run(time(), attempts, reads_);
    ASSERT_EQ(attempts.size(), 1u);
    const AttemptMessage head = attempts[0];
    const AttemptMessage first{1, lane(3, 2), now_ - 1s, 99, head.part};
    outbox_.attempted(head);
    outbox_.yield(head, first);
    EXPECT_EQ(wakes_in(), 0s);
    attempts.clear();
    outbox_.run(time(), attempts, reads_);
    EXPECT_EQ(attempts, std::vector{first});
    outbox_.attempted(first);
    EXPECT_EQ(run(), std::vector{head});
}

TEST_F(OutboxOf, WaitsForTheLimiterAndNotLonger) {
    settings_.accounts[1].policy.rate.per_second = 1;
    settings_.accounts[1].policy.rate.burst = 1;
    outbox_.configure(settings_, time());
    for (int i = 0; i < 3; ++i) add(1, lane(3, 1), 0s);
    add(1, expiry_lane, 0s);
    std::vector<AttemptMessage> attempts;
    outbox_.run(time(), attempts, reads_);
    ASSERT_EQ(attempts.size(), 2u);  // one token; what expires needs none
    ASSERT_TRUE(outbox_.limits().take({.account = 1}, {now_, now_.time_since_epoch()}).granted);
    for (const AttemptMessage& a : attempts) outbox_.attempted(a);
    EXPECT_TRUE(run().empty());
    EXPECT_EQ(wakes_in(), 1s);
    now_ += 1s;
    EXPECT_FALSE(run().empty());
}

/// Each of two lanes that are never empty has every other token.
TEST_F(OutboxOf, SharesTokensAmongTheLanesOfARank) {
    settings_.accounts[1].policy.rate.per_second = 1;
    settings_.accounts[1].policy.rate.burst = 1;
    outbox_.configure(settings_, time());
    for (int i = 0; i < 20; ++i) {
        add(1, lane(3, 1), 0s);
        add(1, lane(3, 2), 0s);
    }
    std::map<std::uint64_t, int> left;
    for (int second = 0; second < 20; ++second) {
        std::vector<AttemptMessage> attempts;
        outbox_.run(time(), attempts, reads_);
        ASSERT_EQ(attempts.size(), 1u);
        ASSERT_TRUE(outbox_.limits().take({.account = 1}, {now_, now_.time_since_epoch()}).granted);
        outbox_.attempted(attempts[0]);
        ++left[attempts[0].lane];
        now_ += 1s;
    }
    EXPECT_EQ(left[lane(3, 1)], 10);
    EXPECT_EQ(left[lane(3, 2)], 10);
}

}  // namespace
}  // namespace postern::core
