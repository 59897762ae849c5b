// The envelope: `events`, each element with its own bytes. The parsed value and a cursor over the
// text are walked in step.
#include "adapters/line/decode.h"

#include <array>

#include "adapters/errc.h"
#include "adapters/shared/epoch.h"
#include "adapters/shared/hmac.h"
#include "adapters/shared/json_cursor.h"

namespace postern::adapters::line {
namespace {

struct Type {
    std::string_view name;
    void (*read)(const Event&, InboundBatch&);
};

/// Sorted by name (line-openapi, webhook.yml, July 2026). Any other event is `other`:
/// `accountLink`, `beacon`, `join`, `leave`, `memberJoined`, `memberLeft`, `membership`,
/// `videoPlayComplete`, and all that are yet to come.
constexpr std::array types = {
    Type{"activated", &read_health},    Type{"botResumed", &read_health},
    Type{"botSuspended", &read_health}, Type{"deactivated", &read_health},
    Type{"delivery", &read_delivery},   Type{"follow", &read_follow},
    Type{"message", &read_message},     Type{"messageEdited", &read_edited},
    Type{"module", &read_health},       Type{"postback", &read_postback},
    Type{"unfollow", &read_unfollow},   Type{"unsend", &read_unsend},
};

/// Of an event without an id: all that a redelivery repeats, which is everything but the note that
/// it is one.
std::string made_id(json::Object event, std::string_view type) {
    std::string whole;
    for (const auto [key, value] : event) {
        if (key == "deliveryContext") continue;
        whole.append(key).append(":").append(json::compact(value)).append("\n");
    }
    return std::string(type).append(":").append(shared::fingerprint(whole));
}

void read_event(json::Value element, std::string_view raw, Instant now, InboundBatch& batch) {
    const auto object = json::as_object(element);
    Event event;
    event.raw = raw;
    event.time = now;
    if (!object) return add_undecoded(batch, event, "events[]: expected an object");
    event.object = *object;
    event.type = json::text(*object, "type");
    if (event.type.empty()) {
        return add_undecoded(batch, event, "events[].type: expected a string");
    }
    event.source = read_source(*object);
    event.time = shared::epoch_time(json::loose_integer(*object, "timestamp"), now);
    event.dedupe_id = json::text(*object, "webhookEventId");
    if (event.dedupe_id.empty()) event.dedupe_id = made_id(*object, event.type);
    for (const Type& known : types) {
        if (known.name == event.type) return known.read(event, batch);
    }
    read_other(event, batch);
}

}  // namespace

InboundSignal signal_of(const Event& event, SignalKind kind) {
    InboundSignal signal;
    signal.kind = kind;
    signal.dedupe_id = event.dedupe_id;
    if (!event.source.user.empty()) signal.sender = sender_of(event.source);
    signal.group = event.source.group;
    signal.provider_type = event.type;
    signal.provider_time = event.time;
    return signal;
}

void add(InboundBatch& batch, const Event& event, InboundMessage message) {
    batch.items.push_back({std::move(message), {}, event.raw});
}

void add(InboundBatch& batch, const Event& event, InboundStatus status) {
    batch.items.push_back({std::move(status), {}, event.raw});
}

void add(InboundBatch& batch, const Event& event, InboundSignal signal) {
    batch.items.push_back({std::move(signal), {}, event.raw});
}

void add_undecoded(InboundBatch& batch, const Event& event, std::string reason) {
    batch.undecoded.push_back({event.raw, std::move(reason), {}});
}

Result<InboundBatch> decode(std::string_view body, Instant now) {
    const auto parsed = json::parse(body);
    if (!parsed) return parsed.error();
    const auto root = json::as_object(*parsed);
    const auto events = root ? json::array(*root, "events") : std::nullopt;
    if (!events) return make_error_code(Errc::wrong_shape);
    InboundBatch batch;
    json::Cursor cursor(body);
    bool seen = false;
    json::each_member(*root, cursor, [&](std::string_view key, json::Value, json::Cursor& at) {
        // Of a repeated key the first counts, as it does for every other member.
        if (key != "events" || seen) {
            at.skip();
            return;
        }
        seen = true;
        json::each_element(*events, at, [&](json::Value event, json::Cursor& inner) {
            read_event(event, inner.skip(), now, batch);
        });
    });
    return batch;
}

}  // namespace postern::adapters::line
