// The event loops: N threads, one loop each. Nothing here names Asio, so nothing above knows which
// backend (io_uring or epoll) it runs on.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace postern::net {

/// One loop and its thread. post() is thread-safe; everything else only on the thread itself.
class IoThread {
  public:
    virtual ~IoThread() = default;
    /// Index in the pool, 0-based.
    [[nodiscard]] virtual std::size_t index() const = 0;
    /// Runs `task` on this thread, after what is already posted. Never runs it inline.
    virtual void post(std::function<void()> task) = 0;
    /// Runs `task` after `delay`; the returned function cancels it (safe to call late).
    [[nodiscard]] virtual std::function<void()> after(std::chrono::milliseconds delay,
                                                      std::function<void()> task) = 0;
    [[nodiscard]] virtual bool is_current() const = 0;
    /// Wall-clock ticks of the loop since start, for the watchdog: stands still if the loop hangs.
    [[nodiscard]] virtual std::uint64_t ticks() const = 0;
};

class IoPool {
  public:
    virtual ~IoPool() = default;
    [[nodiscard]] virtual std::size_t size() const = 0;
    [[nodiscard]] virtual IoThread& at(std::size_t index) = 0;
    /// Stops the loops and joins the threads. Servers and clients on them must be gone; what is
    /// posted later never runs.
    virtual void stop() = 0;
};

/// Starts `threads` loops. `backend_name` below says what they run on. Null if the kernel refuses a
/// ring or the threads: ask rings_allowed() first.
[[nodiscard]] std::unique_ptr<IoPool> make_io_pool(std::size_t threads);

/// "io_uring" or "epoll": fixed when this library was compiled.
[[nodiscard]] const char* backend_name();

/// Whether this kernel and sandbox allow io_uring: sets up and tears down one ring. `why` is for
/// people.
[[nodiscard]] bool rings_allowed(std::string& why);

}  // namespace postern::net
