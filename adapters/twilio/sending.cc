// The way out as an object: one sender of one Twilio account.
#include <algorithm>

#include "adapters/errc.h"
#include "adapters/shared/encoding.h"
#include "adapters/shared/endpoint.h"
#include "adapters/twilio/send.h"

namespace postern::adapters::twilio {
namespace {

constexpr std::string_view usual_base = "https://api.twilio.com";

/// The echo comes back where the gateway has a public URL to give for status callbacks. Twilio has
/// no key that makes a resend safe.
constexpr SendTraits twilio_send_traits{.echo = true,
                                        .idempotent = false,
                                        .receipts = true,
                                        .typing = false,
                                        .mark_read = false,
                                        .templates = true};

SendTraits traits_of(const From& from) {
    SendTraits traits = twilio_send_traits;
    if (from.prefix == "whatsapp:") traits.media_rules = "twilio/whatsapp";
    if (from.prefix == "rcs:") traits.media_rules = "twilio/rcs";
    return traits;
}

class Sending final : public SendingAdapter {
  public:
    Sending(const AdapterConfig& config, From from)
        : tokens_(config.credential("auth_token")),
          from_(std::move(from)),
          traits_(traits_of(from_)) {
        const std::string sid(config.setting("account_sid"));
        url_ =
            shared::base_url(config, usual_base) + "/2010-04-01/Accounts/" + sid + "/Messages.json";
        basic_ = shared::to_base64(sid + ":" + std::string(tokens_.front().reveal()));
        // A complaint may repeat the header, where the token stands encoded.
        struck_out_ = tokens_;
        struck_out_.emplace_back(basic_);
    }

    const SendTraits& send_traits() const override { return traits_; }

    std::optional<FieldProblem> check(const OutboundContent& content) const override {
        return twilio::check(from_, content);
    }

    Result<SendStep> first_step(const SendRequest& request) const override {
        if (request.to.empty() || twilio::check(from_, request.content)) {
            return make_error_code(Errc::unsendable);
        }
        ProviderCall call;
        call.url = url_;
        call.headers.reserve(2);
        call.headers.emplace_back("Authorization", "Basic " + basic_);
        call.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
        call.body = message_form(from_, request);
        return SendStep{std::move(call), true};
    }

    std::variant<SendStep, SendOutcome> answered(const SendRequest& request, std::size_t,
                                                 const ProviderAnswer& answer) const override {
        return classify(answer, request.now, struck_out_);
    }

    std::optional<ProviderCall> typing(std::string_view, std::string_view) const override {
        return std::nullopt;
    }
    std::optional<ProviderCall> mark_read(std::string_view, const LastMessage&) const override {
        return std::nullopt;
    }

  private:
    std::vector<Secret> tokens_;
    std::vector<Secret> struck_out_;
    From from_;
    SendTraits traits_;
    std::string url_;
    std::string basic_;
};

bool is_sid(std::string_view sid) {
    return !sid.empty() && std::ranges::all_of(sid, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    });
}

}  // namespace

std::unique_ptr<SendingAdapter> make_sending(const AdapterConfig& config, std::string& problem) {
    From from{std::string(config.setting("from")),
              std::string(config.setting("messaging_service_sid")),
              {}};
    if (from.from.empty() && from.messaging_service_sid.empty()) return nullptr;
    const std::size_t colon = from.from.find(':');
    if (colon != std::string::npos) from.prefix = from.from.substr(0, colon + 1);
    const std::vector<Secret>& tokens = config.credential("auth_token");
    if (tokens.empty() || tokens.front().empty()) {
        problem = "credentials.auth_token: write the account's Auth Token";
        return nullptr;
    }
    if (!is_sid(config.setting("account_sid"))) {
        problem =
            "account_sid is missing: write the account's SID, AC… (messages are sent from it)";
        return nullptr;
    }
    return std::make_unique<Sending>(config, std::move(from));
}

}  // namespace postern::adapters::twilio
