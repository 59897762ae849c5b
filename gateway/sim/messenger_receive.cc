// Messenger's Send API, the side that takes messages; after it the echo of the page's own message,
// the delivery with its ids and watermark, and the read that is a watermark alone.
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

net::Response refuse(const Call& call, SendFault fault, std::int64_t retry_after_s) {
    return refuse_meta_send(call, fault, retry_after_s, rules);
}

void write_echo(JsonText& json, const Receipt& receipt) {
    json.key("message").begin_object().field("mid", receipt.provider_id).field("is_echo", true);
    json.field("app_id", 7001);
    if (!receipt.echo.empty()) json.field("metadata", receipt.echo);
    json.field("text", receipt.text).end_object();
}

/// What arrived and who read it is told; that it was sent, by an echo; nothing else.
bool receipt(const Receipt& receipt, Webhook& webhook) {
    if (receipt.state == "failed") return false;
    const auto write = [&](JsonText& json) {
        if (receipt.state == "sent") return write_echo(json, receipt);
        const bool read = receipt.state == "read";
        json.key(read ? "read" : "delivery").begin_object();
        if (!read) json.key("mids").begin_array().value(receipt.provider_id).end_array();
        json.field("watermark", receipt.time_ms).end_object();
    };
    return meta_receipt("page", receipt, write, webhook);
}

}  // namespace

const Receiver messenger_receiver = {
    .channel = "messenger",
    .read = read,
    .provider_id = provider_id,
    .accept = accept,
    .refuse = refuse,
    .refuses_later = refuses_at_once,
    .receipt = receipt,
};

}  // namespace postern::sim
