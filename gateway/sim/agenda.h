// What is to happen later: a heap of tasks and one timer, because a task a receipt would be
// thousands of timers.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "gateway/net/io_thread.h"

namespace postern::sim {

/// Made and used on `thread`. Tasks that are left when it ends never run.
class Agenda final {
  public:
    explicit Agenda(net::IoThread& thread) : thread_(thread) {}
    ~Agenda();
    Agenda(const Agenda&) = delete;
    Agenda& operator=(const Agenda&) = delete;

    /// Runs `task` on the thread after `delay_us`, to the millisecond; tasks of one instant in the
    /// order of their coming.
    void after(std::int64_t delay_us, std::function<void()> task);

  private:
    struct Entry {
        std::int64_t due_us = 0;
        std::uint64_t order = 0;
        std::function<void()> task;
    };
    static bool later(const Entry& a, const Entry& b);
    void arm();
    void fire();

    net::IoThread& thread_;
    std::vector<Entry> heap_;
    std::uint64_t orders_ = 0;
    std::int64_t armed_us_ = 0;  // when the timer fires; 0: there is none
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

/// Microseconds of the monotonic clock and of the wall clock.
[[nodiscard]] std::int64_t steady_now_us();
[[nodiscard]] std::int64_t wall_now_us();

}  // namespace postern::sim
