// The one implementation of IoThread: an io_context and the thread that runs it (private header).
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>

#include "gateway/net/io_thread.h"
#include "gateway/net/task.h"

namespace postern::net {

/// Made by make_io_pool, ends when the pool stops. Everything but post() and ticks() belongs to its
/// own thread.
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

    [[nodiscard]] Executor executor() { return context_.get_executor(); }
    [[nodiscard]] asio::io_context& context() { return context_; }

    /// Called every 100 ms until the owner is gone: the one timer that all deadlines share.
    void on_tick(std::weak_ptr<void> owner, std::function<void(SteadyClock::time_point)> check);

    void start();
    void stop();
    /// False before start() and after stop(): nothing posted will run.
    [[nodiscard]] bool is_running() const { return running_.load(std::memory_order_acquire); }

  private:
    struct TickHook {
        std::weak_ptr<void> owner;
        std::function<void(SteadyClock::time_point)> check;
    };

    void run();
    void arm_tick();
    void tick();

    std::size_t index_;
    asio::io_context context_{1};
    asio::executor_work_guard<Executor> work_;
    Timer tick_timer_;
    std::vector<TickHook> hooks_;
    std::atomic<std::uint64_t> ticks_{0};
    std::atomic<bool> running_{false};
    std::thread thread_;
};

/// Runs `task` on `loop` and waits for its end; directly when already there or when nothing runs.
void run_on(Loop& loop, const std::function<void()>& task);

}  // namespace postern::net
