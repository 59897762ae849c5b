// The one implementation of IoThread: an io_context and the thread that runs it (private header).
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include "gateway/net/io_thread.h"
#include "gateway/net/name_lookup.h"
#include "gateway/net/task.h"

namespace postern::net {

/// Made by make_io_pool, ends when the pool stops. Everything but post() and ticks() belongs to its
/// own thread.
///
/// A ring belongs to the threads that submit to it: the kernel interrupts the submitter's system
/// calls when a request completes, and cancels its requests when it exits. Asio 1.81 lets whoever
/// posts submit all that is prepared. So nothing here touches the context from another thread: the
/// context is born and ends on its own thread, and post() goes through an inbox and an eventfd.
/// That also makes one wake-up of many posts, and lets the context do without its locks.
class Loop final : public IoThread {
  public:
    explicit Loop(std::size_t index);
    ~Loop() override;

    [[nodiscard]] std::size_t index() const override { return index_; }
    void post(std::function<void()> task) override;
    [[nodiscard]] std::function<void()> after(std::chrono::milliseconds delay,
                                              std::function<void()> task) override;
    [[nodiscard]] bool is_current() const override;
    [[nodiscard]] std::uint64_t ticks() const override {
        return ticks_.load(std::memory_order_relaxed);
    }

    [[nodiscard]] Executor executor() { return engine_->context.get_executor(); }
    [[nodiscard]] NameLookup& names() { return engine_->names; }

    /// Called every 100 ms until the owner is gone: the one timer that all deadlines share.
    void on_tick(std::weak_ptr<void> owner, std::function<void(SteadyClock::time_point)> check);

    /// False if the kernel refuses what the loop needs.
    [[nodiscard]] bool start();
    void stop();
    /// False before start() and after stop(): nothing posted will run.
    [[nodiscard]] bool is_running() const { return running_.load(std::memory_order_acquire); }

  private:
    using Wakeup = AwaitTuple::as_default_on_t<asio::posix::basic_stream_descriptor<Executor>>;

    struct TickHook {
        std::weak_ptr<void> owner;
        std::function<void(SteadyClock::time_point)> check;
    };
    struct Engine {
        explicit Engine(Loop& loop);
        asio::io_context context{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE};  // nobody else touches it
        asio::executor_work_guard<Executor> work;
        Timer tick_timer;
        Wakeup wakeup;
        std::uint64_t wakeups = 0;
        NameLookup names;
    };

    void run(std::promise<bool> started);
    void arm_tick();
    void tick();
    void arm_wakeup();
    void drain_inbox();
    void drop_inbox();

    std::size_t index_;
    int wakeup_fd_ = -1;
    std::unique_ptr<Engine> engine_;
    std::vector<TickHook> hooks_;
    std::atomic<std::uint64_t> ticks_{0};
    std::atomic<bool> running_{false};
    std::thread thread_;

    // The one thing that threads share here. Held for a push or a swap.
    std::mutex inbox_lock_;
    std::vector<std::function<void()>> inbox_;
};

/// Runs `task` on `loop` and waits for its end; directly when already there or when nothing runs.
void run_on(Loop& loop, const std::function<void()>& task);

}  // namespace postern::net
