#include "adapters/smpp/smpp.h"

#include "adapters/smpp/inbound.h"
#include "adapters/smpp/options.h"

namespace postern::adapters::smpp {
namespace {

constexpr Traits smpp_traits = {
    .channel = "smpp",
    // What is not answered, or answered with ESME_RX_T_APPN, comes again.
    .redelivers = true,
    .dedupe_horizon = std::chrono::hours{72},
    .timestamps = false,
};

class Smpp final : public HttpAdapter {
  public:
    explicit Smpp(Charset charset) : charset_(charset) {}

    const Traits& traits() const override { return smpp_traits; }

    std::optional<HandshakeReply> handshake(const WebhookRequest&) const override {
        return std::nullopt;
    }

    Verification verify(const WebhookRequest&, Instant) const override {
        return Verification::no("SMPP has no webhooks: the centre delivers over the bind");
    }

    Result<InboundBatch> decode(const WebhookRequest& request, Instant now) const override {
        return decode_pdus(request.body, charset_, now);
    }

  private:
    Charset charset_;
};

}  // namespace

std::unique_ptr<HttpAdapter> make(const AdapterConfig& config, std::string& problem) {
    if (config.credential("password").empty() || config.credential("password").front().empty()) {
        problem = "credentials.password: write the password that the centre gave you";
        return nullptr;
    }
    const auto options = read_options(config, problem);
    if (!options) return nullptr;
    return std::make_unique<Smpp>(options->charset);
}

}  // namespace postern::adapters::smpp
