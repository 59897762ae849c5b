// What media are: uploads, fetched attachments, and which messages need an upload.
#include "gateway/codec/stored.h"

#include <algorithm>

namespace postern::codec {

void write(const model::MediaRow& row, records::Media& wire) {
    wire.set_id(row.id);
    wire.set_created_us(to_us(row.created));
    wire.set_epoch(row.epoch);
    wire.set_event(row.event);
    wire.set_place(row.place);
    if (row.sha256 != model::Sha256{})
        wire.set_sha256(reinterpret_cast<const char*>(row.sha256.data()), row.sha256.size());
    wire.set_size(row.size);
    wire.set_mime(row.mime);
    wire.set_filename(row.filename);
    wire.set_deleted_us(to_us(row.deleted));
}

bool read(const records::Media& wire, model::MediaRow& row) {
    row.id = wire.id();
    row.created = from_us(wire.created_us());
    row.epoch = wire.epoch();
    row.event = wire.event();
    row.place = wire.place();
    row.size = wire.size();
    row.mime = wire.mime();
    row.filename = wire.filename();
    row.deleted = from_us(wire.deleted_us());
    if (wire.sha256().empty()) return true;
    if (wire.sha256().size() != row.sha256.size()) return false;
    std::ranges::copy(wire.sha256(), row.sha256.begin());
    return true;
}

void write(const model::MediaUseRow& row, records::MediaUse& wire) {
    wire.set_message(row.message);
}

bool read(const records::MediaUse& wire, model::MediaUseRow& row) {
    row.message = wire.message();
    return true;
}

}  // namespace postern::codec
