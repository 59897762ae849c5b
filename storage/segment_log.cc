// The commit log on pre-written, recycled segments: one pwrite a group, on the log thread.
#include "storage/segment_log.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "storage/failpoint.h"
#include "storage/store.h"

namespace postern::storage {
namespace {

class SegmentLog final : public CommitLog {
  public:
    SegmentLog(const SegmentLogOptions& options, RecoveredLog log, std::uint32_t epoch)
        : segment_bytes_(options.segment_bytes),
          epoch_(epoch),
          current_(log.current),
          offset_(log.offset),
          link_(log.link),
          durable_(log.link.last),
          pool_(options, std::move(log.segments)) {}

    /// Takes the first segment of an empty log, so that append() need not, and errors show early.
    Result<void> begin() {
        if (current_ == nullptr) {
            if (auto moved = move_on(); !moved) return moved;
        }
        direct_ = current_->file->direct();
        return {};
    }

    Result<void> append(const LogGroup& group) override {
        if (failure_.failed()) return failure_;
        const std::uint64_t bytes_wanted =
            std::uint64_t{log_format::blocks_for(group.data.size())} * log_format::block_bytes;
        if (group.first <= link_.last || group.last < group.first ||
            bytes_wanted > segment_bytes_) {
            return Errc::bad_argument;
        }
        log_format::Link next;
        const std::size_t bytes = log_format::encode(group, link_, epoch_, buffer_, next);
        // The current segment is state and not offset / size: a group may end exactly on its end.
        if (offset_ + bytes > segment_bytes_) {
            if (auto moved = move_on(); !moved) return moved;
        }
        Result<void> written;
        if (failpoint_fails("append.before")) written = Errc::io;
        if (written) written = current_->file->write(offset_, buffer_.data(), bytes);
        if (!written) {
            failure_ = written.error();
            return written;
        }
        offset_ += bytes;
        link_ = next;
        durable_.store(group.last, std::memory_order_release);
        count(groups_, 1);
        count(bytes_, bytes);
        count(payload_bytes_, group.data.size());
        return {};
    }

    bool applies() const override { return false; }
    void retire(Sequence flushed) override { pool_.retire(flushed); }
    Sequence durable() const override { return durable_.load(std::memory_order_acquire); }

    Counters counters() const override {
        const SegmentPool::Counters pool = pool_.counters();
        Counters counters;
        counters.groups = groups_.load(std::memory_order_relaxed);
        counters.bytes = bytes_.load(std::memory_order_relaxed);
        counters.payload_bytes = payload_bytes_.load(std::memory_order_relaxed);
        counters.segments = pool.segments;
        counters.segments_waiting = pool.waiting;
        counters.direct = direct_;
        return counters;
    }

  private:
    // One writer: a plain load and store is enough for readers on other threads.
    static void count(std::atomic<std::uint64_t>& counter, std::uint64_t n) {
        counter.store(counter.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
    }

    Result<void> move_on() {
        auto segment = pool_.next(current_, link_.last);
        if (!segment) {
            failure_ = segment.error();
            return failure_;
        }
        current_ = *segment;
        offset_ = 0;
        failpoint("segment.switch");
        return {};
    }

    const std::uint64_t segment_bytes_;
    const std::uint32_t epoch_;
    Segment* current_;
    std::uint64_t offset_;
    log_format::Link link_;
    AlignedBuffer buffer_;
    boost::system::error_code failure_;
    bool direct_ = false;
    std::atomic<Sequence> durable_;
    std::atomic<std::uint64_t> groups_{0}, bytes_{0}, payload_bytes_{0};
    SegmentPool pool_;  // last: its thread stops before the rest goes
};

}  // namespace

Result<std::unique_ptr<CommitLog>> open_segment_log_over(SegmentLogOptions options,
                                                         const Replay& replay, std::uint32_t epoch,
                                                         Recovery& recovery, std::string& problem) {
    if (options.files == nullptr) options.files = &real_log_files();
    if (options.segments_max < 2 || options.segment_bytes == 0 ||
        options.segment_bytes % log_format::block_bytes != 0) {
        problem = "the log needs two segments or more, of a multiple of 4,096 bytes";
        return Errc::bad_argument;
    }
    auto log = recover_segments(options, replay, recovery, problem);
    if (!log) return log.error();
    if (epoch <= recovery.epoch) {
        problem = "the log was last written in epoch " + std::to_string(recovery.epoch) +
                  " and cannot go on in epoch " + std::to_string(epoch);
        return Errc::bad_argument;
    }
    options.segment_bytes = log->segment_bytes;
    auto opened = std::make_unique<SegmentLog>(options, std::move(*log), epoch);
    if (auto begun = opened->begin(); !begun) {
        problem = "cannot make a segment in " + options.path + ": " + begun.error().message();
        return begun.error();
    }
    return std::unique_ptr<CommitLog>(std::move(opened));
}

Result<std::unique_ptr<CommitLog>> open_segment_log(SegmentLogOptions options, Store& store,
                                                    std::uint32_t epoch, Recovery& recovery,
                                                    std::string& problem) {
    Replay replay;
    replay.applied = store.applied();
    replay.apply = [&store](const LogGroup& group) { return store.apply(group.data, group.last); };
    if (!options.store_failed) {
        options.store_failed = [&store] { return store.counters().write_failed; };
    }
    auto log = open_segment_log_over(std::move(options), replay, epoch, recovery, problem);
    if (log) (*log)->retire(store.flushed());
    return log;
}

}  // namespace postern::storage
