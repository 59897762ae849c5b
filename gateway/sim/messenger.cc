// Messenger webhooks (Graph v25.0): a page's events, receipts by watermark, echoes of what the page
// itself sent, permissions for marketing as optins.
#include <array>

#include <fmt/format.h>

#include "gateway/sim/meta_webhook.h"

namespace postern::sim {
namespace {

constexpr std::array kinds = {Kind::text,   Kind::image,   Kind::voice,  Kind::document,
                              Kind::button, Kind::edit,    Kind::status, Kind::reaction,
                              Kind::echo,   Kind::opt_out, Kind::opt_in};

std::string external_id(const Item& item, std::uint64_t run) {
    return fmt::format("m_SIM{:08x}{:08X}", run & 0xffffffffu, item.number);
}

void write_optin(JsonText& json, const Item& item, std::string_view status) {
    json.key("optin").begin_object().field("type", "notification_messages");
    json.field("notification_messages_token", fmt::format("nt{}", item.person.number));
    json.field("notification_messages_status", status).field("payload", item.text);
    json.field("title", "News").end_object();
}

/// There is no receipt «sent» and none of a failure.
void write_receipt(JsonText& json, const Item& item) {
    const std::int64_t until_ms = item.time_s * 1'000;
    if (item.state == "read") {
        json.key("read").begin_object().field("watermark", until_ms).end_object();
        return;
    }
    json.key("delivery").begin_object().key("mids").begin_array().value(item.external_id);
    json.end_array().field("watermark", until_ms).end_object();
}

std::string body(const Endpoint& endpoint, std::span<const Item> items) {
    MetaBody body("page", endpoint, items.back().time_s * 1'000 + 400);
    for (const Item& item : items) {
        const auto write = [&](JsonText& json) {
            switch (item.kind) {
                case Kind::status:
                    return write_receipt(json, item);
                case Kind::opt_out:
                    return write_optin(json, item, "STOP_NOTIFICATIONS");
                case Kind::opt_in:
                    return write_optin(json, item, "RESUME_NOTIFICATIONS");
                default:
                    return write_meta_item(json, endpoint, item);
            }
        };
        body.event(item.person.address, item.time_s * 1'000 + static_cast<int>(item.number % 1'000),
                   item.kind == Kind::echo, write);
    }
    return body.end();
}

std::string unknown_body(const Endpoint& endpoint, const Item& item) {
    MetaBody body("page", endpoint, item.time_s * 1'000);
    body.event(item.person.address, item.time_s * 1'000, false, [&](JsonText& json) {
        json.key("hologram").begin_object().field("id", item.external_id).end_object();
    });
    return body.end();
}

std::string wrong_body(const Endpoint& endpoint, Prng& prng) {
    return meta_wrong_body("page", endpoint, prng);
}

}  // namespace

const Provider messenger_provider = {
    .channel = "messenger",
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
