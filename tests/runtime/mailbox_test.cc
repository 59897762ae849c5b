// The one container that threads share: bounded, in order, and never a lost wake-up.
#include "gateway/runtime/mailbox.h"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

namespace postern::runtime {
namespace {

TEST(Mailbox, RefusesWhatDoesNotFit) {
    Mailbox<int> box(2);

    EXPECT_TRUE(box.push(1));
    EXPECT_TRUE(box.push(2));
    EXPECT_FALSE(box.push(3));
    box.push_always(4);

    std::vector<int> out;
    EXPECT_TRUE(box.drain(out));
    EXPECT_EQ(out, (std::vector<int>{1, 2, 4}));
}

TEST(Mailbox, KeepsARoomForWhatMayNotBeShed) {
    Mailbox<int> box(4);

    EXPECT_TRUE(box.push_keeping(1, 2));
    EXPECT_TRUE(box.push_keeping(2, 2));
    EXPECT_FALSE(box.push_keeping(3, 2));
    EXPECT_TRUE(box.push(4));
}

TEST(Mailbox, GivesWhatIsLeftAfterItIsClosedAndThenEnds) {
    Mailbox<int> box(8);
    EXPECT_TRUE(box.push(1));
    box.close();
    EXPECT_FALSE(box.push(2));

    std::vector<int> out;
    EXPECT_TRUE(box.drain(out));
    EXPECT_EQ(out.size(), 1u);
    out.clear();
    EXPECT_FALSE(box.drain(out));
}

TEST(Mailbox, WakesWithoutAnItemWhenPoked) {
    Mailbox<int> box(8);
    std::thread poker([&] { box.poke(); });
    std::vector<int> out;
    EXPECT_TRUE(box.drain(out));
    EXPECT_TRUE(out.empty());
    poker.join();
}

TEST(Mailbox, LosesNothingAndKeepsEachProducersOrder) {
    constexpr int producers = 4, items = 20'000;
    Mailbox<std::pair<int, int>> box(static_cast<std::size_t>(-1));
    std::vector<std::thread> threads;
    for (int p = 0; p < producers; ++p) {
        threads.emplace_back([&box, p] {
            for (int i = 0; i < items; ++i) box.push_always({p, i});
        });
    }
    std::vector<int> next(producers, 0);
    std::vector<std::pair<int, int>> out;
    for (int seen = 0; seen < producers * items; out.clear()) {
        ASSERT_TRUE(box.drain(out));
        for (const auto& [p, i] : out) ASSERT_EQ(i, next[static_cast<std::size_t>(p)]++);
        seen += static_cast<int>(out.size());
    }
    for (std::thread& t : threads) t.join();
}

}  // namespace
}  // namespace postern::runtime
