// The heap and its timer: a task that is due before the timer gets a timer of its own.
#include "gateway/sim/agenda.h"

#include <algorithm>
#include <chrono>

namespace postern::sim {

std::int64_t steady_now_us() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

std::int64_t wall_now_us() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

Agenda::~Agenda() {
    *alive_ = false;
}

bool Agenda::later(const Entry& a, const Entry& b) {
    return a.due_us != b.due_us ? a.due_us > b.due_us : a.order > b.order;
}

void Agenda::after(std::int64_t delay_us, std::function<void()> task) {
    const std::int64_t due_us = steady_now_us() + std::max<std::int64_t>(delay_us, 0);
    heap_.push_back({due_us, ++orders_, std::move(task)});
    std::push_heap(heap_.begin(), heap_.end(), later);
    arm();
}

void Agenda::arm() {
    if (heap_.empty()) return;
    const std::int64_t due_us = heap_.front().due_us;
    if (armed_us_ != 0 && armed_us_ <= due_us) return;
    armed_us_ = due_us;
    const std::int64_t wait_us = std::max<std::int64_t>(due_us - steady_now_us(), 0);
    (void)thread_.after(std::chrono::milliseconds(wait_us / 1000 + 1), [this, alive = alive_] {
        if (*alive) fire();
    });
}

void Agenda::fire() {
    armed_us_ = 0;
    const std::int64_t now_us = steady_now_us();
    while (!heap_.empty() && heap_.front().due_us <= now_us) {
        std::pop_heap(heap_.begin(), heap_.end(), later);
        const auto task = std::move(heap_.back().task);
        heap_.pop_back();
        task();
    }
    arm();
}

}  // namespace postern::sim
