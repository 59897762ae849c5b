// The adapter object: traits and credentials, nothing else; decoding lives in messaging.cc and
// beside it.
#include "adapters/meta/messaging_adapter.h"

#include <algorithm>

#include "adapters/meta/graph_webhook.h"
#include "adapters/meta/messaging.h"

namespace postern::adapters::meta {
namespace {

class Messaging final : public HttpAdapter {
  public:
    Messaging(const AdapterConfig& config, const Traits& traits, std::string_view object)
        : traits_(traits),
          object_(object),
          own_id_(config.setting(traits.routing_setting)),
          app_secrets_(config.credential("app_secret")),
          verify_tokens_(config.credential("verify_token")) {}

    const Traits& traits() const override { return traits_; }

    std::optional<HandshakeReply> handshake(const WebhookRequest& request) const override {
        return meta::handshake(request, verify_tokens_);
    }

    Verification verify(const WebhookRequest& request, Instant) const override {
        return meta::verify(request, app_secrets_);
    }

    Result<InboundBatch> decode(const WebhookRequest& request, Instant now) const override {
        return decode_messaging(request.body, now, {object_, own_id_});
    }

  private:
    const Traits& traits_;
    std::string_view object_;
    std::string own_id_;
    std::vector<Secret> app_secrets_;
    std::vector<Secret> verify_tokens_;
};

}  // namespace

std::unique_ptr<HttpAdapter> make_messaging(const AdapterConfig& config, const Traits& traits,
                                            std::string_view object, std::string& problem) {
    const std::vector<Secret>& secrets = config.credential("app_secret");
    if (secrets.empty() || std::ranges::any_of(secrets, &Secret::empty)) {
        problem = "credentials.app_secret is missing: Meta signs every webhook with it";
        return nullptr;
    }
    const std::string_view id = config.setting(traits.routing_setting);
    if (!std::ranges::all_of(id, [](char c) { return c >= '0' && c <= '9'; })) {
        problem = std::string(traits.routing_setting) + " is Meta's id, digits only, not a name";
        return nullptr;
    }
    return std::make_unique<Messaging>(config, traits, object);
}

}  // namespace postern::adapters::meta
