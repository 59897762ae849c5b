// The adapter: one of two signatures, whichever the request bears, then one of five decoders. See
// README.md for the provider's documents and for what an operator sets up.
#include "adapters/vonage/vonage.h"

#include <algorithm>

#include "adapters/errc.h"
#include "adapters/shared/hmac.h"
#include "adapters/vonage/decode.h"
#include "adapters/vonage/send.h"
#include "adapters/vonage/signature.h"
#include "adapters/vonage/token.h"

namespace postern::adapters::vonage {
namespace {

constexpr std::size_t secrets_max = 2;
constexpr std::size_t sha256_bytes = 32;
/// Either way, for a `sig`; ahead of us, for a token.
constexpr std::chrono::minutes clock_tolerance{5};
/// A token may be as old as Vonage's longest redelivery: whether one is signed anew is documented
/// nowhere, and a token fits its one body only, which the core takes once.
constexpr std::chrono::hours token_age_max{24};
/// Beyond the year 4000 it is no time, and would overflow in microseconds.
constexpr std::int64_t seconds_max = 64'000'000'000;

constexpr Traits traits_for(Api api) {
    Traits traits{.channel = "vonage"};
    traits.redelivers = true;  // for 24 h, until the answer is a 200
    traits.dedupe_horizon = std::chrono::hours{48};
    traits.routing_setting = api == Api::sms ? "api_key" : "application_id";
    traits.shared_credential = "signature_secret";
    traits.reply_body = "";
    return traits;
}
constexpr Traits sms_traits = traits_for(Api::sms);
constexpr Traits messages_traits = traits_for(Api::messages);

std::string_view bearer_of(const WebhookRequest& request) {
    const std::string_view header = request.header("Authorization");
    for (const std::string_view scheme : {"Bearer ", "bearer "}) {
        if (header.starts_with(scheme)) return header.substr(scheme.size());
    }
    return {};
}

std::optional<Instant> moment(std::optional<std::int64_t> seconds) {
    if (!seconds || *seconds <= 0 || *seconds > seconds_max) return std::nullopt;
    return Instant{std::chrono::seconds{*seconds}};
}

class Vonage final : public HttpAdapter {
  public:
    Vonage(const AdapterConfig& config, Api api, std::optional<Method> method)
        : secrets_(config.credential("signature_secret")),
          api_(api),
          method_(method),
          ours_(config.setting(traits().routing_setting)) {}

    const Traits& traits() const override {
        return api_ == Api::sms ? sms_traits : messages_traits;
    }

    std::optional<HandshakeReply> handshake(const WebhookRequest&) const override {
        return std::nullopt;
    }

    Verification verify(const WebhookRequest& request, Instant now) const override;
    Result<InboundBatch> decode(const WebhookRequest& request, Instant now) const override;

  private:
    Verification verify_token(std::string_view token, std::string_view body, Instant now) const;
    Verification verify_fields(const WebhookRequest& request, Instant now) const;
    RoutingId routing_of(std::string_view named) const;

    std::vector<Secret> secrets_;
    Api api_;
    std::optional<Method> method_;
    std::string ours_;
};

Verification Vonage::verify_token(std::string_view token, std::string_view body,
                                  Instant now) const {
    if (!is_signed_token(token, secrets_)) {
        return Verification::no(
            "the token is not signed (HS256) with signature_secret: it stands in Vonage's "
            "dashboard under the API key, and is not the API secret");
    }
    const Claims claims = claims_of(token);
    if (claims.issuer != "Vonage") return Verification::no("the token's iss is not Vonage");
    const auto issued = moment(claims.issued);
    if (!issued || *issued > now + clock_tolerance || *issued < now - token_age_max) {
        return Verification::no("the token's iat is too far from our clock");
    }
    if (claims.payload_hash != shared::fingerprint(body, sha256_bytes)) {
        return Verification::no("the token's payload_hash is not the digest of the body");
    }
    return Verification::ok();
}

Verification Vonage::verify_fields(const WebhookRequest& request, Instant now) const {
    const auto form = read_fields(request);
    if (!form) return Verification::no("the request is neither a form nor one JSON object");
    const std::string_view claimed = form->value("sig");
    if (claimed.empty()) {
        return Verification::no(
            "there is neither a bearer token nor a sig: signed webhooks must be switched on at "
            "Vonage (for the SMS API its support does it)");
    }
    const auto text = signed_text(form->fields());
    if (!text) return Verification::no("a field's name holds & or =, which makes any signature");
    if (!is_signed(method_, secrets_, *text, claimed)) {
        return Verification::no(
            "the sig does not match: signature_secret and signature_method must be those of "
            "Vonage's dashboard");
    }
    const auto told = moment(json::to_integer(form->value("timestamp")));
    if (!told || *told > now + clock_tolerance || *told < now - clock_tolerance) {
        return Verification::no("the timestamp is absent or too far from our clock");
    }
    return Verification::ok();
}

Verification Vonage::verify(const WebhookRequest& request, Instant now) const {
    const std::string_view token = bearer_of(request);
    if (!token.empty()) return verify_token(token, request.body, now);
    return verify_fields(request, now);
}

RoutingId Vonage::routing_of(std::string_view named) const {
    return ours_.empty() || named == ours_ ? RoutingId{} : RoutingId(named);
}

Result<InboundBatch> Vonage::decode(const WebhookRequest& request, Instant now) const {
    // The token is read first: what the body's parser gives lives until it parses again.
    const std::string_view token = bearer_of(request);
    const Claims claims = token.empty() ? Claims{} : claims_of(token);
    if (is_json(request)) {
        const auto parsed = json::parse(request.body);
        if (!parsed) return parsed.error();
        const auto root = json::as_object(*parsed);
        if (!root) return make_error_code(Errc::wrong_shape);
        if (is_event(*root)) {
            const Event event{*root, request.body,
                              routing_of(api_ == Api::sms ? claims.api_key : claims.application),
                              now};
            return decode_event(event);
        }
    }
    auto form = read_fields(request);
    if (!form) return form.error();
    Callback callback{std::move(*form), raw_fields(request), {}, now};
    const std::string_view key = callback.form.value("api-key");
    if (api_ == Api::sms) callback.routing = routing_of(key.empty() ? claims.api_key : key);
    InboundBatch batch;
    if (is_receipt(callback.form)) {
        decode_receipt(callback, batch);
    } else if (is_sms(callback.form)) {
        decode_sms(callback, batch);
    } else if (!decode_other(callback, batch)) {
        return make_error_code(Errc::wrong_shape);
    }
    return batch;
}

}  // namespace

std::unique_ptr<HttpAdapter> make(const AdapterConfig& config, std::string& problem) {
    const std::vector<Secret>& secrets = config.credential("signature_secret");
    if (secrets.empty() || secrets.size() > secrets_max ||
        std::ranges::any_of(secrets, &Secret::empty)) {
        problem =
            "credentials.signature_secret: write the signature secret of Vonage's dashboard (a "
            "second one while it is being changed); it is not the API secret";
        return nullptr;
    }
    const auto api = api_of(config.setting("api"));
    if (!api) {
        problem = "api: write \"sms\" or \"messages\"";
        return nullptr;
    }
    const std::string_view word = config.setting("signature_method");
    const auto method = method_of(word);
    if (!word.empty() && !method) {
        problem = "signature_method: write one of md5hash md5 sha1 sha256 sha512";
        return nullptr;
    }
    return std::make_unique<Vonage>(config, *api, method);
}

}  // namespace postern::adapters::vonage
