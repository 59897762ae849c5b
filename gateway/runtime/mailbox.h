// The one thread-safe container: bounded, many producers, one consumer that drains all at once.
// Anything else that crosses threads is immutable and moved.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <utility>
#include <vector>

namespace postern::runtime {

template <class T>
class Mailbox final {
  public:
    explicit Mailbox(std::size_t capacity) : capacity_(capacity) {}

    /// False when full or closed: the caller says so to its own caller (429/503), it never waits.
    [[nodiscard]] bool push(T item) { return push_up_to(std::move(item), capacity_); }

    /// Like push(), but refuses when `reserve` places or fewer are left: what may be shed first
    /// leaves room for what may not.
    [[nodiscard]] bool push_keeping(T item, std::size_t reserve) {
        return push_up_to(std::move(item), capacity_ > reserve ? capacity_ - reserve : 0);
    }

    /// For items that must not be refused (answers to what was taken already): bounded by their
    /// cause.
    void push_always(T item) { (void)push_up_to(std::move(item), static_cast<std::size_t>(-1)); }

    /// Waits until there is something or the box is closed, then swaps everything into `out` (which
    /// must be empty). False: closed and empty, the consumer ends.
    bool drain(std::vector<T>& out) {
        std::unique_lock lock(mutex_);
        ready_.wait(lock, [this] { return !items_.empty() || closed_ || poked_; });
        poked_ = false;
        out.swap(items_);
        return !out.empty() || !closed_;
    }

    /// The same, but returns after `patience` with nothing.
    bool drain_for(std::vector<T>& out, std::chrono::microseconds patience) {
        std::unique_lock lock(mutex_);
        ready_.wait_for(lock, patience, [this] { return !items_.empty() || closed_ || poked_; });
        poked_ = false;
        out.swap(items_);
        return !out.empty() || !closed_;
    }

    /// Wakes the consumer without an item.
    void poke() {
        const std::lock_guard lock(mutex_);
        poked_ = true;
        ready_.notify_one();
    }

    void close() {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        ready_.notify_all();
    }

    [[nodiscard]] std::size_t size() const {
        const std::lock_guard lock(mutex_);
        return items_.size();
    }
    [[nodiscard]] std::size_t capacity() const { return capacity_; }

  private:
    bool push_up_to(T item, std::size_t limit) {
        bool wake = false;
        {
            const std::lock_guard lock(mutex_);
            if (closed_ || items_.size() >= limit) return false;
            wake = items_.empty();
            items_.push_back(std::move(item));
        }
        // Only the first item of a batch wakes: the consumer takes all that is there.
        if (wake) ready_.notify_one();
        return true;
    }

    const std::size_t capacity_;
    mutable std::mutex mutex_;
    std::condition_variable ready_;
    std::vector<T> items_;
    bool closed_ = false;
    bool poked_ = false;
};

}  // namespace postern::runtime
