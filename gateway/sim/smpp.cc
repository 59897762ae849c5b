// A message centre's side that delivers: one deliver_sm a message or receipt. There is no
// signature: who is bound is who he is. What is not answered with ESME_ROK comes again.
#include <array>

#include <fmt/format.h>

#include "gateway/sim/provider.h"
#include "gateway/sim/smpp_pdu.h"

namespace postern::sim {
namespace {

constexpr std::array kinds = {Kind::text, Kind::status, Kind::opt_out};
constexpr std::uint16_t tag_message_id = 0x001e;
constexpr std::uint16_t tag_payload = 0x0424;

std::string digits_of(std::string_view address) {
    return std::string(address.starts_with('+') ? address.substr(1) : address);
}

std::string external_id(const Item& item, std::uint64_t run) {
    return fmt::format("{:x}-{:x}", run & 0xffffffffffffU, item.number);
}

SmppDelivery delivery_of(const Endpoint& endpoint, const Item& item) {
    SmppDelivery out;
    out.from = digits_of(item.person.address);
    out.to = digits_of(endpoint.own_address);
    // Many centres name what they deliver, and repeat the name when they deliver it again.
    out.parameters[tag_message_id] = item.external_id + '\0';
    if (item.kind == Kind::status) {
        const int state = item.state == "failed" ? 5 : 2;
        set_receipt(out, {.id = item.external_id, .state = state, .time_s = item.time_s});
        return out;
    }
    set_text(out, item.kind == Kind::opt_out ? "STOP" : item.text);
    return out;
}

std::string body(const Endpoint& endpoint, std::span<const Item> items) {
    return delivery_body(delivery_of(endpoint, items.front()));
}

/// Octets that are no text.
std::string unknown_body(const Endpoint& endpoint, const Item& item) {
    SmppDelivery out = delivery_of(endpoint, item);
    out.parameters.erase(tag_payload);
    out.esm_class = 0;
    out.data_coding = 4;
    out.octets = "\x01\x02\x03";
    return delivery_body(out);
}

std::string wrong_body(const Endpoint&, Prng& prng) {
    std::string out;
    for (std::uint64_t i = 0; i < 30; ++i) out.push_back(static_cast<char>(1 + prng.below(255)));
    return out;
}

void sign(Webhook&, std::string_view, std::int64_t) {}

}  // namespace

const Provider smpp_provider = {
    .channel = "smpp",
    .kinds = kinds,
    .batch_max = 1,
    .content_type = "application/octet-stream",
    .redelivery = {},
    .external_id = external_id,
    .body = body,
    .unknown_body = unknown_body,
    .wrong_body = wrong_body,
    .sign = sign,
};

}  // namespace postern::sim
