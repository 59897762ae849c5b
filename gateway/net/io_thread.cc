#include "gateway/net/io_thread.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <future>
#include <string>

#include <fcntl.h>
#include <linux/io_uring.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>

#include "gateway/net/loop.h"

namespace postern::net {
namespace {

constexpr std::chrono::milliseconds tick_interval{100};
// The ring size that Asio 1.81 fixes; a smaller probe would miss a memory lock limit.
constexpr unsigned ring_entries = 16384;

thread_local const Loop* current_loop = nullptr;

class Pool final : public IoPool {
  public:
    explicit Pool(std::size_t threads) {
        for (std::size_t i = 0; i < threads; ++i) loops_.push_back(std::make_unique<Loop>(i));
    }
    ~Pool() override { stop_all(); }

    [[nodiscard]] bool start() {
        return std::all_of(loops_.begin(), loops_.end(), [](auto& loop) { return loop->start(); });
    }

    [[nodiscard]] std::size_t size() const override { return loops_.size(); }
    [[nodiscard]] IoThread& at(std::size_t index) override { return *loops_[index]; }
    void stop() override { stop_all(); }

  private:
    void stop_all() {
        for (auto& loop : loops_) loop->stop();
    }

    std::vector<std::unique_ptr<Loop>> loops_;
};

}  // namespace

Loop::Engine::Engine(Loop& loop)
    : work(asio::make_work_guard(context)),
      tick_timer(context.get_executor()),
      wakeup(context.get_executor()),
      names(loop) {}

Loop::Loop(std::size_t index)
    : index_(index), wakeup_fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Loop::~Loop() {
    stop();
    if (wakeup_fd_ >= 0) ::close(wakeup_fd_);
}

bool Loop::start() {
    std::promise<bool> started;
    auto ready = started.get_future();
    thread_ = std::thread(&Loop::run, this, std::move(started));
    return ready.get();
}

void Loop::run(std::promise<bool> started) {
    current_loop = this;
    const auto name = "io-" + std::to_string(index_);
    ::pthread_setname_np(::pthread_self(), name.c_str());
    // Asio reports a refused ring only by throwing from a constructor.
    try {
        engine_ = std::make_unique<Engine>(*this);
    } catch (const boost::system::system_error&) {
        return started.set_value(false);
    }
    // A copy: post() may still write to ours when the engine is gone.
    const int wakeup = ::fcntl(wakeup_fd_, F_DUPFD_CLOEXEC, 0);
    if (wakeup < 0) return started.set_value(false);
    engine_->wakeup.assign(wakeup);
    arm_wakeup();
    arm_tick();
    running_.store(true, std::memory_order_release);
    started.set_value(true);
    engine_->context.run();
    // What never ran may hold coroutines of this context: it goes before the context does.
    engine_->names.stop();
    drop_inbox();
    // Born here, ends here: tearing a ring down also interrupts every thread that has used it.
    engine_.reset();
}

void Loop::stop() {
    if (!thread_.joinable()) return;
    running_.store(false, std::memory_order_release);
    post([this] { engine_->context.stop(); });
    thread_.join();
}

void Loop::post(std::function<void()> task) {
    bool first = false;
    {
        const std::lock_guard hold(inbox_lock_);
        first = inbox_.empty();
        inbox_.push_back(std::move(task));
    }
    if (!first) return;  // whoever came first has woken the loop
    if (is_current()) {
        asio::post(engine_->context, [this] { drain_inbox(); });
    } else {
        const std::uint64_t one = 1;
        (void)!::write(wakeup_fd_, &one, sizeof one);  // cannot fail but when it is set already
    }
}

void Loop::arm_wakeup() {
    auto woken = [this](error_code error, std::size_t) {
        if (error) return;
        drain_inbox();
        arm_wakeup();
    };
    const asio::mutable_buffer buffer(&engine_->wakeups, sizeof engine_->wakeups);
    engine_->wakeup.async_read_some(buffer, std::move(woken));
}

void Loop::drain_inbox() {
    std::vector<std::function<void()>> tasks;
    {
        const std::lock_guard hold(inbox_lock_);
        tasks.swap(inbox_);
    }
    for (const auto& task : tasks) task();
}

void Loop::drop_inbox() {
    for (;;) {
        std::vector<std::function<void()>> tasks;
        const std::lock_guard hold(inbox_lock_);
        if (inbox_.empty()) return;
        tasks.swap(inbox_);
    }
}

std::function<void()> Loop::after(std::chrono::milliseconds delay, std::function<void()> task) {
    struct Delayed {
        Timer timer;
        bool cancelled = false;
    };
    auto delayed = std::make_shared<Delayed>(Delayed{Timer(executor(), delay)});
    // An expired timer cannot be cancelled any more, only its task: hence the flag.
    auto fire = [delayed, task = std::move(task)](error_code error) {
        if (!error && !delayed->cancelled) task();
    };
    delayed->timer.async_wait(std::move(fire));
    return [weak = std::weak_ptr<Delayed>(delayed)] {
        if (auto held = weak.lock()) {
            held->cancelled = true;
            held->timer.cancel();
        }
    };
}

bool Loop::is_current() const {
    return current_loop == this;
}

void Loop::on_tick(std::weak_ptr<void> owner, std::function<void(SteadyClock::time_point)> check) {
    hooks_.push_back({std::move(owner), std::move(check)});
}

void Loop::arm_tick() {
    engine_->tick_timer.expires_after(tick_interval);
    auto fire = [this](error_code error) {
        if (!error) tick();
    };
    engine_->tick_timer.async_wait(std::move(fire));
}

void Loop::tick() {
    ticks_.fetch_add(1, std::memory_order_relaxed);
    const auto now = SteadyClock::now();
    std::erase_if(hooks_, [](const TickHook& hook) { return hook.owner.expired(); });
    // By index: a check may add a hook.
    for (std::size_t i = 0; i < hooks_.size(); ++i) {
        const auto alive = hooks_[i].owner.lock();
        const auto check = hooks_[i].check;
        if (alive) check(now);
    }
    arm_tick();
}

void run_on(Loop& loop, const std::function<void()>& task) {
    if (loop.is_current() || !loop.is_running()) return task();
    std::promise<void> done;
    auto finished = done.get_future();
    loop.post([&] {
        task();
        done.set_value();
    });
    finished.wait();
}

std::unique_ptr<IoPool> make_io_pool(std::size_t threads) {
    auto pool = std::make_unique<Pool>(threads == 0 ? 1 : threads);
    if (!pool->start()) return nullptr;
    return pool;
}

const char* backend_name() {
#if defined(BOOST_ASIO_HAS_IO_URING_AS_DEFAULT)
    return "io_uring";
#else
    return "epoll";
#endif
}

bool rings_allowed(std::string& why) {
    // On a thread of its own: the kernel ends a ring later, and then interrupts whoever made it.
    int error = 0;
    std::thread probe([&error] {
        io_uring_params params{};
        const long fd = ::syscall(SYS_io_uring_setup, ring_entries, &params);
        error = fd < 0 ? errno : 0;
        if (fd >= 0) ::close(static_cast<int>(fd));
    });
    probe.join();
    if (error == 0) return true;
    why = std::string("io_uring_setup: ") + std::strerror(error);
    if (error == EPERM || error == EACCES) {
        why += " (forbidden by kernel.io_uring_disabled, a container or a seccomp filter)";
    } else if (error == ENOMEM) {
        why += " (LimitMEMLOCK is too small)";
    }
    return false;
}

}  // namespace postern::net
