// The envelope: update_id beside one payload, whose name says what it is.
#include "adapters/telegram/decode.h"

#include <array>

#include "adapters/errc.h"

namespace postern::adapters::telegram {
namespace {

struct Kind {
    std::string_view name;
    void (*read)(const Update&, InboundBatch&);
};

/// Sorted by name. Any other payload of Bot API 10.3, and any that is yet to come, is `other`.
constexpr std::array kinds = {
    Kind{"business_message", &read_message},
    Kind{"callback_query", &read_callback},
    Kind{"channel_post", &read_message},
    Kind{"deleted_business_messages", &read_deletions},
    Kind{"edited_business_message", &read_edit},
    Kind{"edited_channel_post", &read_edit},
    Kind{"edited_message", &read_edit},
    Kind{"guest_message", &read_message},
    Kind{"message", &read_message},
    Kind{"message_reaction", &read_reaction},
    Kind{"my_chat_member", &read_membership},
};

void read_payload(const Update& update, InboundBatch& batch) {
    for (const Kind& kind : kinds) {
        if (kind.name == update.kind) return kind.read(update, batch);
    }
    read_other(update, batch);
}

}  // namespace

InboundSignal signal_of(const Update& update, SignalKind kind) {
    InboundSignal signal;
    signal.kind = kind;
    signal.dedupe_id = update.dedupe_id;
    signal.provider_type = update.kind;
    signal.provider_time = update.now;
    return signal;
}

void add(InboundBatch& batch, const Update& update, InboundMessage message) {
    batch.items.push_back({std::move(message), {}, update.raw});
}

void add(InboundBatch& batch, const Update& update, InboundSignal signal) {
    batch.items.push_back({std::move(signal), {}, update.raw});
}

void add_undecoded(InboundBatch& batch, const Update& update, std::string reason) {
    batch.undecoded.push_back({update.raw, std::move(reason), {}});
}

Result<InboundBatch> decode(std::string_view body, Instant now) {
    const auto parsed = json::parse(body);
    if (!parsed) return parsed.error();
    const auto root = json::as_object(*parsed);
    if (!root) return make_error_code(Errc::wrong_shape);
    const auto number = json::integer(*root, "update_id");
    if (!number) return make_error_code(Errc::wrong_shape);
    Update update;
    update.dedupe_id.append("u").append(std::to_string(*number));
    update.raw = body;
    update.now = now;
    InboundBatch batch;
    for (const auto [key, value] : *root) {
        if (key == "update_id" || value.is_null()) continue;
        update.kind = key;
        const auto payload = json::as_object(value);
        if (!payload) {
            add_undecoded(batch, update, std::string(key) + ": expected an object");
            return batch;
        }
        update.payload = *payload;
        read_payload(update, batch);
        return batch;  // "at most one of the optional fields can be present" (Bot API, Update)
    }
    add_undecoded(batch, update, "expected a payload beside update_id");
    return batch;
}

}  // namespace postern::adapters::telegram
