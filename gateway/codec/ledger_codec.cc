// Counts of messages by account and state. Trailing states of a reader that knows fewer are damage:
// a count that was dropped would be a message lost.
#include <algorithm>

#include "gateway/codec/stored.h"

namespace postern::codec {

void write(const model::LedgerRow& row, records::Ledger& wire) {
    wire.set_account(row.account);
    wire.set_accepted(row.accepted);
    wire.set_moved_in(row.moved_in);
    wire.set_moved_out(row.moved_out);
    wire.set_removed(row.removed);
    for (const std::uint64_t count : row.states) wire.add_states(count);
    wire.set_failed_day(row.failed_day);
    wire.set_failed_count(row.failed_count);
}

bool read(const records::Ledger& wire, model::LedgerRow& row) {
    row.account = wire.account();
    row.accepted = wire.accepted();
    row.moved_in = wire.moved_in();
    row.moved_out = wire.moved_out();
    row.removed = wire.removed();
    if (static_cast<std::size_t>(wire.states_size()) > row.states.size()) return false;
    std::copy(wire.states().begin(), wire.states().end(), row.states.begin());
    row.failed_day = wire.failed_day();
    row.failed_count = wire.failed_count();
    return true;
}

}  // namespace postern::codec
