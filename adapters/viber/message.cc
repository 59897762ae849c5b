// The event `message`: what a person wrote, sent or tapped.
#include "adapters/viber/decode.h"

namespace postern::adapters::viber {

void read_message(const Event& event, InboundBatch& batch) {
    if (event.token.empty()) {
        return add_undecoded(batch, event, "message_token: expected an integer");
    }
    std::optional<Sender> sender = read_person(event.object, "sender");
    if (!sender) return add_undecoded(batch, event, "sender.id: expected a string");
    const auto message = json::object(event.object, "message");
    if (!message) return add_undecoded(batch, event, "message: expected an object");
    Said said = read_content(*message);
    InboundMessage out;
    out.external_id = event.token;
    out.sender = std::move(*sender);
    // Bots in groups: the member writes to the chat.
    out.group = json::text(event.object, "chat_id");
    if (out.group.empty()) out.group = json::text(*message, "chat_id");
    out.content = std::move(said.content);
    out.attachments = std::move(said.attachments);
    out.provider_time = event.time;
    add(batch, event, std::move(out));
}

}  // namespace postern::adapters::viber
