// An event id taken apart and put together.
#include "gateway/events/cursor.h"

namespace postern::events {

Cursor make_cursor(model::Instant created, std::uint32_t epoch, model::Sequence sequence,
                   unsigned sub) {
    const model::Ulid ulid = model::make_ulid(created, epoch, sequence * subs_per_row + sub);
    return {ulid.milliseconds, ulid.epoch, sequence, sub};
}

std::string format_cursor(const Cursor& cursor) {
    return model::to_string(model::EventId{{cursor.milliseconds, cursor.epoch, cursor.place()}});
}

bool parse_cursor(std::string_view text, Cursor& out) {
    model::EventId id;
    if (!model::parse_id(text, id)) return false;
    out = {id.ulid.milliseconds, id.ulid.epoch, id.ulid.sequence / subs_per_row,
           static_cast<unsigned>(id.ulid.sequence % subs_per_row)};
    return true;
}

}  // namespace postern::events
