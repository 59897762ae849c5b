// Counts against rows, and rows against the queue: all plain rows, no key of a person is needed.
#include <map>
#include <set>

#include <fmt/format.h>

#include "gateway/audit/audit.h"
#include "gateway/core/lane_name.h"
#include "gateway/core/out_message.h"
#include "gateway/runtime/due_rows.h"
#include "gateway/runtime/ledger_rows.h"

namespace postern::audit {
namespace {

using model::LedgerRow;
using model::MessageState;

void compare(const LedgerRow& stored, const LedgerRow& counted, Teller& teller) {
    for (std::size_t i = 0; i < stored.states.size(); ++i) {
        if (stored.states[i] == counted.states[i]) continue;
        teller.tell(fmt::format("account {}: {} messages are {}, the count says {}", stored.account,
                                counted.states[i], to_string(static_cast<MessageState>(i)),
                                stored.states[i]));
    }
    if (stored.unaccounted() == 0) return;
    teller.tell(fmt::format(
        "account {}: accepted {} + moved in {} is not held {} + moved out {} + removed {}",
        stored.account, stored.accepted, stored.moved_in, stored.held(), stored.moved_out,
        stored.removed));
}

storage::RowKey due_key(model::Sequence id, const model::StateRow& s) {
    return storage::keys::due(
        s.account, s.lane, static_cast<std::uint64_t>(s.not_before.time_since_epoch().count()), id);
}

}  // namespace

storage::Result<void> audit_counts(runtime::Reader& reader, AuditReport& report, Teller& teller) {
    std::vector<model::AccountNumber> damaged;
    const auto stored = runtime::scan_ledger(reader, damaged);
    if (stored.has_error()) return stored.error();
    const auto counted = runtime::count_states(reader, [&](model::Sequence id) {
        teller.tell(fmt::format("message {}: its state cannot be read", id));
    });
    if (counted.has_error()) return counted.error();
    for (const model::AccountNumber account : damaged)
        teller.tell(fmt::format("account {}: its count cannot be read", account));

    std::map<model::AccountNumber, LedgerRow> rows;
    for (const LedgerRow& row : *counted) {
        rows[row.account] = row;
        report.messages += row.held();
    }
    for (const LedgerRow& row : *stored) {
        report.accepted += row.accepted;
        report.removed += row.removed;
        compare(row, rows[row.account], teller);
        rows.erase(row.account);
    }
    for (const auto& [account, row] : rows) {
        teller.tell(fmt::format("account {}: {} messages are stored and none is counted", account,
                                row.held()));
    }
    return {};
}

storage::Result<void> audit_queue(runtime::Reader& reader, Teller& teller) {
    const auto slots = runtime::read_slots(reader);
    if (slots.has_error()) return slots.error();
    std::set<std::pair<model::Sequence, std::uint16_t>> intents;
    for (const model::SlotRow& slot : *slots) intents.emplace(slot.message, slot.attempt);
    storage::Result<void> read;
    const auto check = [&](model::Sequence id, const model::StateRow& state) {
        if (state.due) {
            const auto row = reader.get(due_key(id, state));
            if (row.has_error()) read = row.error();
            if (row.has_value() && !*row)
                teller.tell(fmt::format("message {}: it waits and stands in no queue", id));
        } else if (state.state == MessageState::sending) {
            if (!intents.contains({id, state.attempts}))
                teller.tell(fmt::format("message {}: it is being sent and no intent is open", id));
        } else if (!core::has_ended(state)) {
            teller.tell(fmt::format("message {}: it is {} and stands in no queue", id,
                                    to_string(state.state)));
        }
    };
    const auto scanned = reader.scan(
        storage::KeyWriter(storage::Family::hot, 'o'),
        storage::KeyWriter(storage::Family::hot, 'p'),
        [&](std::string_view key, const model::RecordPtr& record) {
            const auto* state = record ? model::get_if<model::StateRow>(record.get()) : nullptr;
            if (state) check(storage::keys::trailing_u64(key), *state);
            return read.has_value();
        });
    return scanned.has_error() ? scanned : read;
}

}  // namespace postern::audit
