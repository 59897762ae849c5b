// The adapter object: traits and the secret token, nothing else; decoding lives beside it.
#include "adapters/telegram/telegram.h"

#include <algorithm>

#include "adapters/telegram/callback.h"
#include "adapters/telegram/decode.h"
#include "adapters/telegram/updates.h"

namespace postern::adapters::telegram {
namespace {

/// Telegram repeats an update for 24 hours after the message's date (server code, 2026); twice
/// that.
constexpr Traits telegram_traits{.channel = "telegram",
                                 .redelivers = true,
                                 .dedupe_horizon = std::chrono::hours(48),
                                 .routing_setting = "",
                                 .shared_credential = "",
                                 // A JSON body would be executed as a method call: say nothing.
                                 .reply_content_type = "text/plain",
                                 .reply_body = ""};

constexpr std::string_view secret_header = "X-Telegram-Bot-Api-Secret-Token";
constexpr std::size_t secret_bytes_max = 256;

class Telegram final : public HttpAdapter {
  public:
    explicit Telegram(const AdapterConfig& config) : secrets_(config.credential("secret_token")) {}

    const Traits& traits() const override { return telegram_traits; }

    std::optional<HandshakeReply> handshake(const WebhookRequest&) const override {
        return std::nullopt;  // Telegram has none
    }

    Verification verify(const WebhookRequest& request, Instant) const override {
        if (secrets_.empty()) return Verification::no("this account's updates are polled for");
        const std::string_view token = request.header(secret_header);
        bool equal = false;
        for (const Secret& secret : secrets_) equal |= secret.equals(token);
        if (equal) return Verification::ok();
        return Verification::no(
            token.empty() ? "no X-Telegram-Bot-Api-Secret-Token header"
                          : "X-Telegram-Bot-Api-Secret-Token is none of the secret tokens");
    }

    Result<InboundBatch> decode(const WebhookRequest& request, Instant now) const override {
        return telegram::decode(request.body, now);
    }

    std::string reply(const WebhookRequest& request) const override {
        const std::string tap = callback_id(request.body);
        return tap.empty() ? tap : inline_answer(tap);
    }

  private:
    std::vector<Secret> secrets_;
};

bool token_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

bool possible(const Secret& secret) {
    const std::string_view token = secret.reveal();
    return !token.empty() && token.size() <= secret_bytes_max &&
           std::all_of(token.begin(), token.end(), token_character);
}

}  // namespace

std::unique_ptr<HttpAdapter> make(const AdapterConfig& config, std::string& problem) {
    const std::vector<Secret>& secrets = config.credential("secret_token");
    if (polls(config) && config.credential("bot_token").empty()) {
        problem = "credentials.bot_token is missing: updates are polled for with it";
        return nullptr;
    }
    if (secrets.empty() && !polls(config)) {
        problem =
            "credentials.secret_token is missing: it is all that proves an update to be genuine";
        return nullptr;
    }
    if (!std::all_of(secrets.begin(), secrets.end(), possible)) {
        problem = "credentials.secret_token: setWebhook takes 1-256 of A-Z a-z 0-9 _ -";
        return nullptr;
    }
    return std::make_unique<Telegram>(config);
}

}  // namespace postern::adapters::telegram
