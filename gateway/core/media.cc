// Uploads and fetched attachments: what they are becomes durable, and goes again. Not kept in
// memory: people's reads and the way out look them up in the store.
#include "gateway/core/writer.h"

namespace postern::core {

void Core::apply_payload(const KeepMedia& c, Writer& writer) {
    model::MediaRow row = c.row;
    if (row.id == 0 && row.event == 0) {
        row.id = writer.next_sequence();
        row.created = writer.now();
        row.epoch = writer.epoch();
    }
    const storage::RowKey key = row.event != 0
                                    ? storage::keys::media_attachment(row.event, row.place)
                                    : storage::keys::media_upload(row.id);
    const auto record = std::make_shared<const model::Record>(row);
    writer.write(key, record, Seal::workspace);
    writer.reply(ReplyCode::done, model::make_ulid(row.created, row.epoch, row.id), record);
}

void Core::apply_payload(const DropMedia& c, Writer& writer) {
    for (const storage::RowKey& key : c.keys) writer.drop(key);
    writer.reply(ReplyCode::done);
}

}  // namespace postern::core
