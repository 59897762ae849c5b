// Encodes and seals what the core decided, makes it durable with one write a group, then lets the
// answers go. What queued while the last write ran is the next group: no timer, no delay.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "gateway/codec/codec.h"
#include "gateway/core/effects.h"
#include "gateway/runtime/mailbox.h"
#include "gateway/runtime/probe.h"
#include "gateway/runtime/replies.h"
#include "gateway/runtime/wake_list.h"
#include "storage/anchor.h"
#include "storage/commit_log.h"
#include "storage/store.h"

namespace postern::runtime {

/// A durable group on its way to the store.
struct DurableGroup {
    std::string data;
    model::Sequence last = 0;
};

class LogThread final {
  public:
    struct Ports {
        std::function<void(DurableGroup)> apply;  // to the applier; unused where the log applies
        std::function<void(const model::RecordPtr&)> publish;  // small tables, after durability
        std::function<void(Release::Released)> released;
        std::function<void(std::vector<core::Dispatch>)> dispatch;  // intents that are durable
        std::function<void(const core::LaneRead&)> read;  // of the due queue, as it is on disk now
        std::function<model::Now()> now;
        std::function<void()> before_exit{};  // a durable write failed; may be empty
    };

    LogThread(storage::Store& store, storage::CommitLog& log, storage::Anchor& anchor,
              storage::AnchorState state, const storage::KeyBytes& master, WakeList& wakes,
              Ports ports, Probe& probe);
    ~LogThread();

    void post(core::Effects effects) { inbox_.push_always(std::move(effects)); }
    void start();
    /// Writes what is queued, then the anchor, and ends.
    void stop();

    /// Highest sequence on disk. Any thread.
    [[nodiscard]] model::Sequence durable() const { return durable_.load(); }
    /// Steady time of the last durable write that succeeded, microseconds. Any thread.
    [[nodiscard]] std::int64_t last_commit_us() const { return last_commit_us_.load(); }

    /// One group of everything in `batch`; the thread's loop and the simulation call it.
    void commit(std::vector<core::Effects>& batch);

  private:
    void run();
    void encode(const core::Effects& effects);
    void append(model::Sequence first, model::Sequence last);
    void write_anchor(bool now);
    /// Tells who must know before the end, then ends the process.
    [[noreturn]] void fail(std::string_view event, std::string_view detail);

    storage::Store& store_;
    storage::CommitLog& log_;
    storage::Anchor& anchor_;
    storage::AnchorState anchor_state_;
    codec::Encoder encoder_;
    WakeList& wakes_;
    Ports ports_;
    Probe& probe_;
    storage::WriteSet rows_;
    std::string value_;
    Release release_;
    Mailbox<core::Effects> inbox_{static_cast<std::size_t>(-1)};
    model::Instant core_at_{};  // of the newest group (Effects::at)
    std::atomic<model::Sequence> durable_;
    std::atomic<std::int64_t> last_commit_us_{0};
    std::chrono::microseconds anchored_at_{};
    std::thread thread_;
};

}  // namespace postern::runtime
