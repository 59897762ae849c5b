// Messages, edits and taps of inline buttons.
#include "adapters/shared/epoch.h"
#include "adapters/shared/json_write.h"
#include "adapters/telegram/decode.h"

namespace postern::adapters::telegram {
namespace {

using json::Object;

/// In a forum, a message that replies to nothing "replies" to the notice that opened its topic.
bool is_topic_head(Object message, Object replied) {
    return json::flag(message, "is_topic_message") &&
           json::integer(message, "message_thread_id") == json::integer(replied, "message_id");
}

std::string reply_target(Object message) {
    if (const auto replied = json::object(message, "reply_to_message")) {
        if (is_topic_head(message, *replied)) return {};
        std::string id = message_id(*replied);
        const std::string_view connection = json::text(message, "business_connection_id");
        if (id.empty() || connection.empty() ||
            !json::text(*replied, "business_connection_id").empty()) {
            return id;
        }
        return std::string(connection).append(":").append(id);
    }
    const auto external = json::object(message, "external_reply");
    return external ? message_id(*external) : std::string{};
}

/// Links and mentions that stand behind the words say more than the words do; bold and the like,
/// and what is spelled out anyway, do not.
bool has_hidden(json::Array entities) {
    for (const json::Value element : entities) {
        const auto entity = json::as_object(element);
        if (entity && (json::member(*entity, "url") || json::member(*entity, "user"))) return true;
    }
    return false;
}

/// Adds what the conversation needs beside the content: album, topic, quote, connection.
std::string with_circumstances(Object message, std::string details) {
    json::ObjectWriter more;
    more.text_if("media_group_id", json::text(message, "media_group_id"));
    more.text_if("business_connection_id", json::text(message, "business_connection_id"));
    more.text_if("author_signature", json::text(message, "author_signature"));
    if (const auto topic = json::integer(message, "message_thread_id")) {
        more.integer("message_thread_id", *topic);
    }
    if (const auto topic = json::object(message, "direct_messages_topic")) {
        if (const auto id = json::integer(*topic, "topic_id")) {
            more.integer("direct_messages_topic_id", *id);
        }
    }
    more.flag_if("ephemeral", json::integer(message, "ephemeral_message_id").has_value());
    if (const auto quote = json::object(message, "quote")) {
        more.text_if("quote", json::text(*quote, "text"));
    }
    if (const auto story = json::object(message, "reply_to_story")) {
        more.raw("reply_to_story", json::compact(*story));
    }
    for (const char* const name : {"entities", "caption_entities"}) {
        const auto entities = json::array(message, name);
        if (entities && has_hidden(*entities)) more.raw(name, json::compact(*entities));
    }
    if (const auto bot = json::object(message, "via_bot")) {
        more.text_if("via_bot", json::text(*bot, "username"));
    }
    std::string extra = more.finish();
    if (extra.empty()) return details;
    if (details.empty()) return extra;
    details.back() = ',';
    return details.append(extra, 1);
}

/// The payload of a deep link: "/start ref42", in groups "/start@our_bot ref42".
std::string referral_of(std::string_view text) {
    if (!text.starts_with("/start")) return {};
    const std::size_t space = text.find(' ');
    if (space == std::string_view::npos) return {};
    const std::string_view command = text.substr(0, space);
    if (command != "/start" && !command.starts_with("/start@")) return {};
    return json::ObjectWriter()
        .text("source", "deep_link")
        .text("payload", text.substr(space + 1))
        .finish();
}

bool is_migration(std::string_view type) {
    return type == "migrate_to_chat_id" || type == "migrate_from_chat_id";
}

/// A group's upgrade gives it a new id: the old chat tells the new, the new one the old.
void add_service(const Update& update, Said said, std::optional<Sender> sender, const Chat& chat,
                 InboundBatch& batch) {
    const std::string& type = said.content.provider_type;
    InboundSignal signal =
        signal_of(update, is_migration(type) ? SignalKind::identity_changed : SignalKind::other);
    signal.sender = std::move(sender);
    if (chat.is_group) signal.group = chat.id;
    signal.provider_type = type;
    json::ObjectWriter details;
    if (is_migration(type)) {
        const auto other = json::integer(update.payload, type);
        const std::string moved = other ? std::to_string(*other) : std::string{};
        const bool leaves = type == "migrate_to_chat_id";
        details.text("old_group", leaves ? chat.id : moved);
        details.text("new_group", leaves ? moved : chat.id);
        signal.details_json = details.finish();
    } else {
        signal.details_json = std::move(said.content.details_json);
    }
    signal.provider_time = shared::epoch_time(json::integer(update.payload, "date"), update.now);
    add(batch, update, std::move(signal));
}

/// In a private business chat, what is not from the chat's person was written by the business.
bool is_by_business(const Update& update, const Chat& chat, const Sender& sender) {
    return update.kind.ends_with("business_message") && !chat.is_group &&
           sender.aliases.front().address != chat.id;
}

void add_echo(const Update& update, Said said, std::string id, InboundBatch& batch) {
    InboundSignal signal = signal_of(update, SignalKind::message_echoed);
    signal.target = std::move(id);
    signal.sender = read_chat_sender(update.payload, "chat");
    signal.content = std::move(said.content);
    signal.attachments = std::move(said.attachments);
    signal.details_json = with_circumstances(update.payload, {});
    signal.provider_time = shared::epoch_time(json::integer(update.payload, "date"), update.now);
    add(batch, update, std::move(signal));
}

/// The words on the button that was tapped: the query names only its data.
std::string_view button_text(Object message, std::string_view data) {
    const auto markup = json::object(message, "reply_markup");
    const auto rows = markup ? json::array(*markup, "inline_keyboard") : std::nullopt;
    if (!rows) return {};
    for (const json::Value row : *rows) {
        json::Array buttons;
        if (row.get(buttons) != simdjson::SUCCESS) continue;
        for (const json::Value element : buttons) {
            const auto button = json::as_object(element);
            if (button && json::text(*button, "callback_data") == data) {
                return json::text(*button, "text");
            }
        }
    }
    return {};
}

}  // namespace

void read_message(const Update& update, InboundBatch& batch) {
    const Object message = update.payload;
    std::string id = message_id(message);
    if (id.empty()) {
        add_undecoded(batch, update,
                      std::string(update.kind) + ".message_id and chat.id: expected integers");
        return;
    }
    const Chat chat = read_chat(message);
    std::optional<Sender> sender = read_sender(message);
    Said said = read_content(message);
    if (said.service) {
        add_service(update, std::move(said), std::move(sender), chat, batch);
        return;
    }
    if (!sender) {
        add_undecoded(batch, update, std::string(update.kind) + ".from.id: expected an integer");
        return;
    }
    if (is_by_business(update, chat, *sender)) {
        add_echo(update, std::move(said), std::move(id), batch);
        return;
    }
    InboundMessage out;
    out.external_id = std::move(id);
    out.dedupe_id = update.dedupe_id;
    out.sender = std::move(*sender);
    // Who speaks for a chat shares nobody's number.
    if (!said.own_phone.empty() && !json::object(message, "sender_chat"))
        out.sender.told.push_back({PersonKey::phone, std::move(said.own_phone), true});
    if (chat.is_group) out.group = chat.id;
    out.content = std::move(said.content);
    out.content.details_json = with_circumstances(message, std::move(out.content.details_json));
    out.attachments = std::move(said.attachments);
    out.reply_to = reply_target(message);
    out.forwarded = json::object(message, "forward_origin").has_value() ||
                    json::integer(message, "forward_date").has_value();
    if (out.content.type == ContentType::text) out.referral_json = referral_of(out.content.text);
    out.provider_time = shared::epoch_time(json::integer(message, "date"), update.now);
    add(batch, update, std::move(out));
}

void read_edit(const Update& update, InboundBatch& batch) {
    const Object message = update.payload;
    InboundSignal signal = signal_of(update, SignalKind::message_edited);
    signal.target = message_id(message);
    if (signal.target.empty()) {
        add_undecoded(batch, update,
                      std::string(update.kind) + ".message_id and chat.id: expected integers");
        return;
    }
    const Chat chat = read_chat(message);
    signal.sender = read_sender(message);
    if (chat.is_group) signal.group = chat.id;
    Said said = read_content(message);
    signal.content = std::move(said.content);
    signal.attachments = std::move(said.attachments);
    const bool by_business = signal.sender && is_by_business(update, chat, *signal.sender);
    if (by_business) signal.sender = read_chat_sender(message, "chat");
    signal.details_json = with_circumstances(
        message, json::ObjectWriter().flag_if("by_business", by_business).finish());
    auto edited = json::integer(message, "edit_date");
    if (!edited) edited = json::integer(message, "date");
    signal.provider_time = shared::epoch_time(edited, update.now);
    add(batch, update, std::move(signal));
}

/// A tap has an id of its own: "chat:message" is the message with the button, ours. It has no time
/// of its own either; the message's would be the time when we sent the button.
void read_callback(const Update& update, InboundBatch& batch) {
    const Object query = update.payload;
    const std::string_view id = json::text(query, "id");
    std::optional<Sender> sender = read_user(query, "from");
    if (id.empty() || !sender) {
        add_undecoded(batch, update,
                      id.empty() ? "callback_query.id: expected a string"
                                 : "callback_query.from.id: expected an integer");
        return;
    }
    InboundMessage out;
    out.external_id = "callback:" + std::string(id);
    out.dedupe_id = update.dedupe_id;
    out.sender = std::move(*sender);
    out.content.type = ContentType::choice;
    out.content.choice = ChoiceKind::button;
    out.content.choice_id = json::text(query, "data");
    if (out.content.choice_id.empty()) {
        out.content.choice_id = json::text(query, "game_short_name");
    }
    json::ObjectWriter details;
    details.text("callback_query_id", id);
    details.text_if("inline_message_id", json::text(query, "inline_message_id"));
    details.text_if("game_short_name", json::text(query, "game_short_name"));
    out.content.details_json = details.finish();
    if (const auto message = json::object(query, "message")) {
        out.content.text = button_text(*message, out.content.choice_id);
        out.reply_to = message_id(*message);
        const Chat chat = read_chat(*message);
        if (chat.is_group) out.group = chat.id;
    }
    // Buttons of an inline message, or of one too old to be shown, have no words.
    if (out.content.text.empty()) out.content.text = out.content.choice_id;
    out.provider_time = update.now;
    add(batch, update, std::move(out));
}

}  // namespace postern::adapters::telegram
