// The adapter: signature over URL and fields, then one of four decoders. See README.md for the
// provider's documents and for what an operator sets up.
#include "adapters/twilio/twilio.h"

#include <algorithm>

#include "adapters/errc.h"
#include "adapters/shared/hmac.h"
#include "adapters/shared/utf8.h"
#include "adapters/twilio/decode.h"
#include "adapters/twilio/send.h"
#include "adapters/twilio/signature.h"

namespace postern::adapters::twilio {
namespace {

constexpr std::size_t tokens_max = 2;
constexpr std::size_t sha256_bytes = 32;

constexpr Traits twilio_traits = {
    .channel = "twilio",
    // By default only a failed connection is tried again; an answer of 500 loses the message.
    .redelivers = false,
    .dedupe_horizon = std::chrono::hours{48},
    .timestamps = false,
    .routing_setting = "account_sid",
    .shared_credential = "auth_token",
    // Anything but TwiML would be sent to the person as a reply.
    .reply_content_type = "text/xml",
    .reply_body = "<Response/>",
};

/// Twilio marks a JSON request by its body's digest in the signed URL.
std::string body_digest_of(const WebhookRequest& request) {
    const auto query = shared::parse_form(request.query);
    return query ? std::string(query->value("bodySHA256")) : std::string{};
}

shared::Form readable(const shared::Form& form) {
    std::vector<shared::FormField> fields;
    fields.reserve(form.fields().size());
    for (const shared::FormField& field : form.fields()) {
        fields.push_back({shared::valid_utf8(field.name), shared::valid_utf8(field.value)});
    }
    return shared::Form(std::move(fields));
}

class Twilio final : public HttpAdapter {
  public:
    Twilio(PublicUrl url, std::vector<Secret> tokens, std::string account_sid)
        : url_(std::move(url)), tokens_(std::move(tokens)), account_sid_(std::move(account_sid)) {}

    const Traits& traits() const override { return twilio_traits; }

    std::optional<HandshakeReply> handshake(const WebhookRequest&) const override {
        return std::nullopt;
    }

    Verification verify(const WebhookRequest& request, Instant now) const override;
    Result<InboundBatch> decode(const WebhookRequest& request, Instant now) const override;

  private:
    bool signed_by_us(const WebhookRequest& request, std::string_view fields,
                      std::string_view signature) const;

    PublicUrl url_;
    std::vector<Secret> tokens_;
    std::string account_sid_;
};

bool Twilio::signed_by_us(const WebhookRequest& request, std::string_view fields,
                          std::string_view signature) const {
    for (std::string& text : signed_urls(url_, request)) {
        text.append(fields);
        for (const Secret& token : tokens_) {
            if (shared::hmac(shared::Digest::sha1, token, text).equals_base64(signature))
                return true;
        }
    }
    return false;
}

Verification Twilio::verify(const WebhookRequest& request, Instant) const {
    const std::string_view signature = request.header("X-Twilio-Signature");
    if (signature.empty()) return Verification::no("the header X-Twilio-Signature is absent");
    if (request.method != "POST" && request.method != "GET") {
        return Verification::no("Twilio calls with POST or GET only");
    }
    std::string fields;
    if (request.method == "POST") {
        const std::string digest = body_digest_of(request);
        if (!digest.empty()) {
            if (digest != shared::fingerprint(request.body, sha256_bytes)) {
                return Verification::no("bodySHA256 in the URL is not the digest of the body");
            }
        } else {
            const auto form = shared::parse_form(request.body);
            if (!form)
                return Verification::no("the body is not a form and the URL has no bodySHA256");
            fields = signed_fields(*form);
        }
    }
    if (signed_by_us(request, fields, signature)) return Verification::ok();
    return Verification::no(
        "the signature does not match: public_url must be the URL configured at Twilio, and "
        "auth_token "
        "the token of the account or subaccount that owns the number");
}

Result<InboundBatch> Twilio::decode(const WebhookRequest& request, Instant now) const {
    if (request.method == "POST" && !body_digest_of(request).empty()) {
        return decode_events(request.body, now);
    }
    const std::string_view raw = request.method == "GET" ? request.query : request.body;
    const auto form = shared::parse_form(raw);
    if (!form) return form.error();
    Callback callback{readable(*form), raw, {}, account_sid_};
    if (const auto query = shared::parse_form(request.query)) {
        callback.echo = shared::valid_utf8(std::string(query->value(echo_parameter)));
    }

    InboundBatch batch;
    if (is_status(callback.form)) {
        decode_status(callback, now, batch);
    } else if (is_message(callback.form)) {
        decode_message(callback, now, batch);
    } else if (!decode_other(callback, now, batch)) {
        return make_error_code(Errc::wrong_shape);
    }
    return batch;
}

}  // namespace

std::unique_ptr<HttpAdapter> make(const AdapterConfig& config, std::string& problem) {
    const std::vector<Secret>& tokens = config.credential("auth_token");
    if (tokens.empty() || tokens.size() > tokens_max ||
        std::ranges::any_of(tokens, &Secret::empty)) {
        problem =
            "credentials.auth_token: write the account's Auth Token (a second one while it is "
            "being rotated)";
        return nullptr;
    }
    PublicUrl url = PublicUrl::parse(config.setting("public_url"), problem);
    if (!problem.empty()) return nullptr;
    return std::make_unique<Twilio>(std::move(url), tokens,
                                    std::string(config.setting("account_sid")));
}

}  // namespace postern::adapters::twilio
