#include "gateway/net/io_thread.h"

#include <cerrno>
#include <cstring>
#include <future>
#include <string>

#include <linux/io_uring.h>
#include <pthread.h>
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
        for (auto& loop : loops_) loop->start();
    }
    ~Pool() override { stop_all(); }

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

Loop::Loop(std::size_t index)
    : index_(index), work_(asio::make_work_guard(context_)), tick_timer_(executor()) {}

Loop::~Loop() { stop(); }

void Loop::start() {
    running_.store(true, std::memory_order_release);
    arm_tick();
    thread_ = std::thread([this] { run(); });
}

void Loop::run() {
    current_loop = this;
    const auto name = "io-" + std::to_string(index_);
    ::pthread_setname_np(::pthread_self(), name.c_str());
    context_.run();
}

void Loop::stop() {
    if (!thread_.joinable()) return;
    running_.store(false, std::memory_order_release);
    work_.reset();
    context_.stop();
    thread_.join();
}

void Loop::post(std::function<void()> task) { asio::post(context_, std::move(task)); }

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

bool Loop::is_current() const { return current_loop == this; }

void Loop::on_tick(std::weak_ptr<void> owner,
                   std::function<void(SteadyClock::time_point)> check) {
    hooks_.push_back({std::move(owner), std::move(check)});
}

void Loop::arm_tick() {
    tick_timer_.expires_after(tick_interval);
    auto fire = [this](error_code error) {
        if (!error) tick();
    };
    tick_timer_.async_wait(std::move(fire));
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
    // Asio reports a refused ring only by throwing from a constructor.
    try {
        return std::make_unique<Pool>(threads == 0 ? 1 : threads);
    } catch (const boost::system::system_error&) {
        return nullptr;
    }
}

const char* backend_name() {
#if defined(BOOST_ASIO_HAS_IO_URING_AS_DEFAULT)
    return "io_uring";
#else
    return "epoll";
#endif
}

bool rings_allowed(std::string& why) {
    io_uring_params params{};
    const long fd = ::syscall(SYS_io_uring_setup, ring_entries, &params);
    if (fd >= 0) {
        ::close(static_cast<int>(fd));
        return true;
    }
    const int error = errno;
    why = std::string("io_uring_setup: ") + std::strerror(error);
    if (error == EPERM || error == EACCES) {
        why += " (forbidden by kernel.io_uring_disabled, a container or a seccomp filter)";
    } else if (error == ENOMEM) {
        why += " (LimitMEMLOCK is too small)";
    }
    return false;
}

}  // namespace postern::net
