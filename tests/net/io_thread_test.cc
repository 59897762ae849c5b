#include "gateway/net/io_thread.h"

#include <atomic>
#include <future>

#include <gtest/gtest.h>
#include <pthread.h>

#include "tests/net/support.h"

namespace postern::net::test {
namespace {

using std::chrono::milliseconds;

TEST(IoThread, RunsPostedTasksInOrderOnItsOwnThread) {
    auto pool = make_io_pool(2);
    std::vector<int> order;
    std::promise<std::string> name;
    EXPECT_FALSE(pool->at(1).is_current());
    for (int i = 0; i < 100; ++i) pool->at(1).post([&, i] { order.push_back(i); });
    pool->at(1).post([&] {
        EXPECT_TRUE(pool->at(1).is_current());
        EXPECT_FALSE(pool->at(0).is_current());
        char text[16];
        ::pthread_getname_np(::pthread_self(), text, sizeof text);
        name.set_value(text);
    });
    EXPECT_EQ(name.get_future().get(), "io-1");
    EXPECT_EQ(order.size(), 100U);
    EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST(IoThread, RunsDelayedTasksUnlessCancelled) {
    auto pool = make_io_pool(1);
    std::atomic<int> ran{0};
    std::promise<void> late;
    pool->at(0).post([&] {
        auto cancel = pool->at(0).after(milliseconds(10), [&] { ran += 10; });
        (void)pool->at(0).after(milliseconds(20), [&] { ++ran; });
        cancel();
        (void)pool->at(0).after(milliseconds(60), [&, cancel] {
            cancel();  // late: harmless
            late.set_value();
        });
    });
    late.get_future().get();
    EXPECT_EQ(ran.load(), 1);
}

TEST(IoThread, TicksWhileItLivesAndStandsStillWhileItHangs) {
    auto pool = make_io_pool(1);
    EXPECT_TRUE(eventually([&] { return pool->at(0).ticks() >= 2; }));
    std::promise<void> release;
    std::promise<void> hanging;
    pool->at(0).post([&] {
        hanging.set_value();
        release.get_future().wait();
    });
    hanging.get_future().wait();
    const auto before = pool->at(0).ticks();
    const auto until = std::chrono::steady_clock::now() + milliseconds(350);
    while (std::chrono::steady_clock::now() < until) std::this_thread::yield();
    EXPECT_EQ(pool->at(0).ticks(), before);
    release.set_value();
    EXPECT_TRUE(eventually([&] { return pool->at(0).ticks() > before; }));
}

TEST(IoThread, StopsTwiceWithoutHarm) {
    auto pool = make_io_pool(1);
    pool->stop();
    pool->stop();
}

TEST(Backend, SaysWhetherRingsAreAllowed) {
    std::string why;
    const bool allowed = rings_allowed(why);
    EXPECT_EQ(allowed, why.empty()) << why;
    EXPECT_TRUE(std::string(backend_name()) == "epoll" ||
                backend_name() == std::string("io_uring"));
}

}  // namespace
}  // namespace postern::net::test
