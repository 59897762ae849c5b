// What leaves the core: rows to make durable, and the answers to release once they are.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gateway/core/command.h"
#include "gateway/core/lane_name.h"
#include "gateway/model/records.h"
#include "storage/keys.h"

namespace postern::core {

enum class Seal : std::uint8_t { plain, workspace, part };

struct RowWrite {
    storage::RowKey key;
    model::RecordPtr record;  // null: the row goes
    Seal seal = Seal::plain;
    model::Part part = 0;  // Seal::part
    model::PartKey part_key{};
};

struct RangeErase {
    storage::RowKey from;
    storage::RowKey to;
};

enum class ReplyCode : std::uint8_t {
    done,
    duplicate,  // seen before: nothing changed
    not_found,
    conflict,              // the thing's state does not allow it
    refused,               // a rule says no; the record holds the verdict
    replayed,              // accepted before under the same key: `id` is the first answer's
    idempotency_conflict,  // accepted before under the same key, and it was another request
    unreadable,            // a stored row that it needs is damaged: nothing changed
};

struct Reply {
    Ticket ticket;
    ReplyCode code = ReplyCode::done;
    model::Ulid id;           // of what was made, if anything
    model::RecordPtr record;  // of small tables: what it is now
};

/// A message leaves once the intent that says so is durable.
struct Dispatch {
    model::Sequence message = 0;
    std::uint16_t attempt = 0;
    std::uint32_t slot = 0;
    model::AccountNumber account = 0;
    model::Part part = 0;
    std::uint8_t route = 0;
    bool possible_duplicate = false;
    model::RecordPtr row;  // an OutboundRow
};

/// Everything that one or more applied commands cause. Applied and released as a whole.
struct Effects {
    model::Sequence first = 0;  // 0: nothing was written
    model::Sequence last = 0;
    model::Instant at{};  // the core's time of the newest row (core/core_time.h)
    std::vector<RowWrite> writes;
    std::vector<RangeErase> erases;
    std::vector<Reply> replies;
    std::vector<model::RecordPtr>
        published;  // changed small-table rows (keys, accounts, workspace)
    std::vector<Dispatch> dispatches;
    std::vector<LaneRead> reads;  // of the due queue, once this is durable
    /// A restore's pause ended: the anchor has to forget it before the answer leaves.
    bool resumes_after_restore = false;

    [[nodiscard]] bool writes_nothing() const { return writes.empty() && erases.empty(); }
    void clear() {
        first = last = 0;
        at = {};
        writes.clear();
        erases.clear();
        replies.clear();
        published.clear();
        dispatches.clear();
        reads.clear();
        resumes_after_restore = false;
    }
};

/// Rows that one command may write at most (DESIGN, «Bounded apply»).
inline constexpr std::size_t rows_per_apply_max = 64;

}  // namespace postern::core
