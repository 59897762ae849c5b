// Telegram: setWebhook takes https on four ports. What it takes is kept with the account, whose
// getWebhookInfo and updates the receiver answers; so a good one is only noted here.
#include "gateway/sim/connections.h"
#include "gateway/sim/json_read.h"
#include "gateway/sim/json_text.h"
#include "gateway/sim/receiver.h"

namespace postern::sim {
namespace {

ConnectCall refused(std::string_view description) {
    JsonText json;
    json.begin_object().field("ok", false).field("error_code", 400);
    json.field("description", description).end_object();
    return {json_answer(400, json.take()), std::nullopt, nullptr};
}

bool is_secret(std::string_view secret) {
    return secret.size() <= 256 && secret.find_first_not_of(
                                       "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                       "0123456789_-") == std::string_view::npos;
}

}  // namespace

std::optional<ConnectCall> connect_telegram(const net::Request& request, std::string_view path,
                                            Accounts& accounts, ConnectState&) {
    const std::string_view bot = take_segment(path);
    if (!bot.starts_with("bot") || path != "setWebhook" || request.method != "POST")
        return std::nullopt;
    JsonObject body;
    if (!is_media_type(request, "application/json") || !parse_object(request.body, body))
        return std::nullopt;
    const std::string_view url = text_of(body, "url");
    const std::string_view secret = text_of(body, "secret_token");
    if (!url.empty() && !is_public_webhook(url))
        return refused("Bad Request: bad webhook: An HTTPS URL must be provided for webhook");
    if (!is_secret(secret))
        return refused("Bad Request: secret token contains unallowed characters");
    const std::string_view id = bot.substr(3, bot.find(':') - 3);
    SimAccount* account = accounts.find("telegram", id);
    const bool known = account != nullptr && (account->endpoint.token.empty() ||
                                              account->endpoint.token == bot.substr(3));
    if (!known) return std::nullopt;  // the receiver says so
    account->endpoint.url = url;
    if (!secret.empty()) account->endpoint.secret = secret;
    return std::nullopt;
}

}  // namespace postern::sim
