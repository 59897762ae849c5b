// The threads from command to durable event, put together: core, prefetch, log, applier, queries.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

#include "gateway/model/snapshot.h"
#include "gateway/runtime/applier_thread.h"
#include "gateway/runtime/core_inbox.h"
#include "gateway/runtime/core_thread.h"
#include "gateway/runtime/log_thread.h"
#include "gateway/runtime/prefetch.h"
#include "gateway/runtime/probe.h"
#include "gateway/runtime/query_threads.h"
#include "gateway/runtime/recovery.h"
#include "gateway/runtime/wake_list.h"

namespace postern::runtime {

struct PipelineOptions {
    std::size_t in_flight_max = 16384;             // commands posted and not yet released
    std::size_t in_flight_bytes_max = 256u << 20;  // … and what they hold
    std::size_t rows_kept_max = 3'000'000;
    std::size_t query_threads = 2;
    bool read_only = false;  // nothing that is posted is taken
    /// Called on the log thread when a durable write failed, just before the process ends.
    std::function<void()> before_exit;
    /// Given: what the core does is recorded. Null where it cannot be.
    std::function<std::unique_ptr<recording::Recorder>(const core::CoreOptions&,
                                                       const core::SmallTables&)>
        recorder{};
};

class Pipeline final : public CoreInbox {
  public:
    /// `publish` is called on the log thread for each changed row of a small table, once durable.
    Pipeline(Ground& ground, core::SmallTables tables, const PipelineOptions& options,
             std::function<void(const model::RecordPtr&)> publish);
    ~Pipeline() override;

    [[nodiscard]] bool post(std::vector<core::Command> commands, Admit admit, net::IoThread& thread,
                            std::function<void(const std::vector<core::Reply>&)> done) override;
    [[nodiscard]] bool post(core::Command command) override;
    [[nodiscard]] bool overloaded(Admit admit) const override;

    void post_always(core::Command command) override;
    /// Who carries messages to providers; called on the log thread. Set once, before the first
    /// Configure is posted: nothing leaves before that.
    void set_egress(std::function<void(std::vector<core::Dispatch>)> egress) {
        egress_ = std::move(egress);
    }

    /// Applies and makes durable what is queued, then ends every thread. Servers must have drained.
    void stop();

    [[nodiscard]] QueryPool& queries() { return queries_; }
    [[nodiscard]] EventSignal& events() { return wakes_; }
    [[nodiscard]] LogThread& log() { return log_; }
    [[nodiscard]] Probe& probe() { return probe_; }
    /// How sending stands, at most half a second ago. Any thread.
    [[nodiscard]] std::shared_ptr<const core::Figures> figures() const { return figures_.load(); }
    [[nodiscard]] std::uint32_t epoch() const { return ground_.anchor_state.epoch; }

  private:
    [[nodiscard]] std::size_t limit_of(Admit admit) const;
    void read_lane(const core::LaneRead& read);
    void on_released(Release::Released released);

    Ground& ground_;
    PipelineOptions options_;
    std::function<void(std::vector<core::Dispatch>)> egress_;
    Probe probe_;
    model::Snapshot<core::Figures> figures_{std::make_shared<const core::Figures>()};
    std::atomic<std::size_t> in_flight_{0};
    std::atomic<std::size_t> in_flight_bytes_{0};
    std::mutex idle_mutex_;
    std::condition_variable idle_;
    WakeList wakes_;
    ApplierThread applier_;
    LogThread log_;
    std::unique_ptr<Prefetcher> prefetch_;
    const core::CoreOptions start_;                  // what the recorder begins with, too
    std::unique_ptr<recording::Recorder> recorder_;  // before the core that writes to it
    CoreThread core_;
    QueryThreads queries_;
    bool stopped_ = false;
};

}  // namespace postern::runtime
