// The segment log's inner door: opened over anything that can take groups. open_segment_log in
// storage/commit_log.h is this over a Store; tests of the log alone use it directly.
#pragma once

#include <memory>
#include <string>

#include "storage/commit_log.h"
#include "storage/segment_log_recovery.h"

namespace postern::storage {

[[nodiscard]] Result<std::unique_ptr<CommitLog>> open_segment_log_over(SegmentLogOptions options,
                                                                       const Replay& replay,
                                                                       std::uint32_t epoch,
                                                                       Recovery& recovery,
                                                                       std::string& problem);

}  // namespace postern::storage
