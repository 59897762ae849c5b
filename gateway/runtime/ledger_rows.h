// The counts of messages as stored, at a start, and the same counts made afresh from the state
// rows: for a storage of an earlier version, and for whoever wants to compare the two
// (gateway/audit).
#pragma once

#include <functional>
#include <vector>

#include "gateway/model/ledger.h"
#include "gateway/runtime/reader.h"

namespace postern::runtime {

struct LedgerRows {
    std::vector<model::LedgerRow> rows;  // by account
    bool counted = false;                // afresh: none were stored, or one was damaged
};

/// An error is the store's own: the disk does not read.
[[nodiscard]] storage::Result<LedgerRows> read_ledger(Reader& reader);

/// The counts that can be read, by account; of others the account.
[[nodiscard]] storage::Result<std::vector<model::LedgerRow>> scan_ledger(
    Reader& reader, std::vector<model::AccountNumber>& damaged);

/// Messages by account and state, as their rows say; `accepted` is what is held. A damaged row is
/// told to `damaged` (may be empty) and counted nowhere.
[[nodiscard]] storage::Result<std::vector<model::LedgerRow>> count_states(
    Reader& reader, const std::function<void(model::Sequence)>& damaged);

}  // namespace postern::runtime
