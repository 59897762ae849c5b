// What all webhooks of Meta's Graph platform share: the handshake and the signature. WhatsApp uses
// it, Messenger and Instagram will. Thread: any; no state.
#pragma once

#include <optional>
#include <span>

#include "adapters/adapter.h"

namespace postern::adapters::meta {

/// GET with hub.mode, hub.challenge and hub.verify_token: the challenge as it came if the token is
/// one of ours, 403 otherwise. Not a GET: nullopt. Compared in constant time against every token.
[[nodiscard]] std::optional<HandshakeReply> handshake(const WebhookRequest& request,
                                                      std::span<const Secret> verify_tokens);

/// X-Hub-Signature-256 over the raw body, with any of the app secrets. The legacy SHA-1 header is
/// ignored: it would let an attacker choose the weaker digest. The scheme signs no time, so a
/// replay is bounded by duplicate suppression alone.
[[nodiscard]] Verification verify(const WebhookRequest& request,
                                  std::span<const Secret> app_secrets);

}  // namespace postern::adapters::meta
