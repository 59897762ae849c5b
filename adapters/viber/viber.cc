// The adapter object: traits and the bot's token, nothing else; decoding lives beside it.
#include "adapters/viber/viber.h"

#include <algorithm>

#include "adapters/shared/form.h"
#include "adapters/shared/hmac.h"
#include "adapters/viber/decode.h"

namespace postern::adapters::viber {
namespace {

/// Viber repeats a callback "several times for an hour" (REST Bot API, "Re-try logic", 2026). A
/// body in a 200 is a message to the person where a conversation was started: say nothing.
constexpr Traits viber_traits{.channel = "viber",
                              .redelivers = true,
                              .dedupe_horizon = std::chrono::hours(24),
                              .routing_setting = "",
                              .shared_credential = "",
                              .reply_content_type = "text/plain",
                              .reply_body = ""};

/// In the header; older callbacks had it in the query.
std::string signature_of(const WebhookRequest& request) {
    const std::string_view header = request.header("X-Viber-Content-Signature");
    if (!header.empty()) return std::string(header);
    const auto query = shared::parse_form(request.query);
    return query ? std::string(query->value("sig")) : std::string{};
}

class Viber final : public HttpAdapter {
  public:
    explicit Viber(const AdapterConfig& config) : tokens_(config.credential("auth_token")) {}

    const Traits& traits() const override { return viber_traits; }

    /// set_webhook makes Viber send the event `webhook`, signed as any other.
    std::optional<HandshakeReply> handshake(const WebhookRequest&) const override {
        return std::nullopt;
    }

    Verification verify(const WebhookRequest& request, Instant) const override {
        const std::string signature = signature_of(request);
        if (signature.empty()) return Verification::no("no X-Viber-Content-Signature header");
        bool equal = false;
        for (const Secret& token : tokens_) {
            const shared::Mac mac = shared::hmac(shared::Digest::sha256, token, request.body);
            equal |= mac.equals_hex(signature);
        }
        if (equal) return Verification::ok();
        return Verification::no("X-Viber-Content-Signature does not fit the body and any token");
    }

    Result<InboundBatch> decode(const WebhookRequest& request, Instant now) const override {
        return viber::decode(request.body, now);
    }

  private:
    std::vector<Secret> tokens_;
};

}  // namespace

std::unique_ptr<HttpAdapter> make(const AdapterConfig& config, std::string& problem) {
    const std::vector<Secret>& tokens = config.credential("auth_token");
    const auto empty = [](const Secret& token) { return token.empty(); };
    if (tokens.empty() || std::ranges::any_of(tokens, empty)) {
        problem = "credentials.auth_token is missing: Viber signs every callback with it";
        return nullptr;
    }
    return std::make_unique<Viber>(config);
}

}  // namespace postern::adapters::viber
