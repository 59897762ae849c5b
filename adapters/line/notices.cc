// What nobody wrote: friends won and lost, messages taken back, the health of the channel, and all
// the rest.
#include <algorithm>

#include "adapters/line/decode.h"
#include "adapters/shared/json_write.h"

namespace postern::adapters::line {
namespace {

using json::Object;

/// Members that every event has; what stands beside them is what it says.
bool is_envelope(std::string_view name) {
    return name == "type" || name == "mode" || name == "timestamp" || name == "source" ||
           name == "webhookEventId" || name == "deliveryContext" || name == "replyToken";
}

/// A key is the provider's text: only a plain one can be written as a name of ours.
bool is_plain(std::string_view name) {
    return std::ranges::all_of(name, [](char c) {
        return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
    });
}

std::string details_of(const Event& event) {
    json::ObjectWriter details;
    for (const auto [key, value] : event.object) {
        if (!is_envelope(key) && is_plain(key)) details.raw(key, json::compact(value));
    }
    return details.finish();
}

void add_with_details(const Event& event, SignalKind kind, InboundBatch& batch) {
    InboundSignal signal = signal_of(event, kind);
    signal.details_json = details_of(event);
    add(batch, event, std::move(signal));
}

}  // namespace

/// Whoever follows can be written to, whether for the first time or again.
void read_follow(const Event& event, InboundBatch& batch) {
    if (event.source.user.empty()) {
        return add_undecoded(batch, event, "follow.source.userId: expected a string");
    }
    add_with_details(event, SignalKind::unblocked, batch);
}

/// The one notice that LINE gives of a block: sends to this person are answered with 200 and lost.
void read_unfollow(const Event& event, InboundBatch& batch) {
    if (event.source.user.empty()) {
        return add_undecoded(batch, event, "unfollow.source.userId: expected a string");
    }
    add_with_details(event, SignalKind::blocked, batch);
}

void read_unsend(const Event& event, InboundBatch& batch) {
    const auto unsend = json::object(event.object, "unsend");
    InboundSignal signal = signal_of(event, SignalKind::message_deleted);
    if (unsend) signal.target = json::id(*unsend, "messageId");
    if (signal.target.empty()) {
        return add_undecoded(batch, event, "unsend.messageId: expected a string");
    }
    add(batch, event, std::move(signal));
}

/// A notification message (by telephone number) arrived. LINE names it by the tag that it was sent
/// with, else by a hash of the number.
void read_delivery(const Event& event, InboundBatch& batch) {
    const auto delivery = json::object(event.object, "delivery");
    InboundStatus status;
    if (delivery) status.external_id = json::text(*delivery, "data");
    if (status.external_id.empty()) {
        return add_undecoded(batch, event, "delivery.data: expected a string");
    }
    status.state = ReceiptState::delivered;
    status.recipient = event.source.user;
    status.provider_time = event.time;
    add(batch, event, std::move(status));
}

void read_health(const Event& event, InboundBatch& batch) {
    add_with_details(event, SignalKind::account_health, batch);
}

void read_other(const Event& event, InboundBatch& batch) {
    add_with_details(event, SignalKind::other, batch);
}

}  // namespace postern::adapters::line
