// Reads the segments back: where the chain of groups begins, what of it the store lacks, where it
// ends, and whether that end is an end or a hole. Runs once, on the opening thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "storage/commit_log.h"
#include "storage/log_format.h"
#include "storage/segment_log_pool.h"

namespace postern::storage {

/// What recovery needs of a store.
struct Replay {
    Sequence applied = 0;
    std::function<Result<void>(const LogGroup&)> apply;  // groups with last > applied, in order
};

struct RecoveredLog {
    Segments segments;
    Segment* current = nullptr;  // null: no group is there
    std::uint64_t offset = 0;    // of the next group in it
    log_format::Link link;       // the last group
    std::uint64_t segment_bytes = 0;
};

/// `options.files` is set. Blocks of a torn group are zeroed, so that no number is ever used twice.
[[nodiscard]] Result<RecoveredLog> recover_segments(const SegmentLogOptions& options,
                                                    const Replay& replay, Recovery& recovery,
                                                    std::string& problem);

}  // namespace postern::storage
