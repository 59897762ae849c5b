// Viber's webhooks (REST Bot API 7.3): one event a POST, tokens beyond 2^53 as JSON numbers,
// X-Viber-Content-Signature under the bot's own token.
#include <array>

#include <fmt/format.h>

#include "gateway/sim/json_text.h"
#include "gateway/sim/media.h"
#include "gateway/sim/provider.h"
#include "gateway/sim/signatures.h"

namespace postern::sim {
namespace {

constexpr std::array kinds = {Kind::text,     Kind::image,  Kind::document, Kind::location,
                              Kind::contacts, Kind::status, Kind::opt_out,  Kind::opt_in};

constexpr std::array on_request = {Kind::opened};

std::string external_id(const Item& item, std::uint64_t run) {
    return std::to_string(5'900'000'000'000'000'000ULL + (run & 0xffffu) * 10'000'000'000ULL +
                          item.number);
}

void begin(JsonText& json, std::string_view event, const Item& item) {
    json.begin_object().field("event", event);
    json.field("timestamp", item.time_s * 1'000 + static_cast<std::int64_t>(item.number % 1'000));
    json.field_raw("message_token", item.external_id);
}

void write_person(JsonText& json, std::string_view name, const Item& item) {
    json.key(name).begin_object().field("id", item.person.address);
    json.field("name", item.person.name).field("country", "CO").field("language", "es");
    json.field("api_version", 10).end_object();
}

void write_content(JsonText& json, const Endpoint& endpoint, const Item& item) {
    json.key("message").begin_object();
    switch (item.kind) {
        case Kind::image:
            json.field("type", "picture").field("text", item.text);
            json.field("media", medium_url(endpoint, item)).field("file_name", "photo.jpg");
            break;
        case Kind::document:
            json.field("type", "file").field("media", medium_url(endpoint, item));
            json.field("file_name", "invoice-7.pdf").field("size", 2'138);
            break;
        case Kind::location:
            json.field("type", "location").key("location").begin_object();
            json.field("lat", 4.711).field("lon", -74.0721).end_object();
            break;
        case Kind::contacts:
            json.field("type", "contact").key("contact").begin_object().field("name", item.text);
            json.field("phone_number", "+4790000000").end_object();
            break;
        default:
            json.field("type", "text").field("text", item.text);
    }
    json.end_object().field("silent", false);
}

std::string body(const Endpoint& endpoint, std::span<const Item> items) {
    const Item& item = items.front();
    JsonText json;
    switch (item.kind) {
        case Kind::status: {
            const std::string_view event = item.state == "read"     ? "seen"
                                           : item.state == "failed" ? "failed"
                                                                    : "delivered";
            begin(json, event, item);
            json.field("user_id", item.person.address);
            if (event == "failed") json.field("desc", "message is not supported");
            break;
        }
        case Kind::opt_out:
            begin(json, "unsubscribed", item);
            json.field("user_id", item.person.address);
            break;
        case Kind::opened:
            begin(json, "conversation_started", item);
            json.field("type", "open").field("context", item.text);
            write_person(json, "user", item);
            json.field("subscribed", false);
            break;
        case Kind::opt_in:
            begin(json, "subscribed", item);
            write_person(json, "user", item);
            break;
        default:
            begin(json, "message", item);
            write_person(json, "sender", item);
            write_content(json, endpoint, item);
    }
    return json.end_object().take();
}

std::string unknown_body(const Endpoint&, const Item& item) {
    JsonText json;
    begin(json, "hologram", item);
    return json.field("user_id", item.person.address).end_object().take();
}

std::string wrong_body(const Endpoint&, Prng& prng) {
    constexpr std::array<std::string_view, 3> shapes = {
        R"({"event":"message","message":"none","timestamp":1767225600000})",
        R"({"event":7,"timestamp":1767225600000})", "[]"};
    return std::string(shapes[prng.below(shapes.size())]);
}

void sign(Webhook& webhook, std::string_view secret, std::int64_t) {
    webhook.headers.emplace_back("X-Viber-Content-Signature",
                                 hmac_sha256_hex(secret, webhook.body));
}

}  // namespace

const Provider viber_provider = {
    .channel = "viber",
    .kinds = kinds,
    .on_request = on_request,
    .batch_max = 1,
    .content_type = "application/json",
    .redelivery = {},
    .external_id = external_id,
    .body = body,
    .unknown_body = unknown_body,
    .wrong_body = wrong_body,
    .sign = sign,
};

}  // namespace postern::sim
