// What is old goes: finds, by time, which rows may leave, and has the core carry it out in order.
// Query thread; a few hundred rows a pass.
#pragma once

#include "conf/config.h"
#include "gateway/runtime/core_inbox.h"
#include "gateway/runtime/reader.h"

namespace postern {

/// One pass. Returns the ranges of whole files that may be dropped once the erasures are applied.
void run_retention(runtime::Reader& reader, runtime::CoreInbox& inbox, const conf::Retention& keep,
                   model::Instant now);

/// The first sequence whose row was made at or after `cutoff` (created never steps back). Tested on
/// its own.
[[nodiscard]] model::Sequence first_since(runtime::Reader& reader, model::Instant cutoff);

}  // namespace postern
