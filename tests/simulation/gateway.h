// The real core thread, log thread, applier, reader and recovery on one thread and a virtual clock:
// each step is called by the simulation instead of by a thread, so chance alone decides who comes
// next.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/runtime/applier_thread.h"
#include "gateway/runtime/clock.h"
#include "gateway/runtime/core_thread.h"
#include "gateway/runtime/log_thread.h"
#include "gateway/runtime/recovery.h"
#include "tests/simulation/random.h"
#include "tests/support/faulty_file_system.h"
#include "tests/support/faulty_log_files.h"

namespace postern::simulation {

/// Thrown in place of the exit that production takes (runtime::die).
struct Died {
    std::string event;
    std::string detail;
};

/// What outlives a crash: the disks, the clock, the trace.
struct Machine {
    Machine(std::uint64_t seed, std::string folder);

    support::FaultPlan faults;
    support::FaultyLogFiles log_files;
    std::shared_ptr<support::FaultyFileSystem> file_system;
    std::string folder;
    model::Now now;  // both clocks of the machine; a test may set them
    /// What the gateway makes of them, as in production; in doubt only where a test has set them.
    runtime::TrustedClock clock;
    bool synchronised = false;
    std::uint64_t trace = 0xCBF2'9CE4'8422'2325;  // FNV-1a over everything that became durable

    void note(std::string_view bytes);
};

class Gateway final {
  public:
    /// Recovers; throws Died with the refusal if the storage does not open.
    explicit Gateway(Machine& machine);
    ~Gateway();

    void post(core::Command command) { inbox_.emplace_back(std::move(command)); }
    [[nodiscard]] bool can_core() const { return !inbox_.empty(); }
    [[nodiscard]] bool can_commit() const { return !effects_.empty(); }
    [[nodiscard]] bool can_apply() const { return !groups_.empty(); }
    [[nodiscard]] bool can_prefetch() const { return !requests_.empty(); }
    [[nodiscard]] bool can_read() const;
    [[nodiscard]] bool idle() const;

    void step_core(Random& random);
    void step_commit(Random& random);
    void step_apply();
    void step_prefetch();
    /// The oldest read of the due queue: as in production, once the store has what was durable when
    /// it was asked for.
    void step_read();
    /// The core's timer rings: a batch of nothing.
    void tick();
    /// Steady time at which the core wants to be woken; max: never.
    [[nodiscard]] std::chrono::microseconds next_wake() const { return core_->next_wake(); }

    /// Called for every row of what just became durable, in order.
    std::function<void(const core::RowWrite&)> on_durable;
    /// Dispatches whose intents became durable since the last call, in order.
    [[nodiscard]] std::vector<core::Dispatch> take_dispatches();
    /// Intents that recovery found.
    [[nodiscard]] const std::vector<model::SlotRow>& slots() const { return slots_; }

    /// Replies that became durable since the last call, in order.
    [[nodiscard]] std::vector<core::Reply> take_replies();
    [[nodiscard]] runtime::Ground& ground() { return *ground_; }

  private:
    Machine& machine_;
    std::unique_ptr<runtime::Ground> ground_;
    runtime::Probe probe_;
    runtime::WakeList wakes_;
    std::unique_ptr<runtime::ApplierThread> applier_;
    std::unique_ptr<runtime::LogThread> log_;
    std::unique_ptr<runtime::CoreThread> core_;
    std::unique_ptr<runtime::StoreReader> reader_;
    std::vector<runtime::InboxItem> inbox_;
    std::deque<core::Effects> effects_;
    std::deque<runtime::DurableGroup> groups_;
    std::deque<runtime::PrefetchRequest> requests_;
    std::vector<core::Reply> replies_;
    struct DueRead {
        core::LaneRead read;
        model::Sequence durable = 0;
    };
    std::deque<DueRead> reads_;
    std::vector<core::Dispatch> dispatches_;
    std::vector<model::SlotRow> slots_;
};

}  // namespace postern::simulation
