// Webhooks of Vonage's Messages API (version 1): messages and statuses, with a bearer token that
// signs the body.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "gateway/sim/receiver.h"
#include "gateway/sim/scenario.h"

namespace postern::sim {

/// A message, or the status of one (Kind::status).
[[nodiscard]] std::string vonage_event_body(const Endpoint& endpoint, const Item& item);
/// What became of an accepted send. False if nobody is told: a read SMS, no URL, no secret.
[[nodiscard]] bool vonage_status(const Receipt& receipt, Webhook& webhook);
/// Authorization: Bearer, HS256 under the signature secret, with the hash of the body.
void sign_vonage_event(Webhook& webhook, std::string_view secret, std::int64_t now_s);

}  // namespace postern::sim
