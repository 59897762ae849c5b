// A made-up provider for the generic `http` channel, in the document that an account without a
// `receive` template reads: JSON items, X-Postern-Signature: sha256=<hex HMAC-SHA256 of the body>.
#include <array>

#include <fmt/format.h>

#include "gateway/sim/json_text.h"
#include "gateway/sim/media.h"
#include "gateway/sim/provider.h"
#include "gateway/sim/signatures.h"

namespace postern::sim {
namespace {

constexpr std::array kinds = {Kind::text, Kind::image, Kind::status};

std::string external_id(const Item& item, std::uint64_t run) {
    return fmt::format("m-{:08x}-{}", run & 0xffffffffu, item.number);
}

void write_event(JsonText& json, const Endpoint& endpoint, const Item& item) {
    json.begin_object().field("id", item.external_id).field("time", item.time_s);
    if (item.kind == Kind::status) {
        json.field("type", "status").field("to", item.person.address).field("status", item.state);
        if (item.state == "failed") {
            json.key("error").begin_object().field("code", "1005");
            json.field("detail", "no such number").end_object();
        }
    } else {
        json.field("type", "message").field("from", item.person.address);
        json.field("name", item.person.name).field("text", item.text);
        if (item.kind == Kind::image) {
            json.key("media").begin_array().begin_object();
            json.field("url", medium_url(endpoint, item));
            json.field("mime", "image/jpeg").field("kind", "image").end_object().end_array();
        }
    }
    json.end_object();
}

std::string body(const Endpoint& endpoint, std::span<const Item> items) {
    JsonText json;
    json.begin_object().key("items").begin_array();
    for (const Item& item : items) write_event(json, endpoint, item);
    json.end_array().end_object();
    return json.take();
}

std::string unknown_body(const Endpoint&, const Item& item) {
    return fmt::format(R"({{"items":[{{"type":"hologram","id":"{}"}}]}})", item.external_id);
}

std::string wrong_body(const Endpoint&, Prng& prng) {
    constexpr std::array<std::string_view, 3> shapes = {R"({"items":"none"})", "7",
                                                        R"([{"type":"message"}])"};
    return std::string(shapes[prng.below(shapes.size())]);
}

void sign(Webhook& webhook, std::string_view secret, std::int64_t) {
    webhook.headers.emplace_back("X-Postern-Signature",
                                 "sha256=" + hmac_sha256_hex(secret, webhook.body));
}

}  // namespace

const Provider http_provider = {
    .channel = "http",
    .kinds = kinds,
    .batch_max = 20,
    .content_type = "application/json",
    .redelivery = {},
    .external_id = external_id,
    .body = body,
    .unknown_body = unknown_body,
    .wrong_body = wrong_body,
    .sign = sign,
};

}  // namespace postern::sim
