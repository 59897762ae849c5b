// When the disk fails, and how: one plan shared by the faulty log files and the faulty file system
// under RocksDB, so that both lose power at the same instant. Any thread.
#pragma once

#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <random>
#include <utility>

namespace postern::support {

enum class Fault { none, power_cut, io_error, full, short_write };

class FaultPlan final {
  public:
    explicit FaultPlan(std::uint64_t seed) : random_(seed) {}

    /// The n-th operation from now on (1: the next) meets `fault`. A power cut lasts: everything
    /// after it fails until power_on(). Other faults strike once.
    void arm(Fault fault, std::uint64_t nth) {
        const std::lock_guard lock(mutex_);
        fault_ = fault;
        left_ = nth;
    }
    /// Counts one operation that would change the disk.
    [[nodiscard]] Fault next() {
        const std::lock_guard lock(mutex_);
        ++operations_;
        if (off_) return Fault::power_cut;
        if (left_ == 0 || --left_ > 0) return Fault::none;
        struck_ = true;
        off_ = fault_ == Fault::power_cut;
        return fault_;
    }
    /// Called by a disk that finds the power off, once its last write is torn, with its mutex held
    /// once. The first caller runs at_cut; any later one stays here for good, and lets go of the
    /// mutex, so that no error of a disk without power is ever handled.
    void power_went(std::recursive_mutex& held) {
        if (!at_cut_) return;
        if (!told_.exchange(true)) return at_cut_();
        held.unlock();
        for (;;) ::pause();
    }
    /// Set before anything runs. Meant to settle the disks and end the process: a power cut closes
    /// nothing.
    void at_cut(std::function<void()> callback) { at_cut_ = std::move(callback); }
    void power_on() {
        const std::lock_guard lock(mutex_);
        off_ = false;
        left_ = 0;
        struck_ = false;
    }
    [[nodiscard]] bool off() const {
        const std::lock_guard lock(mutex_);
        return off_;
    }
    /// The armed fault has happened.
    [[nodiscard]] bool struck() const {
        const std::lock_guard lock(mutex_);
        return struck_;
    }
    [[nodiscard]] std::uint64_t operations() const {
        const std::lock_guard lock(mutex_);
        return operations_;
    }
    /// 0 … n - 1
    [[nodiscard]] std::uint64_t below(std::uint64_t n) {
        const std::lock_guard lock(mutex_);
        return n == 0 ? 0 : random_() % n;
    }

  private:
    mutable std::mutex mutex_;
    std::mt19937_64 random_;
    Fault fault_ = Fault::none;
    std::uint64_t left_ = 0;
    std::uint64_t operations_ = 0;
    bool off_ = false;
    bool struck_ = false;
    std::function<void()> at_cut_;
    std::atomic<bool> told_{false};
};

}  // namespace postern::support
