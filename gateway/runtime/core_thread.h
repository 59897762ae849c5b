// The thread that owns the core: drains the inbox, has missing rows fetched, applies in order, and
// hands the effects on. It never waits for a disk.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "gateway/core/core.h"
#include "gateway/recording/recorder.h"
#include "gateway/runtime/mailbox.h"
#include "gateway/runtime/poison_slot.h"
#include "gateway/runtime/prefetch.h"
#include "gateway/runtime/probe.h"
#include "gateway/runtime/send_rates.h"

namespace postern::runtime {

/// What was posted together comes as one item: commands are large, each move of one costs.
using InboxItem = std::variant<core::Command, std::vector<core::Command>, PrefetchedRows>;

class CoreThread final {
  public:
    struct Ports {
        std::function<void(core::Effects)> commit;      // to the log thread
        std::function<void(PrefetchRequest)> prefetch;  // to the prefetch thread
        std::function<model::Sequence()> applied;       // of the store
        std::function<model::Now()> now;
        std::function<void(core::Figures)> figures{};  // empty: nobody watches
    };

    /// `poison` may be null (tests).
    CoreThread(core::Core core, std::size_t inbox_items_max, Ports ports, PoisonSlot* poison,
               Probe& probe);
    ~CoreThread();

    /// Before start(); outlives this. What the core is told and what it answers is written there.
    void record(recording::Recorder* recorder) { recorder_ = recorder; }
    void start();
    /// Ends once everything posted has been applied (waiting lanes included) and handed on.
    void stop();

    [[nodiscard]] Mailbox<InboxItem>& inbox() { return inbox_; }

    /// One round over what has arrived; the thread's loop and the simulation call it.
    void run_batch(std::vector<InboxItem>& items);
    [[nodiscard]] bool idle() const { return waiting_.empty(); }
    /// Steady time at which a batch of nothing would do something; max: never.
    [[nodiscard]] std::chrono::microseconds next_wake() const {
        return core_.next_wake(ports_.now());
    }

  private:
    void run();
    [[nodiscard]] std::chrono::microseconds patience() const;
    void run_due();
    void take_all(std::vector<InboxItem>& items);
    void admit_ready();
    void admit(core::Command& command);
    void look_at_clock();
    void on_rows(PrefetchedRows rows);
    /// A lane whose first command waits for rows, and what came behind it. What was loaded for it
    /// is held here, or eviction could drop one row while the next is fetched, for ever; and the
    /// rows' floor stays at `begun_at` until it ends, so that nothing held is older than what is
    /// evicted.
    struct Waiting {
        std::deque<core::Command> commands;
        model::Sequence begun_at = 0;
        std::vector<storage::RowKey> asked;
        std::vector<std::pair<storage::RowKey, model::RecordPtr>> held;
        std::vector<storage::RowKey> unreadable;  // of `asked`: whatever needs one is refused
    };

    /// Applies, or leaves the rows that it needs in missing_ and returns false.
    [[nodiscard]] bool try_apply(core::Command& command);
    void load(const storage::RowKey& key, model::RecordPtr record);
    void fetch(std::uint64_t lane, Waiting& waiting);
    void resume(std::uint64_t lane, const std::vector<UnreadableRow>& unreadable);
    [[nodiscard]] const storage::RowKey* hopeless(const Waiting& waiting) const;
    void refuse(const core::Command& command, const storage::RowKey& row);
    void renew(Waiting& waiting);
    void apply(core::Command& command);
    void commit();
    void send_prefetch();
    void show_figures();

    core::Core core_;
    Mailbox<InboxItem> inbox_;
    Ports ports_;
    PoisonSlot* poison_;
    Probe& probe_;
    recording::Recorder* recorder_ = nullptr;  // null: nobody records
    model::Now now_;                           // as of look_at_clock()
    std::size_t now_is_good_ = 0;              // for so many more commands
    std::chrono::microseconds shown_at_{};
    SendRates rates_;
    core::Effects effects_;
    std::size_t pending_bytes_ = 0;  // of payload in effects_
    std::vector<storage::RowKey> missing_;
    PrefetchRequest request_;
    std::vector<core::Command> next_;
    std::vector<core::Command*> ready_;  // of the batch: in order, before the next rows
    boost::unordered_flat_map<std::uint64_t, Waiting> waiting_;
    std::multiset<model::Sequence> floors_;  // begun_at of the lanes that wait
    std::set<storage::RowKey> announced_;    // unreadable rows that have their event
    std::thread thread_;
};

}  // namespace postern::runtime
