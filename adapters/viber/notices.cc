// Receipts, which every device of a person sends, and in any order; who subscribes and who leaves;
// and all the rest.
#include <algorithm>

#include "adapters/shared/hmac.h"
#include "adapters/shared/json_write.h"
#include "adapters/viber/decode.h"

namespace postern::adapters::viber {
namespace {

using json::Object;

std::optional<InboundStatus> receipt(const Event& event, ReceiptState state, InboundBatch& batch) {
    if (event.token.empty()) {
        add_undecoded(batch, event,
                      std::string(event.name) + ".message_token: expected an integer");
        return std::nullopt;
    }
    InboundStatus status;
    status.external_id = event.token;
    status.state = state;
    status.recipient = json::text(event.object, "user_id");
    status.provider_time = event.time;
    return status;
}

/// A repeated callback has the same token; two events may share it, so the name is part of the id.
std::string dedupe_id_of(const Event& event) {
    std::string id(event.name);
    return id.append(":").append(event.token.empty() ? shared::fingerprint(event.raw)
                                                     : event.token);
}

bool is_envelope(std::string_view name) {
    return name == "event" || name == "timestamp" || name == "message_token" ||
           name == "chat_hostname" || name == "user" || name == "sender" || name == "user_id";
}

/// A key is the provider's text: only a plain one can be written as a name of ours.
bool is_plain(std::string_view name) {
    return std::ranges::all_of(name, [](char c) {
        return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
    });
}

/// What stands beside the envelope, and where the person is; no picture, no name.
std::string details_of(const Event& event) {
    json::ObjectWriter details;
    for (const auto [key, value] : event.object) {
        if (!is_envelope(key) && is_plain(key)) details.raw(key, json::compact(value));
    }
    if (const auto user = json::object(event.object, "user")) {
        details.text_if("country", json::text(*user, "country"));
    }
    return details.finish();
}

void add_signal(const Event& event, SignalKind kind, InboundBatch& batch) {
    InboundSignal signal;
    signal.kind = kind;
    signal.dedupe_id = dedupe_id_of(event);
    signal.sender = find_person(event.object);
    if (!signal.sender && kind != SignalKind::other) {
        return add_undecoded(batch, event,
                             std::string(event.name) + ".user.id or user_id: expected a string");
    }
    signal.provider_type = event.name;
    signal.details_json = details_of(event);
    signal.provider_time = event.time;
    add(batch, event, std::move(signal));
}

}  // namespace

void read_delivered(const Event& event, InboundBatch& batch) {
    if (auto status = receipt(event, ReceiptState::delivered, batch)) {
        add(batch, event, std::move(*status));
    }
}

void read_seen(const Event& event, InboundBatch& batch) {
    if (auto status = receipt(event, ReceiptState::read, batch)) {
        add(batch, event, std::move(*status));
    }
}

/// The person's app could not show what Viber had taken.
void read_failed(const Event& event, InboundBatch& batch) {
    auto status = receipt(event, ReceiptState::failed, batch);
    if (!status) return;
    const std::string_view reason = json::text(event.object, "desc");
    ProviderError error;
    error.code = "failed";
    error.title = "the person's app refused the message";
    error.detail = reason;
    status->error = std::move(error);
    add(batch, event, std::move(*status));
}

void read_subscribed(const Event& event, InboundBatch& batch) {
    add_signal(event, SignalKind::unblocked, batch);
}

/// Viber takes nothing for a person who left (status 6) until they subscribe or write.
void read_unsubscribed(const Event& event, InboundBatch& batch) {
    add_signal(event, SignalKind::blocked, batch);
}

void read_other(const Event& event, InboundBatch& batch) {
    add_signal(event, SignalKind::other, batch);
}

void read_webhook(const Event&, InboundBatch&) {}

}  // namespace postern::adapters::viber
