// The envelope: entries, and in each the arrays of events and of changed fields, each element with
// its own bytes. The parsed value and a cursor over the text are walked in step.
#include "adapters/meta/messaging.h"

#include <algorithm>
#include <array>

#include "adapters/errc.h"
#include "adapters/meta/graph_templates.h"
#include "adapters/meta/send_api.h"
#include "adapters/shared/epoch.h"
#include "adapters/shared/hmac.h"
#include "adapters/shared/json_cursor.h"
#include "adapters/shared/json_write.h"
#include "adapters/shared/rfc3339.h"

namespace postern::adapters::meta {
namespace {

/// Far beyond every moment in milliseconds, and within what a double counts one by one.
constexpr double real_moment_max = 1e15;

struct Entry {
    const Dialect& dialect;
    std::string id;
    Instant time;      // entry.time, or now
    std::string told;  // the same as digits, or empty
    Instant now;
};

/// A guest whom a plugin of the site let in has a reference instead of an id.
std::string id_of(json::Object event, std::string_view side) {
    const auto found = json::object(event, side);
    if (!found) return {};
    std::string id = json::id(*found, "id");
    if (!id.empty()) return id;
    const std::string guest = json::id(*found, "user_ref");
    return guest.empty() ? guest : std::string(user_ref_prefix) + guest;
}

/// Milliseconds or seconds; as a real number or written out, as relays and other parts of Graph do.
std::optional<std::int64_t> moment_of(json::Object holder, std::string_view key) {
    if (const auto told = json::loose_integer(holder, key)) return told;
    const auto real = json::number(holder, key);
    if (real && *real > 0 && *real < real_moment_max) return static_cast<std::int64_t>(*real);
    const auto written = shared::parse_rfc3339(json::text(holder, key));
    if (!written) return std::nullopt;
    return std::chrono::floor<std::chrono::milliseconds>(written->time_since_epoch()).count();
}

bool is_echo(json::Object event) {
    const auto message = json::object(event, "message");
    return message && json::flag(*message, "is_echo");
}

/// Which of the two sides is the business: an echo says so, else the side that is the entry's or
/// the account's own. Meta's samples of some events put the person's id into entry.id, so the side
/// that is certainly ours is believed first.
void take_sides(const Entry& entry, Event& event) {
    std::string sender = id_of(event.object, "sender");
    std::string recipient = id_of(event.object, "recipient");
    const std::string_view own = entry.dialect.own_id;
    const bool sent_by_own = !own.empty() && sender == own;
    const bool sent_by_entry =
        !entry.id.empty() && sender == entry.id && !recipient.empty() && recipient != own;
    event.outgoing = is_echo(event.object) || sent_by_own || sent_by_entry;
    std::string business = event.outgoing ? sender : recipient;
    event.person = event.outgoing ? std::move(recipient) : std::move(sender);
    const bool ours = !own.empty() && business == own;
    const bool odd_entry = entry.id.empty() || entry.id == event.person;
    if (event.person == business) event.person.clear();  // the business wrote to itself
    event.routing = !business.empty() && (ours || odd_entry) ? std::move(business) : entry.id;
}

Event make_event(const Entry& entry, json::Object object, std::string_view raw, bool standby) {
    Event event;
    event.object = object;
    event.raw = raw;
    event.standby = standby;
    const auto told = moment_of(object, "timestamp");
    event.time = told ? shared::epoch_time(told, entry.now) : entry.time;
    event.stamp = told ? std::to_string(*told) : shared::fingerprint(raw);
    take_sides(entry, event);
    return event;
}

void undecoded(InboundBatch& batch, const Entry& entry, std::string_view raw, std::string reason) {
    batch.undecoded.push_back({raw, std::move(reason), entry.id});
}

void read_events(const Entry& entry, json::Array events, json::Cursor& at, bool standby,
                 InboundBatch& batch) {
    json::each_element(events, at, [&](json::Value element, json::Cursor& cursor) {
        const std::string_view raw = cursor.skip();
        const auto object = json::as_object(element);
        if (!object) {
            return undecoded(
                batch, entry, raw,
                standby ? "standby[]: expected an object" : "messaging[]: expected an object");
        }
        const Event event = make_event(entry, *object, raw, standby);
        Sink sink(batch, event);
        read_event(event, sink);
    });
}

/// Instagram's dashboard sends its tests, and some fields of the Instagram API their events, as a
/// change whose value is the event.
bool holds_event(json::Object value) {
    static constexpr std::array members = {"message", "message_edit", "reaction", "postback",
                                           "read",    "delivery",     "referral", "optin"};
    return json::object(value, "sender") && std::ranges::any_of(members, [&](const char* member) {
               return json::object(value, member).has_value();
           });
}

/// A field of the page or the account: comments, mentions, feed … One signal as a whole.
void read_field(const Entry& entry, std::string_view field, json::Value value, std::string_view raw,
                InboundBatch& batch) {
    InboundSignal signal;
    const bool of_template = field.starts_with("message_template_");
    signal.kind = of_template ? SignalKind::template_status : SignalKind::other;
    signal.provider_type = field;
    signal.dedupe_id.append(field).append(":").append(entry.id).append(":").append(entry.told);
    signal.dedupe_id.append(":").append(shared::fingerprint(raw));
    signal.details_json = json::as_object(value)
                              ? json::compact(value)
                              : json::ObjectWriter().raw("value", json::compact(value)).finish();
    signal.provider_time = entry.time;
    const auto object = json::as_object(value);
    if (of_template && object) {
        signal.told = TemplateTold{read_template_news(field, *object), entry.id, "page_id"};
    }
    batch.items.push_back({std::move(signal), entry.id, raw});
}

void read_change(const Entry& entry, json::Value element, std::string_view raw,
                 InboundBatch& batch) {
    const auto change = json::as_object(element);
    const std::string_view field = change ? json::text(*change, "field") : std::string_view{};
    if (field.empty()) {
        return undecoded(
            batch, entry, raw,
            change ? "changes[].field: expected a string" : "changes[]: expected an object");
    }
    const auto value = json::object(*change, "value");
    if (!value || !holds_event(*value)) {
        const auto any = json::member(*change, "value");
        return read_field(entry, field, any.value_or(element), raw, batch);
    }
    const Event event = make_event(entry, *value, raw, field == "standby");
    Sink sink(batch, event);
    read_event(event, sink);
}

void read_changes(const Entry& entry, json::Array changes, json::Cursor& at, InboundBatch& batch) {
    json::each_element(changes, at, [&](json::Value element, json::Cursor& cursor) {
        read_change(entry, element, cursor.skip(), batch);
    });
}

/// The arrays of an entry; of a repeated one the first counts, as for every other member.
void read_arrays(const Entry& entry, json::Object object, json::Cursor& at, InboundBatch& batch,
                 bool& found) {
    std::array seen = {false, false, false};
    constexpr std::array<std::string_view, 3> names = {"messaging", "standby", "changes"};
    json::each_member(object, at, [&](std::string_view key, json::Value value, json::Cursor& in) {
        const auto place = static_cast<std::size_t>(std::ranges::find(names, key) - names.begin());
        if (place == names.size() || seen[place] || value.is_null()) {
            in.skip();
            return;
        }
        seen[place] = found = true;
        json::Array elements;
        if (value.get(elements) != simdjson::SUCCESS) {
            const std::string_view raw = in.skip();
            return undecoded(batch, entry, raw, std::string(key) + ": expected an array");
        }
        if (place == 2) return read_changes(entry, elements, in, batch);
        read_events(entry, elements, in, place == 1, batch);
    });
}

void read_entry(const Dialect& dialect, json::Value element, json::Cursor& at, Instant now,
                InboundBatch& batch) {
    Entry entry{dialect, {}, now, {}, now};
    const auto object = json::as_object(element);
    if (!object) return undecoded(batch, entry, at.skip(), "entry[]: expected an object");
    entry.id = json::id(*object, "id");
    if (const auto told = moment_of(*object, "time")) {
        entry.time = shared::epoch_time(told, now);
        entry.told = std::to_string(*told);
    }
    json::Cursor whole = at;
    bool found = false;
    read_arrays(entry, *object, at, batch, found);
    if (found) return;
    const std::string_view raw = whole.skip();
    // The Instagram API documents a comment as an entry that is its own change.
    if (!json::text(*object, "field").empty()) return read_change(entry, element, raw, batch);
    undecoded(batch, entry, raw, "entry[]: expected messaging, standby or changes");
}

}  // namespace

Result<InboundBatch> decode_messaging(std::string_view body, Instant now, const Dialect& dialect) {
    const auto parsed = json::parse(body);
    if (!parsed) return parsed.error();
    const auto root = json::as_object(*parsed);
    if (!root) return make_error_code(Errc::wrong_shape);
    if (json::member(*root, "object") && json::text(*root, "object") != dialect.object) {
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
            read_entry(dialect, entry, inner, now, batch);
        });
    });
    return batch;
}

}  // namespace postern::adapters::meta
