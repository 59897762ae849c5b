// Receipts only move a message up. One of a message that Postern does not know is parked with the
// highest state so far, so that a repeat or a late lower one changes nothing.
#include "gateway/core/message_state.h"
#include "gateway/core/writer.h"

namespace postern::core {

void Core::apply_payload(const ReceiveStatus& c, Writer& writer) {
    const storage::RowKey key = storage::keys::parked_receipt(c.account, c.external);
    model::ParkedReceiptRow parked;
    if (const auto* known = writer.find<model::ParkedReceiptRow>(key)) {
        parked = *known;
        if (!moves_up(parked, c.status.state)) return writer.reply(ReplyCode::duplicate);
    }
    raise(parked, c.status.state);
    parked.updated = writer.now();
    const model::Sequence sequence = writer.next_sequence();
    writer.keep(key, parked, Seal::plain);
    writer.write(storage::keys::seq_row(sequence),
                 model::StatusRow{writer.head(c.account), c.status, 0}, Seal::workspace);
    writer.reply(ReplyCode::done, writer.ulid(sequence));
}

}  // namespace postern::core
