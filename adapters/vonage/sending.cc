// The way out as an object: one sender at one of Vonage's two APIs.
#include <algorithm>
#include <array>

#include "adapters/errc.h"
#include "adapters/shared/encoding.h"
#include "adapters/shared/endpoint.h"
#include "adapters/vonage/send.h"
#include "adapters/vonage/token.h"

namespace postern::adapters::vonage {
namespace {

constexpr std::string_view usual_sms_base = "https://rest.nexmo.com";
constexpr std::string_view usual_messages_base = "https://api.nexmo.com";
constexpr std::string_view token_begins = "eyJ";

/// Neither API has a key that makes a resend safe. Marking as read wants the host of the person's
/// region, and a token for which that call brings no time.
constexpr SendTraits vonage_send_traits{.echo = true,
                                        .idempotent = false,
                                        .receipts = true,
                                        .typing = false,
                                        .mark_read = false,
                                        .templates = false};
constexpr SendTraits whatsapp_send_traits{.echo = true,
                                          .idempotent = false,
                                          .receipts = true,
                                          .typing = false,
                                          .mark_read = false,
                                          .templates = true,
                                          .media_rules = "whatsapp"};
constexpr SendTraits mms_send_traits{.echo = true,
                                     .idempotent = false,
                                     .receipts = true,
                                     .typing = false,
                                     .mark_read = false,
                                     .templates = false,
                                     .media_rules = "vonage/mms"};
constexpr SendTraits messenger_send_traits{.echo = true,
                                           .idempotent = false,
                                           .receipts = true,
                                           .typing = false,
                                           .mark_read = false,
                                           .templates = false,
                                           .media_rules = "messenger"};

class Sending final : public SendingAdapter {
  public:
    Sending(const AdapterConfig& config, From from, Proof proof,
            std::unique_ptr<ApplicationKey> key)
        : from_(std::move(from)),
          proof_(std::move(proof)),
          key_(std::move(key)),
          application_(config.setting("application_id")),
          struck_out_(config.credential("api_secret")) {
        const bool sms = from_.api == Api::sms;
        url_ = shared::base_url(config, sms ? usual_sms_base : usual_messages_base) +
               (sms ? "/sms/json" : "/v1/messages");
        const auto& signing = config.credential("signature_secret");
        struck_out_.insert(struck_out_.end(), signing.begin(), signing.end());
        if (key_ || sms) return;
        basic_ = "Basic " +
                 shared::to_base64(proof_.api_key + ":" + std::string(proof_.api_secret.reveal()));
        // A complaint may repeat the header, where the secret stands encoded.
        struck_out_.emplace_back(basic_.substr(6));
    }

    const SendTraits& send_traits() const override {
        if (from_.carrier == Carrier::whatsapp) return whatsapp_send_traits;
        if (from_.carrier == Carrier::mms) return mms_send_traits;
        return from_.carrier == Carrier::messenger ? messenger_send_traits : vonage_send_traits;
    }

    std::optional<FieldProblem> check(const OutboundContent& content) const override {
        return vonage::check(from_, content);
    }

    Result<SendStep> first_step(const SendRequest& request) const override {
        if (recipient_of(from_, request.to).empty() || vonage::check(from_, request.content)) {
            return make_error_code(Errc::unsendable);
        }
        ProviderCall call;
        call.url = url_;
        call.headers.reserve(2);
        if (from_.api == Api::sms) {
            call.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
            call.body = sms_form(from_, proof_, request);
            return SendStep{std::move(call), true};
        }
        const std::string_view unique = request.echo.empty() ? request.to : request.echo;
        std::string token = key_ ? key_->token(application_, request.now, unique) : std::string{};
        if (key_ && token.empty()) return make_error_code(Errc::unsendable);
        call.headers.emplace_back("Authorization", key_ ? "Bearer " + token : basic_);
        call.headers.emplace_back("Content-Type", "application/json");
        call.body = message_body(from_, request);
        return SendStep{std::move(call), true};
    }

    std::variant<SendStep, SendOutcome> answered(const SendRequest& request, std::size_t,
                                                 const ProviderAnswer& answer) const override {
        if (from_.api == Api::sms) return classify_sms(answer, request.now, struck_out_);
        // The token of this very request is made again where the answer may hold one.
        if (!key_ || answer.body.find(token_begins) == std::string_view::npos) {
            return classify_message(answer, request.now, struck_out_);
        }
        std::vector<Secret> with_token = struck_out_;
        const std::string_view unique = request.echo.empty() ? request.to : request.echo;
        with_token.emplace_back(key_->token(application_, request.now, unique));
        return classify_message(answer, request.now, with_token);
    }

    std::optional<ProviderCall> typing(std::string_view, std::string_view) const override {
        return std::nullopt;
    }
    std::optional<ProviderCall> mark_read(std::string_view, const LastMessage&) const override {
        return std::nullopt;
    }

  private:
    From from_;
    Proof proof_;
    std::unique_ptr<ApplicationKey> key_;  // null: Basic, or the SMS API
    std::string application_;
    std::vector<Secret> struck_out_;
    std::string url_;
    std::string basic_;
};

std::string problem_of_sms(const Proof& proof, std::string_view method) {
    if (proof.api_key.empty()) return "api_key is missing: messages are sent from it";
    if (!proof.api_secret.empty()) return {};
    if (!proof.signature_secret.empty() && method_of(method)) return {};
    return "credentials.api_secret: write the API secret, or signature_method beside "
           "credentials.signature_secret, and requests are signed";
}

/// A public id in a JSON body and in a token.
bool is_id(std::string_view id) {
    return !id.empty() && id.size() <= 64 && shared::is_printable_ascii(id);
}

}  // namespace

std::optional<Api> api_of(std::string_view word) {
    if (word.empty() || word == "sms") return Api::sms;
    if (word == "messages") return Api::messages;
    return std::nullopt;
}

std::string_view to_string(Carrier carrier) {
    static constexpr std::array<std::string_view, 6> words = {
        "sms", "mms", "whatsapp", "messenger", "viber_service", "rcs"};
    return words[static_cast<std::size_t>(carrier)];
}

std::unique_ptr<SendingAdapter> make_sending(const AdapterConfig& config, std::string& problem) {
    if (config.setting("from").empty()) return nullptr;
    const auto api = api_of(config.setting("api"));
    if (!api) {
        problem = "api: write \"sms\" or \"messages\"";
        return nullptr;
    }
    auto from = from_of(*api, config.setting("from"));
    if (!from) {
        problem =
            "from: write the number or name that sends; with api = \"messages\" a word may stand "
            "before it: \"mms:\", \"whatsapp:\", \"messenger:\" or \"viber:\"";
        return nullptr;
    }
    const std::string_view word = config.setting("signature_method");
    Proof proof{std::string(config.setting("api_key")), shared::newest(config, "api_secret"),
                shared::newest(config, "signature_secret"),
                method_of(word).value_or(Method::sha256)};
    const Secret pem = shared::newest(config, "private_key");
    std::unique_ptr<ApplicationKey> key;
    if (*api == Api::sms) {
        problem = problem_of_sms(proof, word);
    } else if (!pem.empty()) {
        key = ApplicationKey::parse(pem);
        if (!key) {
            problem =
                "credentials.private_key: this is no RSA private key of 2,048 bits or more in PEM "
                "without a passphrase; download the application's key from Vonage's dashboard";
        } else if (!is_id(config.setting("application_id"))) {
            problem = "application_id is missing: its private key signs the requests";
        }
    } else if (proof.api_key.empty() || proof.api_secret.empty()) {
        problem =
            "credentials.private_key: write the application's private key (PEM), or api_key and "
            "credentials.api_secret, and requests go with Basic authentication";
    }
    if (!problem.empty()) return nullptr;
    return std::make_unique<Sending>(config, std::move(*from), std::move(proof), std::move(key));
}

}  // namespace postern::adapters::vonage
