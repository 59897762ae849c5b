// What watches the box once a second: free space, memory, the clock, the loops, the disk's answer,
// retention. One thread of its own; it decides nothing about messages.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "conf/config.h"
#include "gateway/ingress/webhook.h"
#include "gateway/memory.h"
#include "gateway/net/io_thread.h"
#include "gateway/runtime/pipeline.h"
#include "gateway/service.h"
#include "storage/disk_space.h"

namespace postern {

class Guards final {
  public:
    Guards(runtime::Pipeline& pipeline, net::IoPool& io, ingress::IntakeGate& gate,
           const Service& service, std::string storage_path, conf::Retention retention,
           model::Instant last_written, std::function<void()> every_minute);
    ~Guards();
    /// Before start(). What the memory is compared with.
    void watch_memory(MemorySource source) { memory_source_ = std::move(source); }
    /// Before start(). Nothing is written any more, and nothing taken.
    void hold_read_only() { read_only_ = true; }
    /// Before start(). Called on the guards' thread at the end of each look.
    void every_second(std::function<void(model::Now)> then) { every_second_ = std::move(then); }
    void start();
    void stop();

    /// Any thread.
    [[nodiscard]] storage::DiskTier disk_tier() const { return tier_.load(); }
    [[nodiscard]] std::uint64_t free_bytes() const { return free_bytes_.load(); }
    /// A write became durable within the last ten seconds.
    [[nodiscard]] bool disk_answers() const { return disk_answers_.load(); }
    [[nodiscard]] bool loops_turn() const { return loops_turn_.load(); }
    [[nodiscard]] bool read_only() const { return read_only_; }
    [[nodiscard]] bool memory_short() const { return memory_short_.load(); }
    [[nodiscard]] MemoryReading memory() const {
        return {memory_used_.load(), memory_limit_.load()};
    }
    /// Steps of the wall clock since the start (runtime/clock.h).
    [[nodiscard]] std::uint64_t clock_steps() const { return clock_steps_.load(); }

  private:
    void run();
    void tick();
    void watch_disk();
    void watch_memory();
    void set_gate();
    void watch_clock();
    void watch_loops(model::Now now);
    void keep_house(model::Now now);
    void go_through_aged(model::Instant wall);
    [[nodiscard]] bool clock_is_plausible(model::Now now) const;

    runtime::Pipeline& pipeline_;
    net::IoPool& io_;
    ingress::IntakeGate& gate_;
    const Service& service_;
    std::string storage_path_;
    conf::Retention retention_;
    model::Instant last_written_;  // by the process before this one; the epoch: none
    std::function<void()> every_minute_;
    std::atomic<storage::DiskTier> tier_{storage::DiskTier::ample};
    std::atomic<std::uint64_t> free_bytes_{0};
    MemorySource memory_source_;
    std::function<void(model::Now)> every_second_;
    bool read_only_ = false;
    std::atomic<bool> memory_short_{false};
    std::atomic<std::uint64_t> memory_used_{0};
    std::atomic<std::uint64_t> memory_limit_{0};
    std::atomic<bool> disk_answers_{true};
    std::atomic<bool> loops_turn_{true};
    std::atomic<std::uint64_t> clock_steps_{0};

    std::vector<std::uint64_t> last_ticks_;
    std::chrono::microseconds loops_seen_{};
    bool step_announced_ = false;  // and not yet confirmed
    std::uint64_t seconds_ = 0;
    /// The round over what lies by a hash. `running` belongs to the query thread, which alone then
    /// touches the cursor.
    enum class Round : std::uint8_t { ended, open, running };
    std::atomic<Round> round_{Round::ended};
    storage::RowKey aged_next_;

    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace postern
