#include "adapters/webchat/webchat.h"

#include <algorithm>

#include "adapters/webchat/arrival.h"
#include "adapters/webchat/form.h"
#include "adapters/webchat/origins.h"

namespace postern::adapters::webchat {
namespace {

/// A browser sends again what was not acknowledged, for a day; after that it asks its visitor.
constexpr Traits webchat_traits{.channel = "webchat",
                                .redelivers = true,
                                .dedupe_horizon = std::chrono::hours(48),
                                .timestamps = false,
                                .routing_setting = "",
                                .shared_credential = ""};

/// 128 bits of key at least: a shorter one can be guessed offline from a single token.
constexpr std::size_t secret_bytes_min = 16;

class WebChat final : public HttpAdapter {
  public:
    const Traits& traits() const override { return webchat_traits; }

    std::optional<HandshakeReply> handshake(const WebhookRequest&) const override {
        return std::nullopt;
    }
    Verification verify(const WebhookRequest&, Instant) const override {
        return Verification::no("a web chat has no webhook: visitors come to /chat/");
    }
    Result<InboundBatch> decode(const WebhookRequest& request, Instant now) const override {
        return read_arrival(request.body, now);
    }
};

}  // namespace

std::unique_ptr<HttpAdapter> make(const AdapterConfig& config, std::string& problem) {
    const std::vector<Secret>& secrets = config.credential("visitor_secret");
    const auto weak = [](const Secret& s) { return s.reveal().size() < secret_bytes_min; };
    if (secrets.empty() || std::ranges::any_of(secrets, weak)) {
        problem =
            "credentials.visitor_secret: at least 16 bytes; make one with: openssl rand -hex 32";
        return nullptr;
    }
    (void)Origins::parse(config.setting("origins"), problem);
    if (problem.empty()) (void)Form::parse(config.setting("form"), problem);
    if (!problem.empty()) return nullptr;
    return std::make_unique<WebChat>();
}

}  // namespace postern::adapters::webchat
