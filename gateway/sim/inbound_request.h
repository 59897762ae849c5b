// The body of POST /_sim/inbound, read and turned into the webhooks that it asks for.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/sim/stream.h"

namespace postern::sim {

struct InboundRequest {
    Endpoint endpoint;
    Wish wish;
    std::uint32_t count = 1;       // items
    std::uint32_t batch = 1;       // items a body, at most what the provider batches
    std::uint32_t duplicates = 0;  // webhooks that are sent once more, after all
    std::uint32_t garbage = 0;     // defective ones, the defects in turn
    bool wait = true;              // answer when all is answered
};

/// Fields: channel, account, kind, from, name, text, secret (or app_secret, secret_token,
/// auth_token), phone_number_id or account_sid, to, public_url, url, token, aes_key,
/// application_id, public_key, count, batch, duplicates, garbage, wait. `known` are the accounts of
/// the command line: one of them fills what the body leaves out.
[[nodiscard]] bool parse_inbound(std::string_view json, const std::vector<Endpoint>& known,
                                 InboundRequest& request, std::string& problem);

/// The webhooks in the order of sending. Without kind, from and text, several items are drawn by
/// seed.
[[nodiscard]] std::vector<Webhook> plan_inbound(const InboundRequest& request, Stream& stream);

}  // namespace postern::sim
