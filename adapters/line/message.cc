// Messages, and postbacks: the taps of buttons that we had sent, or of the rich menu.
#include "adapters/line/decode.h"
#include "adapters/shared/json_write.h"

namespace postern::adapters::line {
namespace {

using json::Object;

/// In standby another module answers; whoever reads the event must know.
void note_standby(const Event& event, Content& content) {
    if (json::text(event.object, "mode") != "standby") return;
    std::string& details = content.details_json;
    if (details.size() <= 2) {
        details = json::ObjectWriter().text("mode", "standby").finish();
    } else {
        details.back() = ',';
        details += R"("mode":"standby"})";
    }
}

std::optional<InboundMessage> begin(const Event& event, InboundBatch& batch) {
    std::optional<Sender> sender = sender_of(event.source);
    if (!sender) {
        add_undecoded(batch, event,
                      std::string(event.type) + ".source.userId or groupId: expected a string");
        return std::nullopt;
    }
    InboundMessage out;
    out.dedupe_id = event.dedupe_id;
    out.sender = std::move(*sender);
    out.group = event.source.group;
    out.provider_time = event.time;
    return out;
}

}  // namespace

void read_message(const Event& event, InboundBatch& batch) {
    const auto message = json::object(event.object, "message");
    std::string id = message ? json::id(*message, "id") : std::string{};
    if (id.empty()) return add_undecoded(batch, event, "message.id: expected a string");
    std::optional<InboundMessage> out = begin(event, batch);
    if (!out) return;
    Said said = read_content(*message);
    out->external_id = std::move(id);
    out->content = std::move(said.content);
    out->attachments = std::move(said.attachments);
    out->reply_to = json::id(*message, "quotedMessageId");
    note_standby(event, out->content);
    add(batch, event, std::move(*out));
}

/// LINE tells of edits in groups, not always in order: the latest time is how it stands.
void read_edited(const Event& event, InboundBatch& batch) {
    const auto message = json::object(event.object, "message");
    InboundSignal signal = signal_of(event, SignalKind::message_edited);
    if (message) signal.target = json::id(*message, "id");
    if (signal.target.empty()) {
        return add_undecoded(batch, event, "messageEdited.message.id: expected a string");
    }
    Said said = read_content(*message);
    signal.content = std::move(said.content);
    signal.attachments = std::move(said.attachments);
    add(batch, event, std::move(signal));
}

/// A tap has no message id; the event's stands in. LINE does not tell the words on the button: what
/// it stands for is all there is to read.
void read_postback(const Event& event, InboundBatch& batch) {
    const auto postback = json::object(event.object, "postback");
    const auto data = postback ? json::member(*postback, "data") : std::nullopt;
    std::string_view payload;
    if (!data || data->get(payload) != simdjson::SUCCESS) {
        return add_undecoded(batch, event, "postback.data: expected a string");
    }
    std::optional<InboundMessage> out = begin(event, batch);
    if (!out) return;
    out->external_id = "postback:" + event.dedupe_id;
    out->content.type = ContentType::choice;
    out->content.choice = ChoiceKind::postback;
    out->content.choice_id = payload;
    out->content.text = payload;
    if (const auto params = json::object(*postback, "params")) {
        out->content.details_json =
            json::ObjectWriter().raw("params", json::compact(*params)).finish();
    }
    note_standby(event, out->content);
    add(batch, event, std::move(*out));
}

}  // namespace postern::adapters::line
