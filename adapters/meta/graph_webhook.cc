// Graph's handshake and signature (Meta for Developers, "Webhooks: Getting started", v25.0).
#include "adapters/meta/graph_webhook.h"

#include "adapters/shared/form.h"
#include "adapters/shared/hmac.h"

namespace postern::adapters::meta {
namespace {

constexpr std::string_view signature_header = "X-Hub-Signature-256";
constexpr std::string_view signature_prefix = "sha256=";

HandshakeReply refusal() {
    return {403, "text/plain", {}};
}

bool one_of(std::span<const Secret> secrets, std::string_view candidate) {
    bool equal = false;
    for (const Secret& secret : secrets) equal |= secret.equals(candidate);
    return equal;
}

}  // namespace

std::optional<HandshakeReply> handshake(const WebhookRequest& request,
                                        std::span<const Secret> verify_tokens) {
    if (request.method != "GET") return std::nullopt;
    const auto query = shared::parse_form(request.query);
    if (!query || query->value("hub.mode") != "subscribe") return refusal();
    const std::string_view challenge = query->value("hub.challenge");
    if (challenge.empty()) return refusal();
    if (!one_of(verify_tokens, query->value("hub.verify_token"))) return refusal();
    return HandshakeReply{200, "text/plain", std::string(challenge)};
}

Verification verify(const WebhookRequest& request, std::span<const Secret> app_secrets) {
    const std::string_view header = request.header(signature_header);
    const bool prefixed = header.starts_with(signature_prefix);
    const std::string_view spelled =
        prefixed ? header.substr(signature_prefix.size()) : std::string_view{};
    // Every secret is tried and the body is hashed whatever the header holds: neither a missing
    // header nor a malformed one nor the place of the first difference shows in the time that we
    // take.
    bool equal = false;
    for (const Secret& secret : app_secrets) {
        equal |= shared::hmac(shared::Digest::sha256, secret, request.body).equals_hex(spelled);
    }
    if (equal) return Verification::ok();
    if (header.empty()) return Verification::no("no X-Hub-Signature-256 header");
    if (!prefixed) return Verification::no("X-Hub-Signature-256 does not begin with sha256=");
    return Verification::no("X-Hub-Signature-256 matches none of the app secrets");
}

}  // namespace postern::adapters::meta
