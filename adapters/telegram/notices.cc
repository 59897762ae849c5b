// Reactions, blocking, deletions, and every other kind of update.
#include <string>

#include "adapters/shared/epoch.h"
#include "adapters/shared/json_write.h"
#include "adapters/telegram/decode.h"

namespace postern::adapters::telegram {
namespace {

using json::Object;

/// One reaction as an emoji. A custom emoji is named by its id, a paid one is Telegram's star.
std::string spelled(Object reaction) {
    const std::string_view type = json::text(reaction, "type");
    if (type == "emoji") return std::string(json::text(reaction, "emoji"));
    if (type == "custom_emoji") return "custom:" + json::id(reaction, "custom_emoji_id");
    if (type == "paid") return "\xe2\xad\x90";
    return std::string(type);
}

bool contains(std::optional<json::Array> reactions, const std::string& emoji) {
    if (!reactions) return false;
    for (const json::Value element : *reactions) {
        const auto reaction = json::as_object(element);
        if (reaction && spelled(*reaction) == emoji) return true;
    }
    return false;
}

/// The reaction that was added; else the first that is left; else empty: the last one was removed.
std::string current_reaction(std::optional<json::Array> before, json::Array after) {
    std::string first;
    for (const json::Value element : after) {
        const auto reaction = json::as_object(element);
        if (!reaction) continue;
        std::string emoji = spelled(*reaction);
        if (emoji.empty()) continue;
        if (!contains(before, emoji)) return emoji;
        if (first.empty()) first = std::move(emoji);
    }
    return first;
}

std::string_view status_of(Object membership, std::string_view member) {
    const auto state = json::object(membership, member);
    return state ? json::text(*state, "status") : std::string_view{};
}

/// Their user is the business, whom no contact stands for.
bool is_of_owner(std::string_view kind) {
    return kind == "business_connection" || kind == "managed_bot";
}

SignalKind membership_kind(const Chat& chat, std::string_view before, std::string_view after) {
    if (chat.is_group) return SignalKind::other;
    if (after == "kicked") return SignalKind::blocked;
    const bool was_blocked = before == "kicked" || before.empty();
    return after == "member" && was_blocked ? SignalKind::unblocked : SignalKind::other;
}

}  // namespace

void read_reaction(const Update& update, InboundBatch& batch) {
    const Object payload = update.payload;
    std::optional<Sender> sender = read_user(payload, "user");
    if (!sender) sender = read_chat_sender(payload, "actor_chat");
    InboundMessage out;
    out.content.type = ContentType::reaction;
    out.content.reaction_to = message_id(payload);
    const auto after = json::array(payload, "new_reaction");
    if (!sender || out.content.reaction_to.empty() || !after) {
        const char* const reason = !sender  ? "message_reaction.user.id: expected an integer"
                                   : !after ? "message_reaction.new_reaction: expected an array"
                                            : "message_reaction.message_id and chat.id: expected "
                                              "integers";
        add_undecoded(batch, update, reason);
        return;
    }
    const auto before = json::array(payload, "old_reaction");
    out.content.emoji = current_reaction(before, *after);
    if (after->size() > 1 || (before && before->size() > 1)) {
        json::ObjectWriter details;
        if (before) details.raw("old_reaction", json::compact(*before));
        out.content.details_json = details.raw("new_reaction", json::compact(*after)).finish();
    }
    out.external_id = "reaction:" + update.dedupe_id.substr(1);
    out.dedupe_id = update.dedupe_id;
    out.sender = std::move(*sender);
    const Chat chat = read_chat(payload);
    if (chat.is_group) out.group = chat.id;
    out.provider_time = shared::epoch_time(json::integer(payload, "date"), update.now);
    add(batch, update, std::move(out));
}

/// In a private chat, the person blocked or unblocked the bot. In a group, the bot came or went: a
/// fact of the chat, not a wish of the person who did it.
void read_membership(const Update& update, InboundBatch& batch) {
    const Chat chat = read_chat(update.payload);
    std::optional<Sender> sender = read_user(update.payload, "from");
    if (chat.id.empty() || !sender) {
        add_undecoded(batch, update, "my_chat_member.chat.id and from.id: expected integers");
        return;
    }
    const std::string_view before = status_of(update.payload, "old_chat_member");
    const std::string_view after = status_of(update.payload, "new_chat_member");
    InboundSignal signal = signal_of(update, membership_kind(chat, before, after));
    signal.sender = std::move(sender);
    if (chat.is_group) signal.group = chat.id;
    signal.details_json =
        json::ObjectWriter().text_if("old", before).text_if("new", after).finish();
    signal.provider_time = shared::epoch_time(json::integer(update.payload, "date"), update.now);
    add(batch, update, std::move(signal));
}

/// One signal a message, each with an id of its own.
void read_deletions(const Update& update, InboundBatch& batch) {
    const Chat chat = read_chat(update.payload);
    const auto ids = json::array(update.payload, "message_ids");
    if (chat.id.empty() || !ids) {
        add_undecoded(batch, update,
                      "deleted_business_messages.chat.id and message_ids: expected an integer and "
                      "an array");
        return;
    }
    const std::string_view connection = json::text(update.payload, "business_connection_id");
    std::string prefix(connection);
    if (!prefix.empty()) prefix += ':';
    prefix.append(chat.id).append(":");
    for (const json::Value element : *ids) {
        std::int64_t id = 0;
        if (element.get(id) != simdjson::SUCCESS) {
            add_undecoded(batch, update,
                          "deleted_business_messages.message_ids[]: expected an integer");
            continue;
        }
        InboundSignal signal = signal_of(update, SignalKind::message_deleted);
        signal.dedupe_id.append(":").append(std::to_string(id));
        signal.target = prefix + std::to_string(id);
        if (chat.is_group) {
            signal.group = chat.id;
        } else {
            signal.sender = read_chat_sender(update.payload, "chat");
        }
        signal.details_json =
            json::ObjectWriter().text_if("business_connection_id", connection).finish();
        add(batch, update, std::move(signal));
    }
}

void read_other(const Update& update, InboundBatch& batch) {
    InboundSignal signal = signal_of(update, SignalKind::other);
    if (!is_of_owner(update.kind)) {
        signal.sender = read_user(update.payload, "from");
        if (!signal.sender) signal.sender = read_user(update.payload, "user");
    }
    const Chat chat = read_chat(update.payload);
    if (chat.is_group) signal.group = chat.id;
    signal.details_json = json::compact(update.payload);
    signal.provider_time = shared::epoch_time(json::integer(update.payload, "date"), update.now);
    add(batch, update, std::move(signal));
}

}  // namespace postern::adapters::telegram
