// The envelope: `event` says what the other members are.
#include "adapters/viber/decode.h"

#include <array>

#include "adapters/errc.h"
#include "adapters/shared/epoch.h"

namespace postern::adapters::viber {
namespace {

struct Kind {
    std::string_view name;
    void (*read)(const Event&, InboundBatch&);
};

/// Sorted by name (REST Bot API, "Callbacks", 2026). `conversation_started`, `client_status`,
/// `action`, and all that are yet to come, are `other`.
constexpr std::array kinds = {
    Kind{"delivered", &read_delivered},   Kind{"failed", &read_failed},
    Kind{"message", &read_message},       Kind{"seen", &read_seen},
    Kind{"subscribed", &read_subscribed}, Kind{"unsubscribed", &read_unsubscribed},
    Kind{"webhook", &read_webhook},
};

}  // namespace

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
    if (!root) return make_error_code(Errc::wrong_shape);
    Event event;
    event.name = json::text(*root, "event");
    if (event.name.empty()) return make_error_code(Errc::wrong_shape);
    event.object = *root;
    event.raw = body;
    event.token = json::id(*root, "message_token");
    event.time = shared::epoch_time(json::loose_integer(*root, "timestamp"), now);
    InboundBatch batch;
    for (const Kind& kind : kinds) {
        if (kind.name != event.name) continue;
        kind.read(event, batch);
        return batch;
    }
    read_other(event, batch);
    return batch;
}

}  // namespace postern::adapters::viber
