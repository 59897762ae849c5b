// Order in a lane is the order of arrival, whoever waits for the disk.
#include "gateway/runtime/core_thread.h"

#include <algorithm>

#include <pthread.h>

#include "gateway/runtime/check.h"

namespace postern::runtime {
namespace {

/// A group is handed on when it has this many rows, so that a deep inbox does not make one huge
/// write.
constexpr std::size_t rows_per_group_max = 4096;

}  // namespace

CoreThread::CoreThread(core::Core core, std::size_t inbox_items_max, Ports ports,
                       PoisonSlot* poison, Probe& probe)
    : core_(std::move(core)),
      inbox_(inbox_items_max),
      ports_(std::move(ports)),
      poison_(poison),
      probe_(probe) {}

CoreThread::~CoreThread() {
    stop();
}

void CoreThread::start() {
    thread_ = std::thread([this] { run(); });
    pthread_setname_np(thread_.native_handle(), "core");
}

void CoreThread::stop() {
    inbox_.close();
    if (thread_.joinable()) thread_.join();
}

void CoreThread::run() {
    std::vector<InboxItem> items;
    while (inbox_.drain(items)) {
        run_batch(items);
        items.clear();
    }
}

void CoreThread::run_batch(std::vector<InboxItem>& items) {
    const auto begun = ports_.now().steady;
    for (InboxItem& item : items) {
        if (auto* command = std::get_if<core::Command>(&item)) {
            admit(std::move(*command));
        } else {
            on_rows(std::move(std::get<PrefetchedRows>(item)));
        }
        if (effects_.writes.size() >= rows_per_group_max) commit();
    }
    commit();
    send_prefetch();
    // Rows may go that the store has, unless a lane waits that began before they came: what was
    // read for it could bring back the past.
    const model::Sequence applied = ports_.applied();
    core_.rows().set_floor(floors_.empty() ? applied : std::min(applied, *floors_.begin()));
    core_.rows().evict();
    probe_.rows_kept.store(core_.rows().size(), std::memory_order_relaxed);
    probe_.lanes_waiting.store(waiting_.size(), std::memory_order_relaxed);
    probe_.core_busy_us.fetch_add(static_cast<std::uint64_t>((ports_.now().steady - begun).count()),
                                  std::memory_order_relaxed);
}

void CoreThread::admit(core::Command command) {
    const std::uint64_t lane = core::lane_of(command);
    if (lane != 0 && !waiting_.empty()) {
        const auto it = waiting_.find(lane);
        if (it != waiting_.end()) {
            it->second.commands.push_back(std::move(command));
            return;
        }
    }
    if (try_apply(command)) return;
    Waiting& waiting = waiting_[lane];
    waiting.commands.push_back(std::move(command));
    waiting.begun_at = ports_.applied();
    floors_.insert(waiting.begun_at);
    fetch(lane, waiting);
}

void CoreThread::fetch(std::uint64_t lane, Waiting& waiting) {
    probe_.prefetch_rounds.fetch_add(1, std::memory_order_relaxed);
    probe_.prefetch_rows.fetch_add(missing_.size(), std::memory_order_relaxed);
    waiting.asked = missing_;
    request_.keys.insert(request_.keys.end(), missing_.begin(), missing_.end());
    request_.lanes.push_back(lane);
}

void CoreThread::on_rows(PrefetchedRows rows) {
    for (std::size_t i = 0; i < rows.keys.size(); ++i) {
        core_.rows().load(rows.keys[i], std::move(rows.records[i]));
    }
    for (const std::uint64_t lane : rows.lanes) resume(lane);
}

void CoreThread::resume(std::uint64_t lane) {
    const auto it = waiting_.find(lane);
    POSTERN_CHECK(it != waiting_.end(), "a lane was woken that does not wait");
    Waiting& waiting = it->second;
    for (const auto& [key, record] : waiting.held) core_.rows().load(key, record);
    for (const storage::RowKey& key : waiting.asked) {
        waiting.held.emplace_back(key, core_.rows().share(key));
    }
    while (!waiting.commands.empty()) {
        if (!try_apply(waiting.commands.front())) return fetch(lane, waiting);
        waiting.commands.pop_front();
    }
    floors_.erase(floors_.find(waiting.begun_at));
    waiting_.erase(it);
}

bool CoreThread::try_apply(core::Command& command) {
    missing_.clear();
    core_.plan(command, ports_.now(), missing_);
    if (!missing_.empty()) return false;
    apply(command);
    return true;
}

void CoreThread::apply(core::Command& command) {
    const std::uint64_t fingerprint = core::fingerprint_of(command);
    if (poison_ && poison_->is_poison(fingerprint)) {
        probe_.commands_poisoned.fetch_add(1, std::memory_order_relaxed);
        core::Quarantine quarantine;
        quarantine.row.reason = "applying this item ended the process twice; it was set aside";
        if (const auto* m = std::get_if<core::ReceiveMessage>(&command.payload)) {
            quarantine.row.account = m->inbound.account;
            quarantine.row.body = m->raw;
        }
        command.payload = std::move(quarantine);
    }
    if (poison_) poison_->begin(fingerprint);
    const std::size_t rows_before = effects_.writes.size();
    core_.apply(command, ports_.now(), effects_);
    if (poison_) poison_->end();
    POSTERN_CHECK(effects_.writes.size() - rows_before <= core::rows_per_apply_max,
                  "one command wrote more rows than the bound");
    probe_.commands_applied.fetch_add(1, std::memory_order_relaxed);
}

void CoreThread::commit() {
    if (effects_.writes_nothing() && effects_.replies.empty()) return;
    ports_.commit(std::move(effects_));
    effects_.clear();
}

void CoreThread::send_prefetch() {
    if (request_.keys.empty()) return;
    ports_.prefetch(std::move(request_));
    request_ = {};
}

}  // namespace postern::runtime
