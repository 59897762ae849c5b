// What is old goes: finds, by time, which rows may leave, and has the core carry it out in order.
// Query thread.
#pragma once

#include "conf/config.h"
#include "gateway/runtime/core_inbox.h"
#include "gateway/runtime/reader.h"

namespace postern {

/// Messages, dedupe rows, quarantine, audit: one range each; and the states of messages that went.
void run_retention(runtime::Reader& reader, runtime::CoreInbox& inbox, const conf::Retention& keep,
                   model::Instant now);

/// One pass over receipts that were parked and never claimed, and then over answers that are kept
/// under a caller's key. They lie in the order of a hash, so all must be read: at most
/// aged_rows_read_max of a kind in a pass, beginning at `from` (size 0: the first). Returns where
/// the next pass begins; size 0: the round has ended.
[[nodiscard]] storage::RowKey erase_aged(runtime::Reader& reader, runtime::CoreInbox& inbox,
                                         const storage::RowKey& from, model::Instant now);
inline constexpr std::size_t messages_removed_max = 100'000;  // a pass
// A pass a second while a round is open: each message under a caller's key writes a row that goes
// 72 hours later, so what a second erases bounds what a second may bring over days.
inline constexpr std::size_t aged_rows_read_max = 20'000;
inline constexpr std::size_t aged_rows_erased_max = 5000;

/// The first sequence whose row was made at or after `cutoff` (created never steps back). Tested on
/// its own.
[[nodiscard]] model::Sequence first_since(runtime::Reader& reader, model::Instant cutoff);

}  // namespace postern
