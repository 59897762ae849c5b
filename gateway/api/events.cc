// GET /v1/events is gateway/events' own; one event by its id is read here.
#include "gateway/events/cursor.h"

#include "gateway/api/call.h"
#include "gateway/api/resources.h"
#include "gateway/events/render.h"

namespace postern::api {

void follow_events(const CallPtr& call) {
    const net::Request request = call->request();
    auto [responder, headers] = call->release();
    call->context().events.serve(request, std::move(responder), std::move(headers));
}

void get_event(const CallPtr& call) {
    events::Cursor cursor;
    if (!events::parse_cursor(call->parameter(), cursor)) return call->fail(not_found("event"));
    const auto accounts = call->context().accounts.load();
    call->query([cursor, accounts](runtime::Reader& reader) -> Answer {
        const auto record = reader.get(storage::keys::seq_row(cursor.sequence));
        if (!record) return storage_unreadable();
        std::vector<events::Event> rendered;
        events::render(*record, cursor.sequence, *accounts, {}, rendered);
        for (events::Event& event : rendered) {
            if (event.cursor == cursor) return std::move(event.json);
        }
        return not_found("event");
    });
}

}  // namespace postern::api
