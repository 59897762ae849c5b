// The adapter object: traits, the token and the keys; decoding lives beside it.
#include "adapters/wechat/wechat.h"

#include <algorithm>
#include <chrono>

#include "adapters/shared/form.h"
#include "adapters/shared/json.h"
#include "adapters/wechat/crypt.h"
#include "adapters/wechat/decode.h"

namespace postern::adapters::wechat {
namespace {

/// Three tries within seconds ("Receiving standard messages", 2026); any other answer than this
/// word or nothing shows the person a complaint.
constexpr Traits wechat_traits{.channel = "wechat",
                               .redelivers = true,
                               .dedupe_horizon = std::chrono::hours(24),
                               .routing_setting = "",
                               .shared_credential = "",
                               .reply_content_type = "text/plain",
                               .reply_body = "success"};

/// WeChat's last try comes seconds after its first, so all that is left are clocks that differ.
constexpr std::chrono::minutes freshness{10};

bool is_fresh(std::string_view timestamp, Instant now) {
    const auto seconds = json::to_integer(timestamp);
    constexpr std::int64_t seconds_max = 9'999'999'999;
    if (!seconds || *seconds < 0 || *seconds > seconds_max) return false;
    const Instant told{std::chrono::seconds(*seconds)};
    return told > now - freshness && told < now + freshness;
}

class WeChat final : public HttpAdapter {
  public:
    explicit WeChat(const AdapterConfig& config)
        : tokens_(config.credential("token")),
          keys_{config.credential("encoding_aes_key"), std::string(config.setting("app_id"))} {}

    const Traits& traits() const override { return wechat_traits; }

    std::optional<HandshakeReply> handshake(const WebhookRequest& request) const override {
        if (request.method != "GET") return std::nullopt;
        const auto query = shared::parse_form(request.query);
        if (!query || !query->has("echostr") || !is_signed(*query)) {
            return HandshakeReply{403, "text/plain", ""};
        }
        return HandshakeReply{200, "text/plain", std::string(query->value("echostr"))};
    }

    /// An encrypted body is signed; of one in the clear only the query is, and whoever saw one
    /// query could write bodies for it: where there is a key, only what is encrypted counts. In the
    /// mode «compatible» that stands beside the clear text.
    Verification verify(const WebhookRequest& request, Instant now) const override {
        const auto query = shared::parse_form(request.query);
        if (!query) return Verification::no("the query is malformed");
        const std::string_view of_body = query->value("msg_signature");
        if (of_body.empty() && query->value("encrypt_type") != "aes") {
            if (!keys_.keys.empty())
                return Verification::no(
                    "the body is in the clear, but encoding_aes_key is set: choose the mode safe "
                    "at WeChat, or take the key away");
            if (!is_signed(*query))
                return Verification::no("signature does not fit timestamp, nonce and any token");
        } else {
            pugi::xml_document document;
            const std::string encrypted = text_of(parse_push(document, request.body), "Encrypt");
            if (encrypted.empty() || !fits(of_body, *query, encrypted))
                return Verification::no("msg_signature does not fit Encrypt and any token");
        }
        if (is_fresh(query->value("timestamp"), now)) return Verification::ok();
        return Verification::no(
            "timestamp is more than ten minutes away from now: an old request once more, or the "
            "clock of this machine is wrong");
    }

    Result<InboundBatch> decode(const WebhookRequest& request, Instant now) const override {
        return wechat::decode(request.body, keys_, now);
    }

  private:
    bool is_signed(const shared::Form& query) const {
        bool equal = false;
        for (const Secret& token : tokens_) {
            equal |= equal_in_constant_time(
                signature({token.reveal(), query.value("timestamp"), query.value("nonce")}),
                query.value("signature"));
        }
        return equal;
    }

    bool fits(std::string_view said, const shared::Form& query, std::string_view encrypted) const {
        bool equal = false;
        for (const Secret& token : tokens_) {
            equal |= equal_in_constant_time(signature({token.reveal(), query.value("timestamp"),
                                                       query.value("nonce"), encrypted}),
                                            said);
        }
        return equal;
    }

    std::vector<Secret> tokens_;
    Keys keys_;
};

}  // namespace

std::unique_ptr<HttpAdapter> make(const AdapterConfig& config, std::string& problem) {
    const std::vector<Secret>& tokens = config.credential("token");
    const auto empty = [](const Secret& token) { return token.empty(); };
    if (tokens.empty() || std::ranges::any_of(tokens, empty)) {
        problem = "credentials.token is missing: WeChat signs every request with it";
        return nullptr;
    }
    if (!std::ranges::all_of(config.credential("encoding_aes_key"), is_aes_key)) {
        problem = "credentials.encoding_aes_key: WeChat's are 43 letters and digits";
        return nullptr;
    }
    return std::make_unique<WeChat>(config);
}

}  // namespace postern::adapters::wechat
