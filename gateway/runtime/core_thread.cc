// Order in a lane is the order of arrival, whoever waits for the disk.
#include "gateway/runtime/core_thread.h"

#include <algorithm>

#include <fmt/format.h>
#include <pthread.h>

#include "gateway/core/warm.h"
#include "gateway/runtime/check.h"

namespace postern::runtime {
namespace {

/// A group is handed on when it has this many rows, so that a deep inbox does not make one huge
/// write.
constexpr std::size_t rows_per_group_max = 4096;
/// … or when this much text and raw payload is in it.
constexpr std::size_t bytes_per_group_max = 1u << 20;
/// The longest sleep: the watchdog and the wall clock are looked at again.
constexpr std::chrono::microseconds patience_max = std::chrono::milliseconds{500};
/// Figures for people are at most this old while there is work.
constexpr std::chrono::microseconds figures_interval = std::chrono::milliseconds{250};
/// Turns of the due queue in one batch; the next batch goes on.
constexpr int due_rounds_max = 64;
/// Beyond so many damaged rows the events say nothing new; the log and the counter go on.
constexpr std::size_t announced_max = 1000;
/// What people write shares a look at the clock, about 0.1 ms together: a look costs as much as
/// a row.
constexpr std::size_t commands_per_look = 32;

/// What people write carries its own time. What is judged by the moment, or gives others their turn
/// (sends, attempts, answers, receipts), is applied at the time it is.
bool may_share_a_look(const core::Command& command) {
    return std::holds_alternative<core::ReceiveMessage>(command.payload) ||
           std::holds_alternative<core::ReceiveSignal>(command.payload);
}

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
    while (inbox_.drain_for(items, patience())) {
        run_batch(items);
        items.clear();
    }
}

/// Until something comes, or the due queue has somebody's turn.
std::chrono::microseconds CoreThread::patience() const {
    const model::Now now = ports_.now();
    return std::clamp(core_.next_wake(now) - now.steady, std::chrono::microseconds{0},
                      patience_max);
}

/// The due queue's turn, after what arrived: what it decides is applied at once, and may give
/// others their turn.
void CoreThread::run_due() {
    for (int round = 0; round < due_rounds_max; ++round) {
        next_.clear();
        look_at_clock();
        if (recorder_) recorder_->ran_due(now_);
        core_.run_due(now_, effects_, next_);
        if (next_.empty()) return;
        for (core::Command& command : next_) ready_.push_back(&command);
        admit_ready();
        if (effects_.writes.size() >= rows_per_group_max) commit();
    }
}

void CoreThread::run_batch(std::vector<InboxItem>& items) {
    look_at_clock();
    const auto begun = now_.steady;
    take_all(items);
    run_due();
    commit();
    send_prefetch();
    // Rows may go that the store has, unless a lane waits that began before they came: what was
    // read for it could bring back the past.
    const model::Sequence applied = ports_.applied();
    const model::Sequence floor = floors_.empty() ? applied : std::min(applied, *floors_.begin());
    core_.rows().set_floor(floor);
    core_.rows().evict();
    if (recorder_) recorder_->floor(floor);
    show_figures();
    probe_.rows_kept.store(core_.rows().size(), std::memory_order_relaxed);
    probe_.lanes_waiting.store(waiting_.size(), std::memory_order_relaxed);
    probe_.core_busy_us.fetch_add(static_cast<std::uint64_t>((ports_.now().steady - begun).count()),
                                  std::memory_order_relaxed);
}

/// A copy for those who watch, a few times a second: at rest the longest sleep brings the last one.
void CoreThread::show_figures() {
    if (!ports_.figures || now_.steady - shown_at_ < figures_interval) return;
    shown_at_ = now_.steady;
    core::Figures figures = core_.figures(now_);
    rates_.note(now_.steady, figures);
    ports_.figures(std::move(figures));
}

void CoreThread::take_all(std::vector<InboxItem>& items) {
    for (InboxItem& item : items) {
        if (auto* commands = std::get_if<std::vector<core::Command>>(&item)) {
            for (core::Command& command : *commands) ready_.push_back(&command);
        } else if (auto* command = std::get_if<core::Command>(&item)) {
            ready_.push_back(command);
        } else {
            admit_ready();
            on_rows(std::move(std::get<PrefetchedRows>(item)));
        }
    }
    admit_ready();
}

/// A few at a time: while the first of them are applied, the memory of the others is on its way.
void CoreThread::admit_ready() {
    const std::span<core::Command* const> all(ready_);
    for (std::size_t i = 0; i < all.size(); i += core::warmed_together) {
        const auto some = all.subspan(i, std::min(core::warmed_together, all.size() - i));
        core::warm(some, core_.rows());
        for (core::Command* command : some) admit(*command);
    }
    ready_.clear();
}

void CoreThread::look_at_clock() {
    now_ = ports_.now();
    now_is_good_ = commands_per_look;
}

void CoreThread::admit(core::Command& command) {
    const std::uint64_t lane = core::lane_of(command);
    if (lane != 0 && !waiting_.empty()) {
        const auto it = waiting_.find(lane);
        if (it != waiting_.end()) {
            it->second.commands.push_back(std::move(command));
            return;
        }
    }
    if (try_apply(command)) return;
    POSTERN_CHECK(lane != 0, "a command without a lane misses rows");
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
        load(rows.keys[i], std::move(rows.records[i]));
    }
    for (const std::uint64_t lane : rows.lanes) resume(lane, rows.unreadable);
}

void CoreThread::load(const storage::RowKey& key, model::RecordPtr record) {
    if (recorder_) recorder_->loaded(key, record);
    core_.rows().load(key, std::move(record));
}

void CoreThread::resume(std::uint64_t lane, const std::vector<UnreadableRow>& unreadable) {
    const auto it = waiting_.find(lane);
    POSTERN_CHECK(it != waiting_.end(), "a lane was woken that does not wait");
    Waiting& waiting = it->second;
    for (const auto& [key, record] : waiting.held) load(key, record);
    for (const storage::RowKey& key : waiting.asked) {
        const auto is_this = [&](const UnreadableRow& row) { return row.key == key; };
        if (std::any_of(unreadable.begin(), unreadable.end(), is_this)) {
            waiting.unreadable.push_back(key);
        } else {
            waiting.held.emplace_back(key, core_.rows().share(key));
        }
    }
    bool moved = false;
    while (!waiting.commands.empty()) {
        if (!try_apply(waiting.commands.front())) {
            if (const storage::RowKey* row = hopeless(waiting)) {
                refuse(waiting.commands.front(), *row);
                waiting.commands.pop_front();
                moved = true;
                continue;
            }
            if (moved) renew(waiting);
            return fetch(lane, waiting);
        }
        waiting.commands.pop_front();
        moved = true;
    }
    floors_.erase(floors_.find(waiting.begun_at));
    waiting_.erase(it);
}

/// The next command of a lane waits from now on, not since the first one did: a lane that is never
/// empty must not hold the floor for ever.
void CoreThread::renew(Waiting& waiting) {
    floors_.erase(floors_.find(waiting.begun_at));
    waiting.begun_at = ports_.applied();
    floors_.insert(waiting.begun_at);
    waiting.held.clear();
}

/// Of the missing rows, one that was found unreadable; null: all can be asked for.
const storage::RowKey* CoreThread::hopeless(const Waiting& waiting) const {
    const auto found = std::find_first_of(missing_.begin(), missing_.end(),
                                          waiting.unreadable.begin(), waiting.unreadable.end());
    return found == missing_.end() ? nullptr : &*found;
}

/// One damaged row costs what needs it, not the gateway. It is announced once a start: a provider
/// that redelivers would write the same event for days.
void CoreThread::refuse(const core::Command& command, const storage::RowKey& row) {
    probe_.refused_unreadable.fetch_add(1, std::memory_order_relaxed);
    if (recorder_) recorder_->gave_up(command);
    core_.give_up(command);
    effects_.replies.push_back({command.ticket, core::ReplyCode::unreadable, {}, nullptr});
    if (announced_.size() >= announced_max || !announced_.insert(row).second) return;
    const core::Command announce{
        core::Announce{0, "storage.row_unreadable", fmt::format(R"({{"row":"{}"}})", name_of(row))},
        {}};
    look_at_clock();
    if (recorder_) recorder_->applied(announce, now_);
    core_.apply(announce, now_, effects_);
}

bool CoreThread::try_apply(core::Command& command) {
    if (now_is_good_ == 0 || !may_share_a_look(command)) look_at_clock();
    --now_is_good_;
    missing_.clear();
    core_.plan(command, now_, missing_);
    if (!missing_.empty()) return false;
    apply(command);
    return true;
}

void CoreThread::apply(core::Command& command) {
    const std::uint64_t fingerprint = core::fingerprint_of(command);
    if (poison_) poison_->begin(fingerprint);
    const std::size_t rows_before = effects_.writes.size();
    const std::size_t bytes = core::bytes_of(command);
    if (recorder_) recorder_->applied(command, now_);
    core_.apply(std::move(command), now_, effects_);
    if (poison_) poison_->end();
    POSTERN_CHECK(effects_.writes.size() - rows_before <= core::rows_per_apply_max,
                  "one command wrote more rows than the bound");
    probe_.commands_applied.fetch_add(1, std::memory_order_relaxed);
    pending_bytes_ += bytes;
    if (pending_bytes_ >= bytes_per_group_max || effects_.writes.size() >= rows_per_group_max) {
        commit();
    }
}

void CoreThread::commit() {
    if (effects_.writes_nothing() && effects_.replies.empty() && effects_.reads.empty()) return;
    core_.close(effects_);
    if (recorder_) recorder_->closed(effects_);
    ports_.commit(std::move(effects_));
    effects_.clear();
    pending_bytes_ = 0;
}

void CoreThread::send_prefetch() {
    if (request_.keys.empty()) return;
    ports_.prefetch(std::move(request_));
    request_ = {};
}

}  // namespace postern::runtime
