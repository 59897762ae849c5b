// The rig of the log's own tests.
#include "tests/storage_log/log_rig.h"

#include <algorithm>

namespace postern::storage_log {

using storage::LogGroup;
using storage::Result;
using storage::Sequence;

std::string rows_of(Sequence last, std::size_t size) {
    std::string data(size, '\0');
    std::uint64_t state = last * 0x9E3779B97F4A7C15u + 1;
    for (char& c : data) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        c = static_cast<char>(state >> 56);
    }
    return data;
}

LogRig::LogRig(std::uint64_t seed, std::size_t segment_blocks) : plan(seed), files(plan) {
    options.path = "log";
    options.segment_bytes = segment_blocks * block;
    options.segments_max = 64;
    options.files = &files;
}

Result<void> LogRig::open(Sequence applied) {
    replayed.clear();
    problem.clear();
    storage::Replay replay;
    replay.applied = applied;
    replay.apply = [this](const LogGroup& group) -> Result<void> {
        replayed.push_back({group.first, group.last, group.rows, std::string(group.data)});
        return {};
    };
    auto opened = storage::open_segment_log_over(options, replay, ++epoch, recovery, problem);
    if (!opened) return opened.error();
    log = std::move(*opened);
    live = log.get();
    last = recovery.last;
    return {};
}

Sequence LogRig::retire_durable() {
    storage::CommitLog* const open_log = live;
    if (open_log == nullptr) return 0;
    const Sequence flushed = open_log->durable();
    open_log->retire(flushed);
    return flushed;
}

Result<void> LogRig::append(std::size_t size) {
    const Sequence next = last + 1;
    const std::string data = rows_of(next, size);
    auto appended = log->append({next, next, 2, data});
    if (!appended) return appended;
    last = next;
    acknowledged.push_back({next, next, 2, data});
    return {};
}

void LogRig::fill(std::size_t groups, std::size_t size) {
    for (std::size_t i = 0; i < groups; ++i) {
        if (!append(size)) return;
    }
}

bool LogRig::replayed_all(Sequence applied) const {
    std::vector<Replayed> expected;
    std::copy_if(acknowledged.begin(), acknowledged.end(), std::back_inserter(expected),
                 [applied](const Replayed& group) { return group.last > applied; });
    if (replayed.size() < expected.size() || replayed.size() > expected.size() + 1) return false;
    return std::equal(expected.begin(), expected.end(), replayed.begin());
}

}  // namespace postern::storage_log
