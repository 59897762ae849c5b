// A bounded queue by bytes between the log and RocksDB.
#include "gateway/runtime/applier_thread.h"

#include <pthread.h>

#include "gateway/runtime/check.h"
#include "storage/failpoint.h"

namespace postern::runtime {

ApplierThread::ApplierThread(storage::Store& store, WakeList& wakes, Probe& probe)
    : store_(store), wakes_(wakes), probe_(probe) {}

ApplierThread::~ApplierThread() {
    stop();
}

void ApplierThread::start() {
    thread_ = std::thread([this] { run(); });
    pthread_setname_np(thread_.native_handle(), "applier");
}

void ApplierThread::stop() {
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        changed_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
}

void ApplierThread::post(DurableGroup group) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return unapplied_bytes_ < unapplied_bytes_max; });
    unapplied_bytes_ += group.data.size();
    probe_.unapplied_bytes.store(unapplied_bytes_, std::memory_order_relaxed);
    const bool wake = groups_.empty();
    groups_.push_back(std::move(group));
    lock.unlock();
    if (wake) changed_.notify_all();
}

void ApplierThread::run() {
    std::vector<DurableGroup> batch;
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return closed_ || !groups_.empty(); });
            if (groups_.empty()) return;
            batch.swap(groups_);
        }
        std::size_t bytes = 0;
        for (const DurableGroup& group : batch) {
            apply(group);
            bytes += group.data.size();
        }
        batch.clear();
        const std::lock_guard lock(mutex_);
        unapplied_bytes_ -= bytes;
        probe_.unapplied_bytes.store(unapplied_bytes_, std::memory_order_relaxed);
        changed_.notify_all();
    }
}

void ApplierThread::apply(const DurableGroup& group) {
    storage::Result<void> applied;
    if (storage::failpoint_fails("apply.before")) applied = storage::Errc::io;
    if (applied) applied = store_.apply(group.data, group.last);
    if (applied.has_error()) die("apply_failed", applied.error().message());
    storage::failpoint("apply.after");
    wakes_.raise(group.last);
}

}  // namespace postern::runtime
