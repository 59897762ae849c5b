// WeChat Official Account webhooks: one XML message or event a POST, MsgId beyond 2^53, a signature
// in the query that covers the body only where it is encrypted.
#include <array>

#include <fmt/format.h>

#include "gateway/sim/media.h"
#include "gateway/sim/provider.h"
#include "gateway/sim/wechat_webhook.h"

namespace postern::sim {
namespace {

constexpr std::array kinds = {Kind::text,   Kind::image,   Kind::voice, Kind::location,
                              Kind::button, Kind::opt_out, Kind::opt_in};

std::string external_id(const Item& item, std::uint64_t run) {
    return std::to_string(23'000'000'000'000'000ULL + (run & 0xffffu) * 10'000'000'000ULL +
                          item.number);
}

std::string event(const Endpoint& endpoint, const Item& item, std::string_view name,
                  std::string_view key) {
    WechatXml xml(endpoint, item.person.address, item.time_s, "event");
    xml.text("Event", name).text("EventKey", key);
    return xml.end();
}

std::string body(const Endpoint& endpoint, std::span<const Item> items) {
    const Item& item = items.front();
    switch (item.kind) {
        case Kind::opt_out:
            return event(endpoint, item, "unsubscribe", "");
        case Kind::opt_in:
            return event(endpoint, item, "subscribe", "");
        case Kind::button:
            return event(endpoint, item, "CLICK", fmt::format("choice_{}", item.number));
        default:
            break;
    }
    const std::string_view type = item.kind == Kind::image      ? "image"
                                  : item.kind == Kind::voice    ? "voice"
                                  : item.kind == Kind::location ? "location"
                                                                : "text";
    WechatXml xml(endpoint, item.person.address, item.time_s, type);
    if (item.kind == Kind::image) {
        xml.text("PicUrl", medium_url(endpoint, item)).text("MediaId", medium_id(item));
    } else if (item.kind == Kind::voice) {
        xml.text("MediaId", medium_id(item)).text("Format", "amr").text("Recognition", item.text);
    } else if (item.kind == Kind::location) {
        xml.number("Location_X", "4.711000").number("Location_Y", "-74.072100");
        xml.number("Scale", "16").text("Label", item.text);
    } else {
        xml.text("Content", item.text);
    }
    xml.number("MsgId", item.external_id);
    return xml.end();
}

std::string unknown_body(const Endpoint& endpoint, const Item& item) {
    WechatXml xml(endpoint, item.person.address, item.time_s, "hologram");
    xml.text("HologramId", "h1").number("MsgId", item.external_id);
    return xml.end();
}

std::string wrong_body(const Endpoint&, Prng& prng) {
    constexpr std::array<std::string_view, 3> shapes = {
        "<xml><MsgType>text</MsgType></xml>", "<document/>",
        "<xml><ToUserName><![CDATA[gh_demo]]></ToUserName><MsgType/></xml>"};
    return std::string(shapes[prng.below(shapes.size())]);
}

}  // namespace

const Provider wechat_provider = {
    .channel = "wechat",
    .kinds = kinds,
    .batch_max = 1,
    .content_type = "text/xml",
    .redelivery = {.first = std::chrono::milliseconds(200),
                   .cap = std::chrono::milliseconds(1'000),
                   .give_up_after = std::chrono::milliseconds(15'000)},
    .external_id = external_id,
    .body = body,
    .unknown_body = unknown_body,
    .wrong_body = wrong_body,
    .sign = sign_as_wechat,
};

}  // namespace postern::sim
