// The envelope: entries, changes, and the arrays inside `value`, each element with its own bytes.
// The parsed value and a cursor over the text are walked in step.
#include "adapters/whatsapp/decode.h"

#include <algorithm>
#include <array>

#include "adapters/errc.h"
#include "adapters/shared/epoch.h"
#include "adapters/shared/json_cursor.h"

namespace postern::adapters::whatsapp {
namespace {

using Read = void (*)(const Change&, json::Object, std::string_view, Sink&);

struct Member {
    std::string_view name;
    Read read;
};

/// The arrays of `value` whose elements are items of their own.
constexpr Member members[] = {
    {"messages", &read_message},    {"statuses", &read_status},
    {"errors", &read_error},        {"user_preferences", &read_preference},
    {"message_echoes", &read_echo}, {"user_id_update", &read_user_id_update},
};

/// Fields whose `value` holds such arrays. The value of any other field is one signal as a whole.
bool holds_items(std::string_view field) {
    static constexpr std::array<std::string_view, 6> holders = {
        "message_echoes", "messages",       "smb_message_echoes",
        "standby",        "user_id_update", "user_preferences"};
    return std::ranges::find(holders, field) != holders.end();
}

/// What reaches who has not the conversation stands one object deeper, and is the same otherwise.
constexpr std::string_view standby_member = "standby";

Read reader_of(std::string_view member) {
    for (const Member& known : members) {
        if (known.name == member) return known.read;
    }
    return nullptr;
}

void read_elements(const Change& change, std::string_view name, Read read, json::Array elements,
                   json::Cursor& at, Sink& sink) {
    json::each_element(elements, at, [&](json::Value element, json::Cursor& cursor) {
        const std::string_view raw = cursor.skip();
        if (const auto object = json::as_object(element)) {
            read(change, *object, raw, sink);
        } else {
            sink.undecoded(raw, std::string(name) + "[]: expected an object");
        }
    });
}

void read_value(const Change& change, json::Object value, json::Cursor& at, Sink& sink,
                bool& found) {
    json::each_member(
        value, at, [&](std::string_view key, json::Value member, json::Cursor& cursor) {
            const Read read = reader_of(key);
            const auto inner = key == standby_member ? json::as_object(member) : std::nullopt;
            json::Array elements;
            if (inner) {
                read_value(change, *inner, cursor, sink, found);
            } else if (read == nullptr || member.is_null()) {
                cursor.skip();
            } else if (member.get(elements) != simdjson::SUCCESS) {
                found = true;
                sink.undecoded(cursor.skip(), "value." + std::string(key) + ": expected an array");
            } else {
                found = true;
                read_elements(change, key, read, elements, cursor, sink);
            }
        });
}

bool says_something(json::Object value) {
    return json::array(value, "messages") || json::array(value, "statuses") ||
           json::object(value, standby_member);
}

/// `entry` fills what the change shares with its siblings; the rest comes from the change itself.
Change describe(const Change& entry, json::Object change, std::optional<json::Object> value) {
    Change described = entry;
    described.field = json::text(change, "field");
    if (!value) return described;
    // Who relays Meta's webhooks may leave the field out; what it was shows.
    if (described.field.empty() && says_something(*value)) described.field = "messages";
    const auto inner = json::object(*value, standby_member);
    described.standby = inner || described.field == standby_member;
    described.contacts = json::array(inner.value_or(*value), "contacts");
    if (const auto metadata = json::object(*value, "metadata")) {
        described.routing = json::id(*metadata, "phone_number_id");
    } else if (const auto number = json::object(*value, "recipient")) {
        described.routing = json::id(*number, "phone_number_id");  // of messaging_handovers
    }
    return described;
}

void read_change(const Change& entry, json::Value element, json::Cursor& at, InboundBatch& batch) {
    const auto object = json::as_object(element);
    const auto value = object ? json::object(*object, "value") : std::nullopt;
    const Change change = object ? describe(entry, *object, value) : entry;
    Sink sink(batch, change);
    if (!object || change.field.empty()) {
        sink.undecoded(at.skip(), object ? "changes[].field: expected a string"
                                         : "changes[]: expected an object");
        return;
    }
    json::Cursor whole = at;
    if (!holds_items(change.field)) {
        const auto any = json::member(*object, "value");
        read_field(change, any.value_or(element), at.skip(), sink);
        return;
    }
    bool found = false;
    bool seen = false;
    json::each_member(*object, at, [&](std::string_view key, json::Value, json::Cursor& cursor) {
        // Of a repeated key the first counts, as it does for every other member.
        if (key != "value" || !value || seen) {
            cursor.skip();
            return;
        }
        seen = true;
        read_value(change, *value, cursor, sink, found);
    });
    if (!found) {
        sink.undecoded(whole.skip(), value ? "value: expected messages, statuses or errors"
                                           : "value: expected an object");
    }
}

void read_entry(json::Value element, json::Cursor& at, Instant now, InboundBatch& batch) {
    const auto object = json::as_object(element);
    const auto changes = object ? json::array(*object, "changes") : std::nullopt;
    Change entry;
    entry.now = entry.entry_time = now;
    if (!changes) {
        Sink(batch, entry)
            .undecoded(at.skip(), object ? "entry[].changes: expected an array"
                                         : "entry[]: expected an object");
        return;
    }
    entry.waba_id = json::text(*object, "id");
    entry.entry_time = shared::epoch_time(json::loose_integer(*object, "time"), now);
    bool seen = false;
    json::each_member(*object, at, [&](std::string_view key, json::Value, json::Cursor& cursor) {
        if (key != "changes" || seen) {
            cursor.skip();
            return;
        }
        seen = true;
        json::each_element(*changes, cursor, [&](json::Value change, json::Cursor& inner) {
            read_change(entry, change, inner, batch);
        });
    });
}

}  // namespace

void Sink::item(InboundMessage message, std::string_view raw) {
    batch_.items.push_back({std::move(message), change_.routing, raw});
}

void Sink::item(InboundStatus status, std::string_view raw) {
    batch_.items.push_back({std::move(status), change_.routing, raw});
}

void Sink::item(InboundSignal signal, std::string_view raw) {
    batch_.items.push_back({std::move(signal), change_.routing, raw});
}

void Sink::undecoded(std::string_view raw, std::string reason) {
    batch_.undecoded.push_back({raw, std::move(reason), change_.routing});
}

Result<InboundBatch> decode(std::string_view body, Instant now) {
    const auto parsed = json::parse(body);
    if (!parsed) return parsed.error();
    const auto root = json::as_object(*parsed);
    if (!root) return make_error_code(Errc::wrong_shape);
    const auto object = json::member(*root, "object");
    if (object && json::text(*root, "object") != "whatsapp_business_account") {
        return make_error_code(Errc::wrong_shape);
    }
    const auto entries = json::array(*root, "entry");
    if (!entries) return make_error_code(Errc::wrong_shape);
    InboundBatch batch;
    json::Cursor cursor(body);
    bool seen = false;
    json::each_member(*root, cursor, [&](std::string_view key, json::Value, json::Cursor& at) {
        if (key != "entry" || seen) {
            at.skip();
            return;
        }
        seen = true;
        json::each_element(*entries, at, [&](json::Value entry, json::Cursor& inner) {
            read_entry(entry, inner, now, batch);
        });
    });
    return batch;
}

}  // namespace postern::adapters::whatsapp
