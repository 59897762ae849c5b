// Users, chats and the ids of messages. Telegram's ids are integers of up to 52 bits; an address is
// their decimal spelling.
#include "adapters/telegram/decode.h"

namespace postern::adapters::telegram {
namespace {

std::string full_name(json::Object person) {
    std::string name(json::text(person, "first_name"));
    const std::string_view last = json::text(person, "last_name");
    if (!name.empty() && !last.empty()) name += ' ';
    return name.append(last);
}

std::string integer_id(json::Object holder, std::string_view member) {
    const auto id = json::integer(holder, member);
    return id ? std::to_string(*id) : std::string{};
}

Sender sender_of(std::string id) {
    Sender sender;
    sender.aliases.push_back({std::move(id), IdentityScope::channel});
    return sender;
}

}  // namespace

Chat read_chat(json::Object holder, std::string_view member) {
    const auto chat = json::object(holder, member);
    if (!chat) return {};
    Chat out;
    out.id = integer_id(*chat, "id");
    const std::string_view type = json::text(*chat, "type");
    // Ids of groups and channels are negative; the type may be missing from an abridged chat.
    out.is_group = type.empty() ? out.id.starts_with('-') : type != "private";
    out.title = json::text(*chat, "title");
    if (out.title.empty()) out.title = full_name(*chat);
    out.username = json::text(*chat, "username");
    return out;
}

std::optional<Sender> read_user(json::Object holder, std::string_view member) {
    const auto user = json::object(holder, member);
    if (!user) return std::nullopt;
    std::string id = integer_id(*user, "id");
    if (id.empty()) return std::nullopt;
    Sender sender = sender_of(std::move(id));
    sender.name = full_name(*user);
    sender.username = json::text(*user, "username");
    sender.language = json::text(*user, "language_code");
    return sender;
}

std::optional<Sender> read_chat_sender(json::Object holder, std::string_view member) {
    Chat chat = read_chat(holder, member);
    if (chat.id.empty()) return std::nullopt;
    Sender sender = sender_of(std::move(chat.id));
    sender.name = std::move(chat.title);
    sender.username = std::move(chat.username);
    return sender;
}

std::optional<Sender> read_sender(json::Object message) {
    // With sender_chat, `from` is a stand-in (GroupAnonymousBot, "Telegram") shared by everybody.
    if (auto chat = read_chat_sender(message, "sender_chat")) return chat;
    if (auto user = read_user(message, "from")) return user;
    // A channel speaks for itself; and in a private chat only the person is told of, but where a
    // business has part in it.
    const auto chat = json::object(message, "chat");
    const std::string_view type = chat ? json::text(*chat, "type") : std::string_view{};
    const bool own = type == "private" && json::text(message, "business_connection_id").empty();
    if (type == "channel" || own) return read_chat_sender(message, "chat");
    return std::nullopt;
}

std::string message_id(json::Object message) {
    const Chat chat = read_chat(message);
    std::string id = integer_id(message, "ephemeral_message_id");
    id = id.empty() ? integer_id(message, "message_id") : id.insert(0, 1, ephemeral_mark);
    if (chat.id.empty() || id.empty()) return {};
    std::string out(json::text(message, "business_connection_id"));
    if (!out.empty()) out += ':';
    return out.append(chat.id).append(":").append(id);
}

}  // namespace postern::adapters::telegram
