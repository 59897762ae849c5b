// Waking is rare beside applying: one short lock a group, and posts only to those whose turn it is.
#include "gateway/runtime/wake_list.h"

#include <algorithm>

namespace postern::runtime {

std::function<void()> WakeList::wait(net::IoThread& thread, model::Sequence after,
                                     std::function<void()> wake) {
    auto waiter = std::make_shared<Waiter>();
    waiter->thread = &thread;
    waiter->after = after;
    waiter->wake = std::move(wake);
    auto run = [waiter] {
        if (!waiter->cancelled.exchange(true)) waiter->wake();
    };
    bool ready = false;
    {
        const std::lock_guard lock(mutex_);
        ready = readable_.load() > after;
        if (!ready) waiters_.push_back(waiter);
    }
    if (ready) thread.post(run);
    // Cancelling happens on the waiter's own thread, where `run` runs too: no race with the wake.
    return [waiter] { waiter->cancelled.store(true); };
}

void WakeList::raise(model::Sequence readable) {
    std::vector<std::shared_ptr<Waiter>> due;
    {
        const std::lock_guard lock(mutex_);
        readable_.store(readable);
        const auto split = std::partition(
            waiters_.begin(), waiters_.end(),
            [readable](const auto& w) { return w->after >= readable && !w->cancelled.load(); });
        due.assign(split, waiters_.end());
        waiters_.erase(split, waiters_.end());
        raised_.notify_all();
    }
    for (const auto& w : due) {
        if (w->cancelled.load()) continue;
        w->thread->post([w] {
            if (!w->cancelled.exchange(true)) w->wake();
        });
    }
}

bool WakeList::wait_readable(model::Sequence sequence) {
    if (readable_.load() >= sequence) return true;
    std::unique_lock lock(mutex_);
    raised_.wait(lock, [&] { return closed_ || readable_.load() >= sequence; });
    return readable_.load() >= sequence;
}

void WakeList::close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    raised_.notify_all();
}

}  // namespace postern::runtime
