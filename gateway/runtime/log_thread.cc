// encode → append → apply → release, a group at a time.
#include "gateway/runtime/log_thread.h"

#include <algorithm>

#include <pthread.h>

#include "gateway/runtime/check.h"
#include "gateway/runtime/durable_steps.h"
#include "storage/failpoint.h"

namespace postern::runtime {
namespace {

using namespace std::chrono_literals;

/// A group that reaches this is closed. With what the core hands over at once (1 MiB and one
/// command) and the largest row (a webhook's body, 4 MiB) it stays below the smallest segment, 8
/// MiB.
constexpr std::size_t group_bytes_max = 2u << 20;
/// How far the anchor may lag behind what was acknowledged (RELIABILITY 2.12).
constexpr std::chrono::microseconds anchor_interval = 1s;

storage::SealKind seal_of(core::Seal seal) {
    switch (seal) {
        case core::Seal::plain:
            return storage::SealKind::plain;
        case core::Seal::workspace:
            return storage::SealKind::workspace;
        case core::Seal::part:
            return storage::SealKind::part;
    }
    return storage::SealKind::workspace;
}

}  // namespace

LogThread::LogThread(storage::Store& store, storage::CommitLog& log, storage::Anchor& anchor,
                     storage::AnchorState state, const storage::KeyBytes& master, WakeList& wakes,
                     Ports ports, Probe& probe)
    : store_(store),
      log_(log),
      anchor_(anchor),
      anchor_state_(state),
      encoder_(master, state.epoch),
      wakes_(wakes),
      ports_(std::move(ports)),
      probe_(probe),
      rows_(store.new_write_set()),
      core_at_(std::chrono::microseconds{state.core_us}),
      durable_(state.durable) {}

LogThread::~LogThread() {
    stop();
}

void LogThread::start() {
    thread_ = std::thread([this] { run(); });
    pthread_setname_np(thread_.native_handle(), "log");
}

void LogThread::stop() {
    inbox_.close();
    if (thread_.joinable()) thread_.join();
}

void LogThread::run() {
    std::vector<core::Effects> batch;
    while (inbox_.drain_for(batch, 500ms)) {
        commit(batch);
        batch.clear();
    }
    write_anchor(true);
}

void LogThread::commit(std::vector<core::Effects>& batch) {
    const auto begun = ports_.now().steady;
    model::Sequence first = 0, last = 0;
    std::size_t done = 0;
    DurableSteps steps = 0;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        if (batch[i].first != 0) {
            if (first == 0) first = batch[i].first;
            last = batch[i].last;
            encode(batch[i]);
            if (storage::failpoints_armed()) steps |= durable_steps(batch[i]);
        }
        const bool full = rows_.data().size() >= group_bytes_max;
        if (!full && i + 1 < batch.size()) continue;
        if (last != 0) {
            probe_.encode_us.fetch_add(
                static_cast<std::uint64_t>((ports_.now().steady - begun).count()),
                std::memory_order_relaxed);
            before_durable(steps);
            append(first, last);
            after_durable(std::exchange(steps, 0));
        }
        for (; done <= i; ++done) {
            if (batch[done].first != 0) core_at_ = std::max(core_at_, batch[done].at);
            if (batch[done].resumes_after_restore) {
                anchor_state_.sending_paused = 0;
                write_anchor(true);
            }
            for (core::Reply& reply : batch[done].replies) release_.add(std::move(reply));
            for (const model::RecordPtr& record : batch[done].published) ports_.publish(record);
            if (!batch[done].dispatches.empty()) {
                ports_.dispatch(std::move(batch[done].dispatches));
                storage::failpoint("dispatch.released");
            }
            for (const core::LaneRead& read : batch[done].reads) ports_.read(read);
        }
        const Release::Released released = release_.flush();
        if (released.replies > 0) {
            storage::failpoint("replies.released");
            ports_.released(released);
        }
        first = last = 0;
    }
    write_anchor(false);
}

void LogThread::encode(const core::Effects& effects) {
    for (const core::RowWrite& write : effects.writes) {
        if (!write.record) {
            rows_.erase(write.key);
            continue;
        }
        encoder_.encode(write.key, *write.record, seal_of(write.seal), write.part, write.part_key,
                        value_);
        rows_.put(write.key, value_);
    }
    for (const core::RangeErase& erase : effects.erases) rows_.erase_range(erase.from, erase.to);
}

void LogThread::append(model::Sequence first, model::Sequence last) {
    const std::string_view data = rows_.data();
    const auto begun = ports_.now().steady;
    const auto written = log_.append({first, last, rows_.rows(), data});
    // A failed write or sync is final: the kernel may have dropped the pages it could not write.
    if (written.has_error()) fail("commit_failed", written.error().message());
    const auto ended = ports_.now().steady;
    probe_.commit_us.add(static_cast<std::uint64_t>((ended - begun).count()));
    probe_.groups.fetch_add(1, std::memory_order_relaxed);
    probe_.rows.fetch_add(rows_.rows(), std::memory_order_relaxed);
    probe_.bytes.fetch_add(data.size(), std::memory_order_relaxed);
    last_commit_us_.store(ended.count());
    durable_.store(last);
    if (log_.applies()) {
        wakes_.raise(last);
    } else {
        ports_.apply({std::string(data), last});
    }
    rows_.clear();
}

void LogThread::fail(std::string_view event, std::string_view detail) {
    if (ports_.before_exit) ports_.before_exit();
    die(event, detail);
}

void LogThread::write_anchor(bool now) {
    const model::Now clock = ports_.now();
    const bool due = now || clock.steady - anchored_at_ >= anchor_interval;
    const bool changed = anchor_state_.durable != durable_.load();
    if (!due || !changed) return;
    anchored_at_ = clock.steady;
    anchor_state_.durable = durable_.load();
    anchor_state_.written_us = clock.wall.time_since_epoch().count();
    anchor_state_.core_us = core_at_.time_since_epoch().count();
    if (const auto written = anchor_.write(anchor_state_); written.has_error()) {
        fail("anchor_failed", written.error().message());
    }
    probe_.anchors.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace postern::runtime
