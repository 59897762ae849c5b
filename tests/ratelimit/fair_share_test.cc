#include "ratelimit/fair_share.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace postern::ratelimit {
namespace {

TEST(FairShare, TakesTurnsInTheOrderOfTheKeys) {
    FairShare share;
    for (const std::uint64_t key : {30u, 10u, 20u}) share.add(key, 2);
    std::vector<std::uint64_t> order;
    while (const auto key = share.next()) {
        order.push_back(*key);
        share.served(*key);
    }
    EXPECT_EQ(order, (std::vector<std::uint64_t>{10, 20, 30, 10, 20, 30}));
    EXPECT_EQ(share.waiting(), 0u);
}

TEST(FairShare, ALargeBacklogDoesNotHoldUpASmallOne) {
    FairShare share;
    share.add(1, 1'000'000);
    share.served(*share.next());
    share.add(2, 1);
    share.served(*share.next());
    EXPECT_EQ(share.waiting(2), 0u);
}

RC_GTEST_PROP(FairShare, KeepsBackloggedKeysWithinAQuantumAndOneMessage, ()) {
    const auto quantum = *rc::gen::inRange<std::int64_t>(1, 20);
    const auto cost_max = *rc::gen::inRange<std::int64_t>(1, 30);
    FairShare share(quantum);
    std::map<std::uint64_t, std::int64_t> charged;
    std::map<std::uint64_t, std::int64_t> weight;
    for (const std::uint64_t key : {5u, 6u, 9u, 0u}) {
        share.add(key, 100'000);
        weight[key] = *rc::gen::inRange<std::int64_t>(1, 4);
        share.set_weight(key, weight[key]);
        charged[key] = 0;
    }
    for (int i = 0; i < 300; ++i) {
        if (*rc::gen::inRange(0, 3) == 0) {  // others come and go
            share.add(7, 2);
            share.remove(7, 1);
        }
        const std::uint64_t key = *share.next();
        RC_ASSERT(key == *share.next());
        const auto cost = *rc::gen::inRange<std::int64_t>(1, cost_max + 1);
        share.served(key, cost);
        charged[key] += cost;
        // Divided by weight, without fractions: weights are 1, 2 and 3.
        for (const auto& [a, of_a] : charged) {
            for (const auto& [b, of_b] : charged) {
                if (a == 7 || b == 7) continue;
                const std::int64_t apart = std::abs(of_a * 6 / weight[a] - of_b * 6 / weight[b]);
                RC_ASSERT(apart <= 6 * (quantum + cost_max));
            }
        }
    }
}

RC_GTEST_PROP(FairShare, CountsWhatWaits, ()) {
    FairShare share(*rc::gen::inRange<std::int64_t>(1, 5));
    std::map<std::uint64_t, std::uint64_t> model;
    for (int i = 0; i < 200; ++i) {
        const auto key = *rc::gen::inRange<std::uint64_t>(0, 5);
        const auto count = *rc::gen::inRange<std::uint64_t>(0, 4);
        switch (*rc::gen::inRange(0, 3)) {
            case 0:
                share.add(key, count);
                model[key] += count;
                break;
            case 1:
                share.remove(key, count);
                model[key] -= std::min(model[key], count);
                break;
            default:
                if (const auto next = share.next()) {
                    RC_ASSERT(model[*next] > 0u);
                    share.served(*next, *rc::gen::inRange(1, 12));
                    --model[*next];
                }
        }
        std::uint64_t all = 0;
        for (const auto& [k, waiting] : model) {
            RC_ASSERT(share.waiting(k) == waiting);
            all += waiting;
        }
        RC_ASSERT(share.waiting() == all);
        RC_ASSERT(share.next().has_value() == (all > 0));
    }
}

TEST(FairShare, LeavingIsNoWayOutOfADebt) {
    FairShare share;
    share.add(1, 1);
    share.add(2, 100);
    share.served(*share.next(), 10);  // 1 overdraws and has nothing more
    share.add(1, 1);
    int others = 0;
    while (*share.next() == 2) {
        share.served(2);
        ++others;
    }
    EXPECT_EQ(others, 10);
}

}  // namespace
}  // namespace postern::ratelimit
