// The adapter object: traits and credentials, nothing else; decoding lives in decode.cc and beside
// it.
#include "adapters/whatsapp/whatsapp.h"

#include <algorithm>

#include "adapters/meta/graph_webhook.h"
#include "adapters/whatsapp/decode.h"

namespace postern::adapters::whatsapp {
namespace {

/// Meta redelivers for up to 7 days ("Webhooks: Getting started", 2026); a day more for its clock.
constexpr Traits whatsapp_traits{.channel = "whatsapp",
                                 .redelivers = true,
                                 .dedupe_horizon = std::chrono::hours(8 * 24),
                                 .routing_setting = "phone_number_id",
                                 .shared_credential = "app_secret",
                                 .reply_content_type = "text/plain",
                                 .reply_body = ""};

class WhatsApp final : public HttpAdapter {
  public:
    explicit WhatsApp(const AdapterConfig& config)
        : app_secrets_(config.credential("app_secret")),
          verify_tokens_(config.credential("verify_token")) {}

    const Traits& traits() const override { return whatsapp_traits; }

    std::optional<HandshakeReply> handshake(const WebhookRequest& request) const override {
        return meta::handshake(request, verify_tokens_);
    }

    Verification verify(const WebhookRequest& request, Instant) const override {
        return meta::verify(request, app_secrets_);
    }

    Result<InboundBatch> decode(const WebhookRequest& request, Instant now) const override {
        return whatsapp::decode(request.body, now);
    }

  private:
    std::vector<Secret> app_secrets_;
    std::vector<Secret> verify_tokens_;
};

bool empty_or_missing(const std::vector<Secret>& secrets) {
    return secrets.empty() ||
           std::any_of(secrets.begin(), secrets.end(), [](const Secret& s) { return s.empty(); });
}

}  // namespace

std::unique_ptr<HttpAdapter> make(const AdapterConfig& config, std::string& problem) {
    if (empty_or_missing(config.credential("app_secret"))) {
        problem = "credentials.app_secret is missing: Meta signs every webhook with it";
        return nullptr;
    }
    const std::string_view number = config.setting("phone_number_id");
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (!std::all_of(number.begin(), number.end(), digit)) {
        problem = "phone_number_id is Meta's id of the number, digits only, not the number itself";
        return nullptr;
    }
    return std::make_unique<WhatsApp>(config);
}

}  // namespace postern::adapters::whatsapp
