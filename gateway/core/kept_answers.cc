// Answers that the API gave under a caller's key, kept beside what messages remember themselves.
#include "gateway/core/writer.h"

namespace postern::core {

void Core::apply_payload(const KeepAnswer& c, Writer& writer) {
    const storage::RowKey key = storage::keys::idempotency(c.key);
    if (c.forget) {
        writer.erase(key);
        return writer.reply(ReplyCode::done);
    }
    model::IdempotencyRow row = c.row;
    row.answer = model::make_ulid(writer.now(), writer.epoch(), 0);
    // A message that comes under the same key needs to see that it is taken, not what was answered.
    if (row.status == 0) {
        writer.keep(key, std::move(row), Seal::workspace);
    } else {
        writer.write(key, std::move(row), Seal::workspace);
    }
    writer.reply(ReplyCode::done);
}

}  // namespace postern::core
