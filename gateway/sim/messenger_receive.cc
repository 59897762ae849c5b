// Messenger's Send API, the side that takes messages; after it the echo of the page's own message,
// the delivery with its ids and watermark, and the read that is a watermark alone.
#include <array>

#include <fmt/format.h>

#include "gateway/sim/meta_send.h"
#include "gateway/sim/meta_webhook.h"

namespace postern::sim {
namespace {

constexpr MetaSendRules rules = {.channel = "messenger"};

Call read(const net::Request& request, std::string_view path, Accounts& accounts) {
    return read_meta_send(request, path, accounts, rules);
}

std::string provider_id(const Call&, std::uint64_t number, std::uint64_t run) {
    return fmt::format("m_OUT{:08x}{:08X}", run & 0xffffffffu, number);
}

net::Response accept(const Call& call, std::string_view provider_id, std::int64_t) {
    return accept_meta_send(call, provider_id);
}

MetaSendError error_of(SendFault fault) {
    switch (fault) {
        case SendFault::rate_limited:
            return {429, 613, 0, "(#613) Calls to this api have exceeded the rate limit."};
        case SendFault::pair_limited:
            return {400, 4, 2018354, "(#4) Too many messages to this person"};
        case SendFault::closed_window:
            return {400, 10, 2018278, "(#10) This message is sent outside of allowed window."};
        case SendFault::blocked:
            return {400, 551, 1545041, "(#551) This person isn't available right now."};
        case SendFault::unreachable:
            return {400, 100, 2018001, "(#100) No matching user found"};
        case SendFault::revoked:
            return {401, 190, 460, "Error validating access token: the session is invalid"};
        case SendFault::unavailable:
            return {503, 2, 0, "(#2) Service temporarily unavailable"};
        default:
            return {500, 2, 0, "(#2) An unexpected error has occurred"};
    }
}

net::Response refuse(const Call& call, SendFault fault, std::int64_t retry_after_s) {
    return refuse_meta_send(call, error_of(fault), fault == SendFault::rate_limited, retry_after_s);
}

bool refuses_later(const Call&, SendFault) {
    return false;
}

void write_echo(JsonText& json, const Receipt& receipt) {
    json.key("message").begin_object().field("mid", receipt.provider_id).field("is_echo", true);
    json.field("app_id", 7001);
    if (!receipt.echo.empty()) json.field("metadata", receipt.echo);
    json.field("text", receipt.text).end_object();
}

/// What arrived and who read it is told; that it was sent, by an echo; nothing else.
bool receipt(const Receipt& receipt, Webhook& webhook) {
    const Endpoint& endpoint = *receipt.endpoint;
    if (endpoint.url.empty() || endpoint.secret.empty() || receipt.state == "failed") return false;
    MetaBody body("page", endpoint, receipt.time_ms);
    const bool echo = receipt.state == "sent";
    body.event(receipt.to, receipt.time_ms, echo, [&](JsonText& json) {
        if (echo) return write_echo(json, receipt);
        const bool read = receipt.state == "read";
        json.key(read ? "read" : "delivery").begin_object();
        if (!read) json.key("mids").begin_array().value(receipt.provider_id).end_array();
        json.field("watermark", receipt.time_ms).end_object();
    });
    webhook.endpoint = endpoint;
    webhook.body = body.end();
    webhook.headers = {{"Content-Type", "application/json"}};
    sign_as_meta(webhook, endpoint.secret, receipt.time_s);
    return true;
}

}  // namespace

const Receiver messenger_receiver = {
    .channel = "messenger",
    .read = read,
    .provider_id = provider_id,
    .accept = accept,
    .refuse = refuse,
    .refuses_later = refuses_later,
    .receipt = receipt,
};

}  // namespace postern::sim
