// WhatsApp Cloud API: the number, the app, and the business account's subscription, which may name
// a callback of its own (`override_callback_uri`): so one number moves here and no other does.
#include <array>

#include "adapters/connect/graph.h"
#include "adapters/shared/endpoint.h"
#include "adapters/shared/json_build.h"

namespace postern::adapters::connect {
namespace {

constexpr std::size_t override_bytes_max = 200;

std::string subscribed_url(const Inquiry& inquiry) {
    const std::string waba(inquiry.config.setting("waba_id"));
    return graph_url(inquiry, "/" + waba + "/subscribed_apps");
}

std::optional<ProviderCall> ask_number(Inquiry& inquiry) {
    const std::string id(inquiry.config.setting("phone_number_id"));
    const std::string fields =
        "?fields=display_phone_number,verified_name,quality_rating,platform_type,status";
    return get(graph_url(inquiry, "/" + id + fields), {{"Authorization", graph_token(inquiry)}});
}

void read_number(Inquiry& inquiry, const ProviderAnswer& answer) {
    const auto root = object_of(answer);
    const std::string_view number =
        root ? json::text(*root, "display_phone_number") : std::string_view{};
    if (answer.status != 200 || number.empty())
        return graph_refused(inquiry, answer, "phone_number_id");
    inquiry.identity = number;
    inquiry.identity.append(" ").append(json::text(*root, "verified_name"));
    inquiry.good("credentials", "the number is " + inquiry.identity);
    const std::string_view platform = json::text(*root, "platform_type");
    if (!platform.empty() && platform != "CLOUD_API") {
        inquiry.wrong("number",
                      "it is not registered with the Cloud API (" + std::string(platform) +
                          "): nothing can be sent",
                      "WhatsApp Manager → Phone numbers, or POST …/register with its PIN");
    }
    const std::string_view quality = json::text(*root, "quality_rating");
    if (quality == "RED" || quality == "YELLOW") {
        inquiry.warn("quality", "Meta rates the number " + std::string(quality),
                     "people block it or report it: fewer will be let through");
    }
}

/// With a callback of its own, unless the app's is this gateway already.
std::optional<ProviderCall> ask_subscribe(Inquiry& inquiry) {
    if (inquiry.config.setting("waba_id").empty()) {
        inquiry.unknown("subscription", "waba_id is not configured",
                        "write waba_id (WhatsApp → API setup), and it can be checked and set");
        return std::nullopt;
    }
    if (!inquiry.connect) return std::nullopt;
    const Secret verify = shared::newest(inquiry.config, "verify_token");
    json::Builder body;
    body.open();
    if (inquiry.note("callback") != inquiry.webhook) {
        // Without a callback of its own the call would take away the one that is there.
        if (verify.empty() || inquiry.webhook.size() > override_bytes_max) {
            inquiry.wrong("subscribe",
                          verify.empty() ? "credentials.verify_token is missing: Meta asks for it"
                                         : "Meta takes URLs of up to 200 characters",
                          "then connect the account again");
            return std::nullopt;
        }
        body.text("override_callback_uri", inquiry.webhook).text("verify_token", verify.reveal());
    }
    return post_json(subscribed_url(inquiry), body.close().finish(),
                     {{"Authorization", graph_token(inquiry)}});
}

void read_subscribe(Inquiry& inquiry, const ProviderAnswer& answer) {
    read_success(inquiry, answer,
                 "the token needs whatsapp_business_management, and Meta must reach the URL");
}

std::optional<ProviderCall> ask_subscribed(Inquiry& inquiry) {
    if (inquiry.config.setting("waba_id").empty()) return std::nullopt;
    return get(subscribed_url(inquiry), {{"Authorization", graph_token(inquiry)}});
}

void read_subscribed(Inquiry& inquiry, const ProviderAnswer& answer) {
    const auto list = subscriptions_of(inquiry, answer);
    if (!list) return;
    const std::string_view app = inquiry.note("app");
    for (const json::Value value : *list) {
        const auto one = json::as_object(value);
        const auto data = one ? json::object(*one, "whatsapp_business_api_data") : std::nullopt;
        if (!data || (!app.empty() && json::id(*data, "id") != app)) continue;
        inquiry.good("subscription", "the app gets this business account's webhooks");
        const std::string_view own = json::text(*one, "override_callback_uri");
        // The app's own callback can only be read with its secret.
        if (own.empty() && inquiry.note("callback_known").empty())
            return inquiry.unknown("webhook", "they go to the app's callback, which is not known");
        return judge_webhook(inquiry, "Meta", own.empty() ? inquiry.note("callback") : own);
    }
    inquiry.wrong("subscription", "the app is not subscribed to the business account: no webhook",
                  "subscribe it: postern accounts connect " + inquiry.config.account);
}

constexpr Step number_step = {"credentials", ask_number, read_number};
constexpr Step subscribe_step = {"subscribe", ask_subscribe, read_subscribe};
constexpr Step subscribed_step = {"subscription", ask_subscribed, read_subscribed};

const std::array steps = {number_step,   app_step,       secret_step,
                          callback_step, subscribe_step, subscribed_step};

void look(Inquiry& inquiry) {
    look_at_meta(inquiry);
    if (inquiry.ended || !inquiry.config.setting("phone_number_id").empty()) return;
    inquiry.ended = true;
    inquiry.wrong("credentials", "phone_number_id is missing", "WhatsApp → API setup names it");
}

}  // namespace

const Plan whatsapp_plan = {"whatsapp", steps, look, meta_console};

}  // namespace postern::adapters::connect
