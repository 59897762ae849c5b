// Applies durable groups to the store. Its lag is bounded in bytes; beyond the bound the log thread
// waits, the inbox fills, and intake slows: never an acknowledgement that was promised.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "gateway/runtime/log_thread.h"
#include "gateway/runtime/probe.h"
#include "gateway/runtime/wake_list.h"
#include "storage/store.h"

namespace postern::runtime {

class ApplierThread final {
  public:
    ApplierThread(storage::Store& store, WakeList& wakes, Probe& probe);
    ~ApplierThread();

    /// Log thread. Waits while more than the bound is unapplied.
    void post(DurableGroup group);
    void start();
    /// Applies what is queued, then ends.
    void stop();

    /// One group; the thread's loop and the simulation call it.
    void apply(const DurableGroup& group);

  private:
    void run();
    /// PERFORMANCE, «Storage layout», decision 9.
    static constexpr std::size_t unapplied_bytes_max = 64u << 20;

    storage::Store& store_;
    WakeList& wakes_;
    Probe& probe_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<DurableGroup> groups_;
    std::size_t unapplied_bytes_ = 0;
    bool closed_ = false;
    std::thread thread_;
};

}  // namespace postern::runtime
