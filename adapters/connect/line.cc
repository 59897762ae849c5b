// LINE: bot/info, the webhook endpoint, and LINE's own test of it, which is signed with the channel
// secret (Messaging API, July 2026).
#include <array>

#include "adapters/connect/plan.h"
#include "adapters/shared/endpoint.h"
#include "adapters/shared/json_build.h"

namespace postern::adapters::connect {
namespace {

std::string url_of(const Inquiry& inquiry, std::string_view path) {
    return shared::base_url(inquiry.config, "https://api.line.me").append(path);
}

std::string bearer(const Inquiry& inquiry) {
    return "Bearer " + std::string(shared::newest(inquiry.config, "access_token").reveal());
}

std::string message_of(const ProviderAnswer& answer) {
    const auto root = object_of(answer);
    return root ? std::string(json::text(*root, "message")) : std::string{};
}

void look(Inquiry& inquiry) {
    if (inquiry.has("access_token")) return;
    inquiry.ended = true;
    inquiry.unknown("credentials", "there is no access_token: the account only receives",
                    "developers.line.biz → Messaging API → Channel access token: issue one");
}

std::optional<ProviderCall> ask_who(Inquiry& inquiry) {
    return get(url_of(inquiry, "/v2/bot/info"), {{"Authorization", bearer(inquiry)}});
}

void read_who(Inquiry& inquiry, const ProviderAnswer& answer) {
    const auto root = object_of(answer);
    if (answer.status != 200 || !root) {
        inquiry.ended = true;
        return inquiry.wrong("credentials", refusal(inquiry, answer, message_of(answer)),
                             "issue a channel access token and write it to "
                             "credentials.access_token");
    }
    inquiry.identity = json::text(*root, "displayName");
    inquiry.identity.append(" (").append(json::text(*root, "basicId")).append(")");
    inquiry.good("credentials", "the account is " + inquiry.identity);
    if (json::text(*root, "chatMode") == "chat") {
        inquiry.warn("chat_mode", "LINE's own chat is switched on beside the bot",
                     "manager.line.biz → Response settings: people may answer there, too");
    }
}

std::optional<ProviderCall> ask_set(Inquiry& inquiry) {
    if (!inquiry.connect || inquiry.webhook.empty()) return std::nullopt;
    json::Builder body;
    body.open().text("endpoint", inquiry.webhook);
    ProviderCall call = post_json(url_of(inquiry, "/v2/bot/channel/webhook/endpoint"),
                                  body.close().finish(), {{"Authorization", bearer(inquiry)}});
    call.method = "PUT";
    return call;
}

void read_set(Inquiry& inquiry, const ProviderAnswer& answer) {
    if (answer.status == 200) return;
    inquiry.wrong("set_webhook", refusal(inquiry, answer, message_of(answer)),
                  "LINE wants https with a public certificate, at most 500 characters");
}

std::optional<ProviderCall> ask_webhook(Inquiry& inquiry) {
    return get(url_of(inquiry, "/v2/bot/channel/webhook/endpoint"),
               {{"Authorization", bearer(inquiry)}});
}

void read_webhook(Inquiry& inquiry, const ProviderAnswer& answer) {
    const auto root = object_of(answer);
    const bool none = answer.status == 404;
    if ((answer.status != 200 && !none) || !root)
        return inquiry.wrong("webhook", refusal(inquiry, answer, message_of(answer)), {});
    judge_webhook(inquiry, "LINE", none ? std::string_view{} : json::text(*root, "endpoint"));
    if (none || json::flag(*root, "active")) return;
    inquiry.wrong("use_webhook", "«Use webhook» is off: LINE sends nothing",
                  "developers.line.biz → the channel → Messaging API → «Use webhook»: on");
}

std::optional<ProviderCall> ask_test(Inquiry& inquiry) {
    if (!inquiry.webhook_set) return std::nullopt;
    return post_json(url_of(inquiry, "/v2/bot/channel/webhook/test"), "{}",
                     {{"Authorization", bearer(inquiry)}});
}

void read_test(Inquiry& inquiry, const ProviderAnswer& answer) {
    const auto root = object_of(answer);
    if (answer.status != 200 || !root) {
        return inquiry.unknown("webhook_test", refusal(inquiry, answer, message_of(answer)),
                               "LINE tests a URL 60 times an hour at most");
    }
    if (json::flag(*root, "success"))
        return inquiry.good("webhook_test", "LINE's test was answered: URL and secret fit");
    const auto status = json::integer(*root, "statusCode").value_or(0);
    std::string found = "LINE's test failed: ";
    found.append(inquiry.words(json::text(*root, "reason")));
    found.append(" ").append(inquiry.words(json::text(*root, "detail")));
    if (status == 401) {
        return inquiry.wrong("webhook_test", found,
                             "credentials.channel_secret is not this channel's (Basic settings)");
    }
    inquiry.wrong("webhook_test", found, "does the URL reach this gateway from the Internet?");
}

void console(const Inquiry&, std::vector<ConsoleField>& out) {
    const std::string where = "developers.line.biz → the channel → Messaging API";
    out.push_back({where, "Use webhook", "on"});
    out.push_back({where, "Webhook redelivery", "on, or a webhook that failed is lost"});
    out.push_back({where, "Auto-reply messages, Greeting messages", "off, or both will answer"});
}

constexpr std::array steps = {
    Step{"credentials", ask_who, read_who},
    Step{"set_webhook", ask_set, read_set},
    Step{"webhook", ask_webhook, read_webhook},
    Step{"webhook_test", ask_test, read_test},
};

}  // namespace

const Plan line_plan = {"line", steps, look, console};

}  // namespace postern::adapters::connect
