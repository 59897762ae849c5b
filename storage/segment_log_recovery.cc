// Recovery of the segment log: find the start, walk the chain, then prove that its end is the end.
#include "storage/segment_log_recovery.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "storage/segment_log_files.h"

namespace postern::storage {
namespace {

using log_format::BlockState;
using log_format::GroupState;
using log_format::Stamp;

class Walk final {
  public:
    Walk(const SegmentLogOptions& options, const Replay& replay, Recovery& recovery,
         std::string& problem)
        : options_(options), replay_(replay), recovery_(recovery), problem_(problem) {}

    Result<void> run(RecoveredLog& log);

  private:
    enum class Next { group, nothing };
    struct Block {
        Segment* segment;
        std::uint64_t offset;
    };

    [[nodiscard]] boost::system::error_code fail(Errc code, std::string problem) {
        problem_ = std::move(problem);
        return code;
    }
    [[nodiscard]] boost::system::error_code unreadable(const Segment& segment, std::uint64_t offset,
                                                       boost::system::error_code error) {
        problem_ = "cannot read " + place(segment, offset) + ": " + error.message();
        return error;
    }

    Result<void> choose_start(RecoveredLog& log);
    Result<void> follow(RecoveredLog& log);
    Result<Next> find_next(RecoveredLog& log, Stamp& stamp);
    Result<GroupState> take(RecoveredLog& log, const Stamp& stamp);
    Result<void> check_chain(const RecoveredLog& log, const Stamp& stamp,
                             const log_format::Header& header);
    Result<void> apply(const log_format::Decoded& decoded);
    Result<void> scan_rest(RecoveredLog& log);
    Result<void> scan(const RecoveredLog& log, Segment& segment, std::uint64_t from);
    Result<void> erase_torn();
    void report() {
        recovery_.bytes_read = window_.bytes_read();
        if (options_.progress) options_.progress(recovery_);
    }

    const SegmentLogOptions& options_;
    const Replay& replay_;
    Recovery& recovery_;
    std::string& problem_;
    SegmentWindow window_;
    std::vector<Head> heads_;
    std::vector<const Segment*> walked_;
    std::vector<Block> torn_;
    std::string scratch_;
};

Result<void> Walk::run(RecoveredLog& log) {
    auto heads = read_heads(log.segments, window_, problem_);
    if (!heads) return heads.error();
    heads_ = std::move(*heads);
    if (auto chosen = choose_start(log); !chosen) return chosen;
    if (log.current != nullptr) {
        if (auto followed = follow(log); !followed) return followed;
    }
    if (auto scanned = scan_rest(log); !scanned) return scanned;
    if (auto erased = erase_torn(); !erased) return erased;
    recovery_.last = std::max(log.link.last, replay_.applied);
    report();
    return {};
}

// The newest segment from whose beginning on the log has all that the store lacks. Older ones hold
// only what is in the store's files; they are not read as a chain, since one of them may have been
// half overwritten when the power went.
Result<void> Walk::choose_start(RecoveredLog& log) {
    const Head* start = nullptr;
    const Head* oldest = nullptr;
    for (const Head& head : heads_) {
        if (oldest == nullptr || head.stamp.group < oldest->stamp.group) oldest = &head;
        if (head.header.before > replay_.applied) continue;
        if (start == nullptr || head.stamp.group > start->stamp.group) start = &head;
    }
    if (start == nullptr && oldest == nullptr) return {};
    if (start == nullptr) {
        return fail(Errc::corrupt,
                    "the database ends at sequence " + std::to_string(replay_.applied) +
                        " but the oldest group of the log, in " + place(*oldest->segment, 0) +
                        ", follows sequence " + std::to_string(oldest->header.before) +
                        ": what lies between is missing; restore a backup");
    }
    log.current = start->segment;
    log.link.group = start->stamp.group - 1;
    log.link.checksum = start->header.previous;
    log.link.last = start->header.before;
    walked_.push_back(start->segment);
    return {};
}

Result<void> Walk::follow(RecoveredLog& log) {
    for (;;) {
        Stamp stamp;
        auto found = find_next(log, stamp);
        if (!found) return found.error();
        if (*found == Next::nothing) return {};
        auto state = take(log, stamp);
        if (!state) return state.error();
        if (*state == GroupState::torn) return {};  // scan_rest finds out whether it may be
    }
}

// The next group stands behind the last one, or, where it did not fit, at the head of a segment.
Result<Walk::Next> Walk::find_next(RecoveredLog& log, Stamp& stamp) {
    const std::uint64_t expected = log.link.group + 1;
    BlockState state = BlockState::empty;
    if (log.offset < log.current->size()) {
        auto block = window_.at(*log.current, log.offset, log_format::block_bytes);
        if (!block) return unreadable(*log.current, log.offset, block.error());
        state = log_format::read_stamp(*block, stamp);
        if (state == BlockState::stamped && stamp.group == expected && stamp.index == 0)
            return Next::group;
    }
    const auto head = std::find_if(heads_.begin(), heads_.end(), [expected](const Head& candidate) {
        return candidate.stamp.group == expected;
    });
    if (head != heads_.end()) {
        log.current->last = log.link.last;
        log.current->state = Segment::State::waiting;
        log.current = head->segment;
        log.offset = 0;
        stamp = head->stamp;
        walked_.push_back(head->segment);
        report();
        return Next::group;
    }
    if (state == BlockState::damaged) {
        return fail(Errc::corrupt, "group " + std::to_string(expected) + " in " +
                                       place(*log.current, log.offset) +
                                       " is damaged: its stamp does not check; restore a backup");
    }
    return Next::nothing;
}

Result<GroupState> Walk::take(RecoveredLog& log, const Stamp& stamp) {
    const std::uint64_t bytes = std::uint64_t{stamp.count} * log_format::block_bytes;
    const std::string name = "group " + std::to_string(stamp.group) + " in ";
    if (bytes > log.current->size() - log.offset) {
        return fail(Errc::corrupt, name + place(*log.current, log.offset) +
                                       " is damaged: it passes the end; restore a backup");
    }
    auto blocks = window_.at(*log.current, log.offset, static_cast<std::size_t>(bytes));
    if (!blocks) return unreadable(*log.current, log.offset, blocks.error());
    const log_format::Decoded decoded = log_format::decode(*blocks, stamp, scratch_);
    if (decoded.state == GroupState::damaged) {
        const std::uint64_t at = log.offset + decoded.block * log_format::block_bytes;
        return fail(Errc::corrupt, name + place(*log.current, at) +
                                       " is damaged: it is all there and its checksum is wrong; "
                                       "restore a backup");
    }
    if (decoded.state == GroupState::torn) return decoded.state;
    if (auto chained = check_chain(log, stamp, decoded.header); !chained) return chained.error();
    if (auto applied = apply(decoded); !applied) return applied.error();
    log.link = {stamp.group, stamp.epoch, decoded.header.checksum, decoded.header.last};
    log.offset += bytes;
    recovery_.groups += 1;
    recovery_.epoch = std::max(recovery_.epoch, stamp.epoch);
    return GroupState::complete;
}

Result<void> Walk::check_chain(const RecoveredLog& log, const Stamp& stamp,
                               const log_format::Header& header) {
    // A start may find that the store has more than the log (a log that was written without sync);
    // the groups of that epoch then follow the store, not the log.
    const bool after_store = stamp.epoch > log.link.epoch && header.before > log.link.last &&
                             header.before <= replay_.applied;
    const bool follows = header.before == log.link.last || after_store;
    if (follows && header.previous == log.link.checksum && stamp.epoch >= log.link.epoch &&
        header.first > header.before && header.last >= header.first) {
        return {};
    }
    return fail(Errc::corrupt, "group " + std::to_string(stamp.group) + " in " +
                                   place(*log.current, log.offset) +
                                   " does not follow the group before it; restore a backup");
}

Result<void> Walk::apply(const log_format::Decoded& decoded) {
    if (decoded.header.last <= replay_.applied) return {};
    const LogGroup group{decoded.header.first, decoded.header.last, decoded.header.rows,
                         decoded.data};
    if (auto applied = replay_.apply(group); !applied) {
        problem_ = "cannot apply the rows up to sequence " + std::to_string(group.last) +
                   " to the database: " + applied.error().message();
        return applied;
    }
    recovery_.groups_replayed += 1;
    recovery_.rows_replayed += group.rows;
    return {};
}

// A group is begun only when the one before it is durable. So blocks of the group after the last
// one are those of a torn write, and blocks of any later group prove that a whole group is gone.
Result<void> Walk::scan_rest(RecoveredLog& log) {
    for (const auto& segment : log.segments) {
        if (segment.get() == log.current) continue;
        if (std::find(walked_.begin(), walked_.end(), segment.get()) != walked_.end()) continue;
        if (auto scanned = scan(log, *segment, 0); !scanned) return scanned;
        report();
    }
    return log.current == nullptr ? Result<void>() : scan(log, *log.current, log.offset);
}

Result<void> Walk::scan(const RecoveredLog& log, Segment& segment, std::uint64_t from) {
    const std::uint64_t expected = log.link.group + 1;
    for (std::uint64_t at = from; at < segment.size(); at += log_format::block_bytes) {
        auto block = window_.at(segment, at, log_format::block_bytes);
        if (!block) return unreadable(segment, at, block.error());
        Stamp stamp;
        if (log_format::read_stamp(*block, stamp) != BlockState::stamped) continue;
        recovery_.epoch = std::max(recovery_.epoch, stamp.epoch);
        if (stamp.group > expected) {
            const std::string where =
                log.current == nullptr ? place(segment, 0) : place(*log.current, log.offset);
            return fail(Errc::corrupt, "group " + std::to_string(expected) +
                                           " is missing or damaged, "
                                           "it should be in or after " +
                                           where + ", and group " + std::to_string(stamp.group) +
                                           " follows in " + place(segment, at) +
                                           "; restore a backup");
        }
        if (stamp.group == expected) torn_.push_back({&segment, at});
    }
    return {};
}

Result<void> Walk::erase_torn() {
    recovery_.tail_dropped = !torn_.empty();
    AlignedBuffer zeros;
    std::memset(zeros.reserve(log_format::block_bytes), 0, log_format::block_bytes);
    for (const Block& block : torn_) {
        auto written =
            block.segment->file->write(block.offset, zeros.data(), log_format::block_bytes);
        if (!written) {
            problem_ = "cannot write " + place(*block.segment, block.offset) + ": " +
                       written.error().message();
            return written;
        }
    }
    return {};
}

}  // namespace

Result<RecoveredLog> recover_segments(const SegmentLogOptions& options, const Replay& replay,
                                      Recovery& recovery, std::string& problem) {
    recovery = Recovery();
    RecoveredLog log;
    auto segments = open_segments(options, problem);
    if (!segments) return segments.error();
    log.segments = std::move(*segments);
    log.segment_bytes = log.segments.empty() ? options.segment_bytes : log.segments.front()->size();
    Walk walk(options, replay, recovery, problem);
    if (auto walked = walk.run(log); !walked) return walked.error();
    if (log.current != nullptr) log.current->state = Segment::State::current;
    log.link.last = recovery.last;
    return log;
}

}  // namespace postern::storage
