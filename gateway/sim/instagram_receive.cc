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
                                 .types = false,
                                 .images_max = 10,
                                 .more_types = "like_heart MEDIA_SHARE ",
                                 .shares = true,
                                 .platform = "instagram",
                                 .image_bytes_max = 8U << 20U,
                                 .rate_subcode = 2534040,
                                 .window_subcode = 2534022,
                                 .unknown_subcode = 2534014,
                                 .unknown_words = "(#100) The requested user cannot be found."};

Call read(const net::Request& request, std::string_view path, Accounts& accounts) {
    return read_meta_send(request, path, accounts, rules);
}

std::string provider_id(const Call&, std::uint64_t number, std::uint64_t run) {
    return fmt::format("aWdfOUT{:08x}{:08X}", run & 0xffffffffu, number);
}

net::Response accept(const Call& call, std::string_view provider_id, std::int64_t) {
    return accept_meta_send(call, provider_id);
}

net::Response refuse(const Call& call, SendFault fault, std::int64_t retry_after_s) {
    return refuse_meta_send(call, fault, retry_after_s, rules);
}

bool receipt(const Receipt& receipt, Webhook& webhook) {
    const bool echo = receipt.state == "sent";
    if (!echo && receipt.state != "read") return false;
    const auto write = [&](JsonText& json) {
        if (!echo) {
            json.key("read").begin_object().field("mid", receipt.provider_id).end_object();
            return;
        }
        json.key("message").begin_object().field("mid", receipt.provider_id);
        json.field("is_echo", true).field("text", receipt.text).end_object();
    };
    return meta_receipt("instagram", receipt, write, webhook);
}

}  // namespace

const Receiver instagram_receiver = {
    .channel = "instagram",
    .read = read,
    .provider_id = provider_id,
    .accept = accept,
    .refuse = refuse,
    .refuses_later = refuses_at_once,
    .receipt = receipt,
};

}  // namespace postern::sim
