// Telegram Bot API webhooks (10.1): one Update a POST, proved by the secret token header alone.
// Message ids are unique only within a chat, so the id of a message here is "chat:message".
#include <array>

#include <fmt/format.h>

#include "gateway/sim/json_text.h"
#include "gateway/sim/media.h"
#include "gateway/sim/provider.h"

namespace postern::sim {
namespace {

constexpr std::array kinds = {Kind::text,     Kind::image,    Kind::voice,     Kind::document,
                              Kind::location, Kind::contacts, Kind::reaction,  Kind::button,
                              Kind::edit,     Kind::opt_out,  Kind::group_text};

std::int64_t user_id(const Item& item) {
    // A caller of /_sim/inbound names the user by the id itself; the population has its own range.
    std::int64_t id = 0;
    for (const char c : item.person.address) {
        if (c < '0' || c > '9' || id > 99'999'999'999'999) return 700'000'000;
        id = id * 10 + (c - '0');
    }
    return id;
}

std::int64_t chat_id(const Item& item) {
    if (item.kind != Kind::group_text) return user_id(item);
    return -1'001'000'000'000 - static_cast<std::int64_t>(item.person.number % 7);
}

/// Unique over runs, below 2^31 as message ids are.
std::int64_t message_number(const Item& item, std::uint64_t run) {
    return static_cast<std::int64_t>(((run & 0x3ffu) << 20) + (item.number & 0xfffffu)) + 1;
}

/// A press of a button and a reaction have ids of their own: of the query, and of the update.
std::string external_id(const Item& item, std::uint64_t run) {
    const std::int64_t number = message_number(item, run);
    if (item.kind == Kind::button) return fmt::format("callback:{}", number);
    if (item.kind == Kind::reaction) return fmt::format("reaction:{}", number);
    return fmt::format("{}:{}", chat_id(item), number);
}

std::string_view message_id(std::string_view external_id) {
    const std::size_t colon = external_id.find(':');
    return colon == std::string_view::npos ? "1" : external_id.substr(colon + 1);
}

void write_user(JsonText& json, std::string_view key, const Item& item) {
    json.key(key).begin_object().field("id", user_id(item)).field("is_bot", false);
    json.field("first_name", item.person.name).field("language_code", "es").end_object();
}

void write_chat(JsonText& json, const Item& item) {
    json.key("chat").begin_object().field("id", chat_id(item));
    if (item.kind == Kind::group_text) {
        json.field("type", "supergroup").field("title", "Neighbours");
    } else {
        json.field("type", "private").field("first_name", item.person.name);
    }
    json.end_object();
}

void write_file(JsonText& json, const Item& item, std::string_view mime) {
    json.field("file_id", "AgA" + medium_id(item));
    json.field("file_unique_id", fmt::format("u{}", item.number));
    json.field("file_size", 1200);
    if (!mime.empty()) json.field("mime_type", mime);
}

void write_content(JsonText& json, const Item& item) {
    switch (item.kind) {
        case Kind::image:
            json.key("photo").begin_array().begin_object();
            write_file(json, item, "");
            json.field("width", 90).field("height", 90).end_object().end_array();
            json.field("caption", item.text);
            return;
        case Kind::voice:
            json.key("voice").begin_object();
            write_file(json, item, "audio/ogg");
            json.field("duration", 3).end_object();
            return;
        case Kind::document:
            json.key("document").begin_object();
            write_file(json, item, "application/pdf");
            json.field("file_name", "invoice-7.pdf").end_object().field("caption", item.text);
            return;
        case Kind::location:
            json.key("location").begin_object().field("latitude", 4.711);
            json.field("longitude", -74.0721).end_object();
            return;
        case Kind::contacts:
            json.key("contact").begin_object().field("phone_number", "4790000000");
            json.field("first_name", item.text).end_object();
            return;
        default:
            json.field("text", item.text);
    }
}

void write_message(JsonText& json, std::string_view key, const Item& item) {
    const bool edit = item.kind == Kind::edit && !item.target.empty();
    json.key(key).begin_object();
    json.field_raw("message_id", message_id(edit ? item.target : item.external_id));
    write_user(json, "from", item);
    write_chat(json, item);
    json.field("date", item.time_s);
    if (item.kind == Kind::edit) json.field("edit_date", item.time_s);
    write_content(json, item);
    json.end_object();
}

void write_button(JsonText& json, const Item& item) {
    json.key("callback_query").begin_object().field("id", message_id(item.external_id));
    write_user(json, "from", item);
    json.key("message").begin_object().field("message_id", 60);
    write_chat(json, item);
    json.field("date", item.time_s).end_object();
    json.field("chat_instance", "ci").field("data", item.text).end_object();
}

void write_reaction(JsonText& json, const Item& item) {
    json.key("message_reaction").begin_object();
    write_chat(json, item);
    json.field_raw("message_id", message_id(item.target));
    write_user(json, "user", item);
    json.field("date", item.time_s).key("old_reaction").begin_array().end_array();
    json.key("new_reaction").begin_array().begin_object().field("type", "emoji");
    json.field("emoji", "\U0001F44D").end_object().end_array().end_object();
}

void write_blocked(JsonText& json, const Item& item) {
    json.key("my_chat_member").begin_object();
    write_chat(json, item);
    write_user(json, "from", item);
    json.field("date", item.time_s);
    json.key("old_chat_member").begin_object().field("status", "member").end_object();
    json.key("new_chat_member").begin_object().field("status", "kicked").field("until_date", 0);
    json.end_object().end_object();
}

JsonText begin_update(const Item& item) {
    JsonText json;
    json.begin_object();
    json.field_raw("update_id", message_id(item.external_id));
    return json;
}

std::string body(const Endpoint&, std::span<const Item> items) {
    const Item& item = items.front();
    JsonText json = begin_update(item);
    switch (item.kind) {
        case Kind::button:
            write_button(json, item);
            break;
        case Kind::reaction:
            write_reaction(json, item);
            break;
        case Kind::opt_out:
            write_blocked(json, item);
            break;
        case Kind::edit:
            write_message(json, "edited_message", item);
            break;
        default:
            write_message(json, "message", item);
    }
    json.end_object();
    return json.take();
}

std::string unknown_body(const Endpoint&, const Item& item) {
    JsonText json = begin_update(item);
    json.key("hologram").begin_object().field("id", "h1").end_object().end_object();
    return json.take();
}

std::string wrong_body(const Endpoint&, Prng& prng) {
    constexpr std::array<std::string_view, 4> shapes = {
        R"({"update_id":"nine","message":[]})", R"({"message":{"text":7}})", R"([1,2,3])",
        R"({"update_id":1,"message":{"message_id":{},"chat":"c","date":"today"}})"};
    return std::string(shapes[prng.below(shapes.size())]);
}

void sign(Webhook& webhook, std::string_view secret, std::int64_t) {
    webhook.headers.emplace_back("X-Telegram-Bot-Api-Secret-Token", secret);
}

}  // namespace

const Provider telegram_provider = {
    .channel = "telegram",
    .kinds = kinds,
    .batch_max = 1,
    .content_type = "application/json",
    .redelivery = {.first = std::chrono::milliseconds(0)},  // its first repeat is immediate
    .external_id = external_id,
    .body = body,
    .unknown_body = unknown_body,
    .wrong_body = wrong_body,
    .sign = sign,
};

}  // namespace postern::sim
