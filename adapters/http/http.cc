// The adapter: the document of the account and its secrets; the work is in verify.cc and decode.cc.
#include "adapters/http/http.h"

#include <algorithm>

#include "adapters/http/decode.h"
#include "adapters/http/receive.h"
#include "adapters/http/verify.h"

namespace postern::adapters::http {
namespace {

class Http final : public HttpAdapter {
  public:
    Http(Receive receive, std::vector<Secret> secrets)
        : receive_(std::move(receive)),
          secrets_(std::move(secrets)),
          traits_{.channel = "http",
                  .redelivers = true,
                  .dedupe_horizon = std::chrono::hours{48},
                  .routing_setting = {},
                  .shared_credential = {},
                  .reply_content_type = receive_.reply_type,
                  .reply_body = receive_.reply_body} {}
    Http(const Http&) = delete;  // traits_ points into receive_
    Http& operator=(const Http&) = delete;

    const Traits& traits() const override { return traits_; }

    std::optional<HandshakeReply> handshake(const WebhookRequest&) const override {
        return std::nullopt;
    }

    Verification verify(const WebhookRequest& request, Instant now) const override {
        return http::verify(receive_.verify, secrets_, request, now);
    }

    Result<InboundBatch> decode(const WebhookRequest& request, Instant now) const override {
        return http::decode(receive_, request, now);
    }

  private:
    Receive receive_;
    std::vector<Secret> secrets_;
    Traits traits_;
};

}  // namespace

std::unique_ptr<HttpAdapter> make(const AdapterConfig& config, std::string& problem) {
    Receive receive = parse_receive(config.setting("receive"), problem);
    const std::string_view address = config.setting("address");
    if (problem.empty() && !address.empty() && address != "phone" && address != "opaque") {
        problem = "address: write one of opaque phone";
    }
    if (address == "phone") receive.phone_addresses = true;
    const std::vector<Secret>& secrets = config.credential("secret");
    // An account that only sends needs no secret: then every webhook is refused.
    const bool receives = !config.setting("receive").empty();
    const bool usable = !secrets.empty() && std::ranges::none_of(secrets, &Secret::empty);
    if (problem.empty() && receives && !usable && receive.verify.kind != VerifyKind::none) {
        problem =
            "credentials.secret: write the secret that the provider signs with, or set "
            "receive.verify.type = \"none\" if webhooks shall be accepted from anybody";
    }
    if (!problem.empty()) return nullptr;
    return std::make_unique<Http>(std::move(receive), secrets);
}

}  // namespace postern::adapters::http
