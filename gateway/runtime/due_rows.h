// Rows of the due queue as the store has them: a lane's next ones, and which lanes there are. Any
// thread that may read.
#pragma once

#include <utility>
#include <vector>

#include "gateway/core/lane_name.h"
#include "gateway/core/send_commands.h"
#include "gateway/core/templates.h"
#include "gateway/runtime/reader.h"
#include "storage/errc.h"

namespace postern::runtime {

/// What stands behind `read.after`, at most a window's worth. An error of the store ends the
/// process.
[[nodiscard]] core::LaneRows read_due_rows(Reader& reader, const core::LaneRead& read);

using LaneList = std::vector<std::pair<model::AccountNumber, std::uint64_t>>;

/// Every lane that holds rows: one seek a lane.
[[nodiscard]] storage::Result<LaneList> read_lanes(Reader& reader);

/// Who waits for a template's approval, of those lanes.
[[nodiscard]] storage::Result<std::vector<core::TemplateWait>> read_template_waits(
    Reader& reader, const LaneList& lanes);

/// Intents of the last start, whether or not they were answered.
[[nodiscard]] storage::Result<std::vector<model::SlotRow>> read_slots(Reader& reader);

}  // namespace postern::runtime
