// Telegram: getMe, setWebhook, getWebhookInfo (Bot API 10.1). The secret token cannot be read back:
// the first update proves it.
#include <array>

#include "adapters/connect/plan.h"
#include "adapters/shared/endpoint.h"
#include "adapters/shared/json_build.h"
#include "adapters/telegram/updates.h"

namespace postern::adapters::connect {
namespace {

ProviderCall method(const Inquiry& inquiry, std::string_view name, std::string parameters) {
    return post_json(telegram::methods_url(inquiry.config).append(name), std::move(parameters), {});
}

/// The result; without one `description` says why.
std::optional<json::Object> root_of(const ProviderAnswer& answer, std::string& description) {
    const auto root = object_of(answer);
    if (root && json::flag(*root, "ok")) return root;
    if (root) description = json::text(*root, "description");
    return std::nullopt;
}

void look(Inquiry& inquiry) {
    if (inquiry.has("bot_token")) return;
    inquiry.ended = true;
    inquiry.unknown("credentials", "there is no bot_token: the account only receives",
                    "write credentials.bot_token, as @BotFather gave it");
}

std::optional<ProviderCall> ask_who(Inquiry& inquiry) {
    return method(inquiry, "getMe", "{}");
}

void read_who(Inquiry& inquiry, const ProviderAnswer& answer) {
    std::string why;
    const auto root = root_of(answer, why);
    const auto bot = root ? json::object(*root, "result") : std::nullopt;
    if (!bot) {
        inquiry.ended = true;
        return inquiry.wrong("credentials", refusal(inquiry, answer, why),
                             "copy the token from @BotFather (/token) to credentials.bot_token");
    }
    inquiry.identity = "@" + std::string(json::text(*bot, "username"));
    inquiry.good("credentials", "the bot is " + inquiry.identity);
}

std::optional<ProviderCall> ask_set(Inquiry& inquiry) {
    if (!inquiry.connect || telegram::polls(inquiry.config)) return std::nullopt;
    const Secret secret = shared::newest(inquiry.config, "secret_token");
    if (inquiry.webhook.empty() || secret.empty()) return std::nullopt;
    json::Builder body;
    body.open().text("url", inquiry.webhook).text("secret_token", secret.reveal());
    body.integer("max_connections", 40).raw("allowed_updates", telegram::allowed_updates());
    return method(inquiry, "setWebhook", body.close().finish());
}

void read_set(Inquiry& inquiry, const ProviderAnswer& answer) {
    std::string why;
    if (root_of(answer, why)) return;
    inquiry.wrong("set_webhook", refusal(inquiry, answer, why),
                  "Telegram wants https on port 443, 80, 88 or 8443, with a public certificate");
}

std::optional<ProviderCall> ask_webhook(Inquiry& inquiry) {
    return method(inquiry, "getWebhookInfo", "{}");
}

/// What Telegram does not send because somebody once left it out.
std::string missing_updates(json::Object info) {
    const auto listed = json::array(info, "allowed_updates");
    if (!listed || listed->size() == 0) return {};
    std::string missing;
    for (const std::string_view kind : {"message", "callback_query", "my_chat_member"}) {
        bool there = false;
        for (const json::Value value : *listed) {
            std::string_view word;
            there = there || (value.get(word) == simdjson::SUCCESS && word == kind);
        }
        if (!there) missing.append(missing.empty() ? "" : ", ").append(kind);
    }
    return missing;
}

void judge_deliveries(Inquiry& inquiry, json::Object info) {
    const auto waiting = json::integer(info, "pending_update_count").value_or(0);
    const std::string trouble(json::text(info, "last_error_message"));
    if (waiting > 0 && !trouble.empty()) {
        inquiry.warn("deliveries",
                     std::to_string(waiting) +
                         " updates wait; Telegram's last attempt: " + inquiry.words(trouble),
                     "postern accounts requests " + inquiry.config.account + " shows what came");
    }
    const std::string missing = missing_updates(info);
    if (!missing.empty()) {
        inquiry.warn("updates", "Telegram was told to leave out: " + missing,
                     "connect the account again: it asks for all that is understood");
    }
}

void read_webhook(Inquiry& inquiry, const ProviderAnswer& answer) {
    std::string why;
    const auto root = root_of(answer, why);
    const auto info = root ? json::object(*root, "result") : std::nullopt;
    if (!info) return inquiry.wrong("webhook", refusal(inquiry, answer, why), {});
    const std::string_view url = json::text(*info, "url");
    if (telegram::polls(inquiry.config)) {
        if (url.empty()) return inquiry.good("webhook", "none, as polling wants it");
        return inquiry.warn("webhook", "Telegram sends to " + inquiry.words(shown_url(url)),
                            "the gateway takes it away when it polls; does another one serve it?");
    }
    judge_webhook(inquiry, "Telegram", url);
    judge_deliveries(inquiry, *info);
}

constexpr std::array steps = {
    Step{"credentials", ask_who, read_who},
    Step{"set_webhook", ask_set, read_set},
    Step{"webhook", ask_webhook, read_webhook},
};

}  // namespace

const Plan telegram_plan = {"telegram", steps, look, nullptr};

}  // namespace postern::adapters::connect
