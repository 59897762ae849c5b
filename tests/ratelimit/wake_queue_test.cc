#include "ratelimit/wake_queue.h"

#include <algorithm>
#include <map>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace postern::ratelimit {
namespace {

using std::chrono::microseconds;

TEST(WakeQueue, WakesInOrderOfTimeAndThenId) {
    WakeQueue queue;
    queue.set(9, microseconds{5});
    queue.set(3, microseconds{5});
    queue.set(4, microseconds{7});
    queue.set(8, microseconds{9});
    queue.set(4, microseconds{1});

    EXPECT_EQ(queue.pop_due(microseconds{5})->id, 4u);
    EXPECT_EQ(queue.pop_due(microseconds{5})->id, 3u);
    EXPECT_EQ(queue.pop_due(microseconds{5})->id, 9u);
    EXPECT_EQ(queue.pop_due(microseconds{5}), std::nullopt);
    EXPECT_EQ(queue.next(), (Wake{microseconds{9}, 8}));
}

RC_GTEST_PROP(WakeQueue, IsAnOrderedMapBothWays, ()) {
    WakeQueue queue;
    std::map<std::uint64_t, microseconds> model;
    for (int i = 0; i < 300; ++i) {
        const auto id = *rc::gen::inRange<std::uint64_t>(0, 20);
        const microseconds at{*rc::gen::inRange(0, 30)};
        switch (*rc::gen::inRange(0, 4)) {
            case 0:
                RC_ASSERT(queue.remove(id) == (model.erase(id) == 1));
                break;
            case 1:
                if (const auto wake = queue.pop_due(at)) {
                    RC_ASSERT(wake->at <= at);
                    for (const auto& [other, when] : model) {
                        RC_ASSERT(*wake <= (Wake{when, other}));
                    }
                    RC_ASSERT(model.erase(wake->id) == 1u);
                } else {
                    for (const auto& [other, when] : model) RC_ASSERT(when > at);
                }
                break;
            default:
                queue.set(id, at);
                model[id] = at;
        }
        RC_ASSERT(queue.size() == model.size());
        for (const auto& [other, when] : model) RC_ASSERT(queue.find(other) == when);
    }
}

}  // namespace
}  // namespace postern::ratelimit
