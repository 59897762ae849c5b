// Instagram messaging webhooks (Graph v25.0): Messenger's envelope under another object; the one
// receipt names the last message that was seen; deletions are told.
#include <array>

#include <fmt/format.h>

#include "gateway/sim/meta_webhook.h"

namespace postern::sim {
namespace {

constexpr std::array kinds = {Kind::text,   Kind::image,    Kind::voice,  Kind::document,
                              Kind::button, Kind::reaction, Kind::status, Kind::echo};

std::string external_id(const Item& item, std::uint64_t run) {
    return fmt::format("aWdfSIM{:08x}{:08X}", run & 0xffffffffu, item.number);
}

std::string body(const Endpoint& endpoint, std::span<const Item> items) {
    MetaBody body("instagram", endpoint, items.back().time_s * 1'000 + 400);
    for (const Item& item : items) {
        const auto write = [&](JsonText& json) {
            if (item.kind != Kind::status) return write_meta_item(json, endpoint, item);
            json.key("read").begin_object().field("mid", item.external_id).end_object();
        };
        body.event(item.person.address, item.time_s * 1'000 + static_cast<int>(item.number % 1'000),
                   item.kind == Kind::echo, write);
    }
    return body.end();
}

std::string unknown_body(const Endpoint& endpoint, const Item& item) {
    MetaBody body("instagram", endpoint, item.time_s * 1'000);
    body.event(item.person.address, item.time_s * 1'000, false, [&](JsonText& json) {
        json.key("message").begin_object().field("mid", item.external_id);
        json.field("is_unsupported", true).end_object();
    });
    return body.end();
}

std::string wrong_body(const Endpoint& endpoint, Prng& prng) {
    return meta_wrong_body("instagram", endpoint, prng);
}

}  // namespace

const Provider instagram_provider = {
    .channel = "instagram",
    .kinds = kinds,
    .batch_max = 10,
    .content_type = "application/json",
    .redelivery = {},
    .external_id = external_id,
    .body = body,
    .unknown_body = unknown_body,
    .wrong_body = wrong_body,
    .sign = sign_as_meta,
};

}  // namespace postern::sim
