// An immutable value that one thread replaces as a whole and many read: accounts, keys, settings.
#pragma once

#include <memory>
#include <mutex>

namespace postern::model {

/// Any thread. Readers keep what they loaded for as long as they hold it. The lock covers the copy
/// of one pointer, never any work; libstdc++ 12's std::atomic<std::shared_ptr> is the same lock in
/// disguise, and one that ThreadSanitizer cannot see.
template <class T>
class Snapshot final {
  public:
    explicit Snapshot(std::shared_ptr<const T> first) : current_(std::move(first)) {}

    [[nodiscard]] std::shared_ptr<const T> load() const {
        const std::lock_guard lock(mutex_);
        return current_;
    }
    void store(std::shared_ptr<const T> next) {
        const std::lock_guard lock(mutex_);
        current_.swap(next);  // the old value is destroyed outside the lock, with `next`
    }

  private:
    mutable std::mutex mutex_;
    std::shared_ptr<const T> current_;
};

}  // namespace postern::model
