// The adapter object: traits and the channel secret, nothing else; decoding lives beside it.
#include "adapters/line/line.h"

#include <algorithm>

#include "adapters/line/decode.h"
#include "adapters/shared/hmac.h"

namespace postern::adapters::line {
namespace {

/// Redelivery is off unless somebody switched it on in the console, so what we refuse may be lost.
/// Where it is on, LINE does not say for how long it repeats an event ("Receive messages
/// (webhook)", 2026): three days are more than anybody reported.
constexpr Traits line_traits{.channel = "line",
                             .redelivers = false,
                             .dedupe_horizon = std::chrono::hours(72),
                             .routing_setting = "",
                             .shared_credential = "",
                             .reply_content_type = "text/plain",
                             .reply_body = ""};

class Line final : public HttpAdapter {
  public:
    explicit Line(const AdapterConfig& config) : secrets_(config.credential("channel_secret")) {}

    const Traits& traits() const override { return line_traits; }

    /// The console's «Verify» is a signed webhook without events: an ordinary one.
    std::optional<HandshakeReply> handshake(const WebhookRequest&) const override {
        return std::nullopt;
    }

    Verification verify(const WebhookRequest& request, Instant) const override {
        const std::string_view signature = request.header("X-Line-Signature");
        if (signature.empty()) return Verification::no("no X-Line-Signature header");
        bool equal = false;
        for (const Secret& secret : secrets_) {
            const shared::Mac mac = shared::hmac(shared::Digest::sha256, secret, request.body);
            equal |= mac.equals_base64(signature);
        }
        if (equal) return Verification::ok();
        return Verification::no("X-Line-Signature does not fit the body and any channel secret");
    }

    Result<InboundBatch> decode(const WebhookRequest& request, Instant now) const override {
        return line::decode(request.body, now);
    }

  private:
    std::vector<Secret> secrets_;
};

}  // namespace

std::unique_ptr<HttpAdapter> make(const AdapterConfig& config, std::string& problem) {
    const std::vector<Secret>& secrets = config.credential("channel_secret");
    const auto empty = [](const Secret& secret) { return secret.empty(); };
    if (secrets.empty() || std::ranges::any_of(secrets, empty)) {
        problem = "credentials.channel_secret is missing: LINE signs every webhook with it";
        return nullptr;
    }
    return std::make_unique<Line>(config);
}

}  // namespace postern::adapters::line
