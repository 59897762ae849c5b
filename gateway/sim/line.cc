// LINE Messaging API webhooks: `destination` and events, X-Line-Signature over the bytes. LINE
// tells of no receipt; a block is an unfollow.
#include <array>

#include <fmt/format.h>

#include "gateway/sim/json_text.h"
#include "gateway/sim/line.h"
#include "gateway/sim/provider.h"
#include "gateway/sim/signatures.h"

namespace postern::sim {
namespace {

constexpr std::array kinds = {Kind::text,       Kind::image,    Kind::voice,
                              Kind::document,   Kind::location, Kind::button,
                              Kind::group_text, Kind::opt_out,  Kind::opt_in};

/// The last digit is that of the medium that the content endpoint serves (media.h).
char medium_digit(Kind kind) {
    switch (kind) {
        case Kind::image:
            return '1';
        case Kind::voice:
            return '2';
        case Kind::document:
            return '3';
        default:
            return '0';
    }
}

std::string external_id(const Item& item, std::uint64_t run) {
    return fmt::format("5{:05}{:09}{}", run % 100'000, item.number, medium_digit(item.kind));
}

std::string group_id(const Person& person) {
    return fmt::format("C{:032x}", person.number % 7);
}

/// userId: "U" and 32 hexadecimal digits.
std::string user_id(const Person& person) {
    if (person.address.starts_with('U')) return person.address;
    return fmt::format("U{:0>32}", person.address);
}

std::string event_id(const Item& item) {
    return fmt::format("01JGFJJZ{:0>18}", item.external_id);
}

void write_message(JsonText& json, const Item& item) {
    json.key("message").begin_object().field("id", item.external_id);
    switch (item.kind) {
        case Kind::image:
        case Kind::voice:
            json.field("type", item.kind == Kind::image ? "image" : "audio");
            if (item.kind == Kind::voice) json.field("duration", 4'000);
            json.key("contentProvider").begin_object().field("type", "line").end_object();
            break;
        case Kind::document:
            json.field("type", "file").field("fileName", "invoice-7.pdf").field("fileSize", 2'138);
            break;
        case Kind::location:
            json.field("type", "location").field("title", item.text);
            json.field("address", "Carrera 7 # 26-20");
            json.field("latitude", 4.711).field("longitude", -74.0721);
            break;
        default:
            json.field("type", "text").field("text", item.text);
            json.field("quoteToken", "qt" + item.external_id);
    }
    json.field("markAsReadToken", line_read_token(item));
    json.end_object();
}

void write_event(JsonText& json, const Item& item) {
    const std::string_view type = item.kind == Kind::opt_out  ? "unfollow"
                                  : item.kind == Kind::opt_in ? "follow"
                                  : item.kind == Kind::button ? "postback"
                                                              : "message";
    json.begin_object().field("type", type).field("mode", "active");
    json.field("timestamp", item.time_s * 1'000 + static_cast<std::int64_t>(item.number % 1'000));
    json.key("source").begin_object();
    const bool group = item.kind == Kind::group_text;
    json.field("type", group ? "group" : "user");
    if (group) json.field("groupId", group_id(item.person));
    json.field("userId", user_id(item.person)).end_object();
    json.field("webhookEventId", event_id(item));
    json.key("deliveryContext").begin_object().field("isRedelivery", false).end_object();
    const std::string token = line_reply_token(item);
    if (!token.empty()) json.field("replyToken", token);
    if (type == "follow") json.key("follow").begin_object().field("isUnblocked", true).end_object();
    if (type == "postback") {
        json.key("postback").begin_object();
        json.field("data", fmt::format("choice_{}", item.number)).end_object();
    }
    if (type == "message") write_message(json, item);
    json.end_object();
}

std::string body(const Endpoint& endpoint, std::span<const Item> items) {
    JsonText json;
    json.begin_object().field("destination", endpoint.own_id).key("events").begin_array();
    for (const Item& item : items) write_event(json, item);
    json.end_array().end_object();
    return json.take();
}

std::string unknown_body(const Endpoint& endpoint, const Item& item) {
    JsonText json;
    json.begin_object().field("destination", endpoint.own_id).key("events").begin_array();
    json.begin_object().field("type", "hologram").field("mode", "active");
    json.field("timestamp", item.time_s * 1'000).field("webhookEventId", event_id(item));
    json.key("source").begin_object().field("type", "user").field("userId", user_id(item.person));
    json.end_object().end_object().end_array().end_object();
    return json.take();
}

std::string wrong_body(const Endpoint& endpoint, Prng& prng) {
    constexpr std::array<std::string_view, 3> events = {R"("none")", R"({"type":"message"})",
                                                        R"(["message"])"};
    return fmt::format(R"({{"destination":"{}","events":{}}})", endpoint.own_id,
                       events[prng.below(events.size())]);
}

void sign(Webhook& webhook, std::string_view secret, std::int64_t) {
    webhook.headers.emplace_back("X-Line-Signature", hmac_sha256_base64(secret, webhook.body));
    webhook.headers.emplace_back("User-Agent", "LineBotWebhook/2.0");
}

}  // namespace

std::string line_chat(const Item& item) {
    return item.kind == Kind::group_text ? group_id(item.person) : user_id(item.person);
}

std::string line_reply_token(const Item& item) {
    return item.kind == Kind::opt_out ? std::string() : "rt" + item.external_id;
}

std::string line_read_token(const Item& item) {
    const bool message =
        item.kind != Kind::opt_out && item.kind != Kind::opt_in && item.kind != Kind::button;
    return message ? "mr" + item.external_id : std::string();
}

const Provider line_provider = {
    .channel = "line",
    .kinds = kinds,
    .batch_max = 10,
    .content_type = "application/json; charset=utf-8",
    .redelivery = {},
    .external_id = external_id,
    .body = body,
    .unknown_body = unknown_body,
    .wrong_body = wrong_body,
    .sign = sign,
};

}  // namespace postern::sim
