// Instagram's Send API, the side that takes messages. Nothing of the sender's comes back in an
// echo, and the one receipt is that a message was seen.
#include <fmt/format.h>

#include "gateway/sim/meta_send.h"
#include "gateway/sim/meta_webhook.h"

namespace postern::sim {
namespace {

constexpr MetaSendRules rules = {.channel = "instagram",
                                 .text_max = 1'000,
                                 .text_in_bytes = true,
                                 .metadata = false,
                                 .types = false};

Call read(const net::Request& request, std::string_view path, Accounts& accounts) {
    return read_meta_send(request, path, accounts, rules);
}

std::string provider_id(const Call&, std::uint64_t number, std::uint64_t run) {
    return fmt::format("aWdfOUT{:08x}{:08X}", run & 0xffffffffu, number);
}

net::Response accept(const Call& call, std::string_view provider_id, std::int64_t) {
    return accept_meta_send(call, provider_id);
}

MetaSendError error_of(SendFault fault) {
    switch (fault) {
        case SendFault::rate_limited:
            return {429, 613, 2534040, "(#613) Calls to this api have exceeded the rate limit."};
        case SendFault::pair_limited:
            return {400, 4, 2018354, "(#4) Too many messages to this person"};
        case SendFault::closed_window:
            return {400, 10, 2534022, "(#10) This message is sent outside of allowed window."};
        case SendFault::blocked:
            return {400, 551, 1545041, "(#551) This person isn't available right now."};
        case SendFault::unreachable:
            return {400, 100, 2534014, "(#100) The requested user cannot be found."};
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

bool receipt(const Receipt& receipt, Webhook& webhook) {
    const Endpoint& endpoint = *receipt.endpoint;
    const bool echo = receipt.state == "sent";
    if (endpoint.url.empty() || endpoint.secret.empty() || (!echo && receipt.state != "read"))
        return false;
    MetaBody body("instagram", endpoint, receipt.time_ms);
    body.event(receipt.to, receipt.time_ms, echo, [&](JsonText& json) {
        if (!echo) {
            json.key("read").begin_object().field("mid", receipt.provider_id).end_object();
            return;
        }
        json.key("message").begin_object().field("mid", receipt.provider_id);
        json.field("is_echo", true).field("text", receipt.text).end_object();
    });
    webhook.endpoint = endpoint;
    webhook.body = body.end();
    webhook.headers = {{"Content-Type", "application/json"}};
    sign_as_meta(webhook, endpoint.secret, receipt.time_s);
    return true;
}

}  // namespace

const Receiver instagram_receiver = {
    .channel = "instagram",
    .read = read,
    .provider_id = provider_id,
    .accept = accept,
    .refuse = refuse,
    .refuses_later = refuses_later,
    .receipt = receipt,
};

}  // namespace postern::sim
