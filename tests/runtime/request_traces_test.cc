// The memory of what requests made.
#include "gateway/runtime/request_traces.h"

#include <set>

#include <gtest/gtest.h>

namespace postern::runtime {
namespace {

RequestTrace trace(std::string id, std::vector<model::Sequence> made, int second = 0) {
    RequestTrace out;
    out.id = std::move(id);
    out.received = model::Instant{std::chrono::seconds{1'800'000'000 + second}};
    for (const model::Sequence sequence : made) out.made.push_back({1, 1, sequence});
    return out;
}

TEST(RequestTraces, AreFoundByIdAndByWhatTheyMade) {
    RequestTraces traces(2, 100);
    traces.note(0, trace("req_a", {7, 8}));
    traces.note(1, trace("req_b", {9}));
    ASSERT_TRUE(traces.find("req_b"));
    EXPECT_EQ(traces.find("req_b")->made[0].sequence, 9u);
    ASSERT_TRUE(traces.find_made(8));
    EXPECT_EQ(traces.find_made(8)->id, "req_a");
    EXPECT_FALSE(traces.find("req_c"));
    EXPECT_FALSE(traces.find_made(10));
}

TEST(RequestTraces, OfAMessageAreTheFirstThatMadeIt) {
    RequestTraces traces(2, 100);
    traces.note(1, trace("repeated", {7}, 5));
    traces.note(0, trace("first", {7}, 1));
    EXPECT_EQ(traces.find_made(7)->id, "first");
}

TEST(RequestTraces, AreBoundedAndTheOldestGoFirst) {
    RequestTraces traces(2, 20);  // ten a thread
    for (int i = 0; i < 25; ++i) traces.note(0, trace("a" + std::to_string(i), {}));
    traces.note(1, trace("b", {}));
    EXPECT_FALSE(traces.find("a14"));
    EXPECT_TRUE(traces.find("a15"));
    EXPECT_TRUE(traces.find("a24"));
    EXPECT_TRUE(traces.find("b"));
}

TEST(RequestTraces, OfBatchesAreBoundedByWhatTheyMade) {
    RequestTraces traces(1, 10);
    traces.note(0, trace("a", {1, 2, 3, 4}));
    traces.note(0, trace("b", {5, 6, 7, 8, 9, 10}));
    EXPECT_TRUE(traces.find("a"));
    traces.note(0, trace("c", {11}));
    EXPECT_FALSE(traces.find("a"));
    EXPECT_TRUE(traces.find_made(5));
    // One that made more than all may is kept, as the last.
    traces.note(0, trace("d", {12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22}));
    EXPECT_FALSE(traces.find("c"));
    EXPECT_TRUE(traces.find_made(22));
}

TEST(RequestTraces, OfOneKindAreListedLatestFirst) {
    RequestTraces traces(2, 100);
    for (int i = 0; i < 10; ++i) {
        RequestTrace each = trace("r" + std::to_string(i), {}, i * 7 % 10);
        each.what = i == 3 ? "webhook other" : webhook_trace("shop");
        traces.note(static_cast<std::size_t>(i % 2), each);
    }
    const auto latest = traces.latest("webhook shop", 3);
    ASSERT_EQ(latest.size(), 3u);  // seconds 9 (r7), 8 (r4) and 7 (r1)
    EXPECT_EQ(latest[0].id, "r7");
    EXPECT_EQ(latest[1].id, "r4");
    EXPECT_EQ(latest[2].id, "r1");
    EXPECT_EQ(traces.latest("webhook shop", 100).size(), 9u);
    EXPECT_TRUE(traces.latest("webhook shop", 0).empty());
}

TEST(RequestTraces, IdsAreAllDifferentAlsoThoseOfAnotherStart) {
    RequestTraces one(2, 10), other(2, 10);
    std::set<std::string> ids;
    for (int i = 0; i < 100; ++i) {
        for (const std::size_t thread : {0, 1}) {
            ids.insert(one.make_id(thread));
            ids.insert(other.make_id(thread));
        }
    }
    EXPECT_EQ(ids.size(), 400u);
    EXPECT_EQ(ids.begin()->size(), 32u);
    EXPECT_TRUE(ids.begin()->starts_with("req_"));
}

}  // namespace
}  // namespace postern::runtime
