// Viber: get_account_info and set_webhook, which calls the webhook before it answers (REST Bot API
// 7.3). Every answer is HTTP 200; its `status` says what became of it.
#include <array>

#include "adapters/connect/plan.h"
#include "adapters/shared/endpoint.h"
#include "adapters/shared/json_build.h"

namespace postern::adapters::connect {
namespace {

ProviderCall post(const Inquiry& inquiry, std::string_view method, std::string body) {
    const Secret token = shared::newest(inquiry.config, "auth_token");
    return post_json(
        shared::base_url(inquiry.config, "https://chatapi.viber.com/pa").append(method),
        std::move(body), {{"X-Viber-Auth-Token", token.reveal()}});
}

std::optional<json::Object> success_of(const ProviderAnswer& answer, std::string& why) {
    const auto root = object_of(answer);
    if (!root) return std::nullopt;
    const auto status = json::integer(*root, "status");
    if (answer.status == 200 && status == 0) return root;
    why = json::text(*root, "status_message");
    if (status) why = "status " + std::to_string(*status) + ", " + why;
    return std::nullopt;
}

std::optional<ProviderCall> ask_who(Inquiry& inquiry) {
    return post(inquiry, "/get_account_info", "{}");
}

void judge_events(Inquiry& inquiry, json::Object info) {
    const auto events = json::array(info, "event_types");
    if (!events) return;
    for (const std::string_view kind : {"delivered", "seen", "failed"}) {
        bool there = false;
        for (const json::Value value : *events) {
            std::string_view word;
            there = there || (value.get(word) == simdjson::SUCCESS && word == kind);
        }
        if (there) continue;
        return inquiry.warn("events", "Viber does not tell what was " + std::string(kind),
                            "connect the account again: it asks for all that is understood");
    }
}

void read_webhook(Inquiry& inquiry, const ProviderAnswer& answer) {
    std::string why;
    const auto root = success_of(answer, why);
    if (!root) return inquiry.wrong("webhook", refusal(inquiry, answer, why), {});
    judge_webhook(inquiry, "Viber", json::text(*root, "webhook"));
    if (inquiry.webhook_set) judge_events(inquiry, *root);
}

void read_who(Inquiry& inquiry, const ProviderAnswer& answer) {
    std::string why;
    const auto root = success_of(answer, why);
    if (!root) {
        inquiry.ended = true;
        return inquiry.wrong("credentials", refusal(inquiry, answer, why),
                             "copy the bot's token (Edit info → Your app key) to "
                             "credentials.auth_token");
    }
    inquiry.identity = json::text(*root, "name");
    const auto people = json::integer(*root, "subscribers_count").value_or(0);
    inquiry.good("credentials", "the bot is " + inquiry.identity + ", with " +
                                    std::to_string(people) + " subscribers");
    if (!inquiry.connect || inquiry.webhook.empty()) read_webhook(inquiry, answer);
}

std::optional<ProviderCall> ask_set(Inquiry& inquiry) {
    if (!inquiry.connect || inquiry.webhook.empty()) return std::nullopt;
    json::Builder body;
    body.open().text("url", inquiry.webhook).open_list("event_types");
    for (const std::string_view kind :
         {"delivered", "seen", "failed", "subscribed", "unsubscribed", "conversation_started"})
        body.text({}, kind);
    body.close_list().flag("send_name", true).flag("send_photo", false);
    return post(inquiry, "/set_webhook", body.close().finish());
}

void read_set(Inquiry& inquiry, const ProviderAnswer& answer) {
    std::string why;
    if (success_of(answer, why)) {
        return inquiry.good("set_webhook", "Viber called the URL, and it answered");
    }
    inquiry.wrong("set_webhook", refusal(inquiry, answer, why),
                  "Viber calls the URL before it takes it: it must be reachable over https with a "
                  "public certificate");
}

std::optional<ProviderCall> ask_webhook(Inquiry& inquiry) {
    if (!inquiry.connect || inquiry.webhook.empty()) return std::nullopt;
    return post(inquiry, "/get_account_info", "{}");
}

constexpr std::array steps = {
    Step{"credentials", ask_who, read_who},
    Step{"set_webhook", ask_set, read_set},
    Step{"webhook", ask_webhook, read_webhook},
};

}  // namespace

const Plan viber_plan = {"viber", steps, nullptr, nullptr};

}  // namespace postern::adapters::connect
