// Vonage: the balance proves key and secret; the number or the application says where what comes is
// sent. Nothing is set: Vonage's updates replace the whole of a number or an application, with the
// calls that it may also take.
#include <array>

#include "adapters/connect/plan.h"
#include "adapters/shared/encoding.h"
#include "adapters/shared/endpoint.h"

namespace postern::adapters::connect {
namespace {

bool by_messages(const Inquiry& inquiry) {
    return inquiry.config.setting("api") == "messages";
}

std::string authorization(const Inquiry& inquiry) {
    const Secret secret = shared::newest(inquiry.config, "api_secret");
    std::string pair(inquiry.config.setting("api_key"));
    pair.append(":").append(secret.reveal());
    return "Basic " + shared::to_base64(pair);
}

void look(Inquiry& inquiry) {
    if (inquiry.config.setting("api_key").empty() || !inquiry.has("api_secret")) {
        inquiry.ended = true;
        return inquiry.unknown("credentials",
                               "without api_key and credentials.api_secret the "
                               "account cannot be asked",
                               "dashboard.vonage.com → API settings");
    }
    inquiry.struck_out.emplace_back(authorization(inquiry).substr(6));
}

std::optional<ProviderCall> ask_balance(Inquiry& inquiry) {
    return get(shared::base_url(inquiry.config, "https://rest.nexmo.com") + "/account/get-balance",
               {{"Authorization", authorization(inquiry)}});
}

void read_balance(Inquiry& inquiry, const ProviderAnswer& answer) {
    const auto root = object_of(answer);
    const auto value = root ? json::number(*root, "value") : std::nullopt;
    if (answer.status != 200 || !value) {
        inquiry.ended = true;
        return inquiry.wrong("credentials", refusal(inquiry, answer, {}),
                             "dashboard.vonage.com → API settings: api_key and "
                             "credentials.api_secret");
    }
    inquiry.identity = inquiry.config.setting("api_key");
    inquiry.good("credentials", "the key is good");
    if (*value <= 0 && !json::flag(*root, "autoReload"))
        inquiry.warn("balance", "the balance is spent", "top it up: nothing is sent without");
}

std::optional<ProviderCall> ask_number(Inquiry& inquiry) {
    if (by_messages(inquiry)) return std::nullopt;
    std::string_view from = inquiry.config.setting("from");
    if (from.starts_with('+')) from.remove_prefix(1);
    if (from.empty() || from.find_first_not_of("0123456789") != std::string_view::npos) {
        inquiry.unknown("webhook", "a name sends: nothing comes back to it");
        return std::nullopt;
    }
    const std::string base = shared::base_url(inquiry.config, "https://rest.nexmo.com");
    return get(shared::with_parameter(base + "/account/numbers", "pattern", from),
               {{"Authorization", authorization(inquiry)}});
}

void read_number(Inquiry& inquiry, const ProviderAnswer& answer) {
    const auto root = object_of(answer);
    const auto list = root ? json::array(*root, "numbers") : std::nullopt;
    if (answer.status != 200 || !root)
        return inquiry.unknown("number", refusal(inquiry, answer, {}));
    const auto number = list ? first_of(*list) : std::nullopt;
    if (!number) {
        return inquiry.wrong("number", "the account has no such number",
                             "from must be one of dashboard.vonage.com → Numbers");
    }
    const std::string_view own = json::text(*number, "moHttpUrl");
    if (own.empty()) {
        return inquiry.unknown("webhook", "the number has none of its own: the account's holds",
                               "compare it in dashboard.vonage.com → API settings");
    }
    judge_webhook(inquiry, "Vonage", own);
}

std::optional<ProviderCall> ask_application(Inquiry& inquiry) {
    const std::string id(inquiry.config.setting("application_id"));
    if (!by_messages(inquiry) || id.empty()) return std::nullopt;
    return get(shared::base_url(inquiry.config, "https://api.nexmo.com") + "/v2/applications/" + id,
               {{"Authorization", authorization(inquiry)}});
}

std::string address_of(json::Object application, std::string_view webhook) {
    auto at = json::object(application, "capabilities");
    for (const std::string_view name :
         {std::string_view("messages"), std::string_view("webhooks"), webhook}) {
        at = at ? json::object(*at, name) : std::nullopt;
    }
    return at ? std::string(json::text(*at, "address")) : std::string{};
}

void read_application(Inquiry& inquiry, const ProviderAnswer& answer) {
    const auto root = object_of(answer);
    if (answer.status != 200 || !root) {
        return inquiry.wrong("application", refusal(inquiry, answer, {}),
                             "application_id must be one of dashboard.vonage.com → Applications");
    }
    inquiry.identity = json::text(*root, "name");
    inquiry.good("application", "the application is " + inquiry.identity);
    const std::string receipts = address_of(*root, "status_url");
    judge_webhook(inquiry, "Vonage", address_of(*root, "inbound_url"));
    if (!inquiry.webhook_set || receipts == inquiry.webhook || inquiry.webhook.empty()) return;
    inquiry.warn("receipts", "Vonage sends receipts to " + inquiry.words(shown_url(receipts)),
                 "write the same URL as Status URL");
}

void console(const Inquiry& inquiry, std::vector<ConsoleField>& out) {
    if (inquiry.webhook_set) return;
    const std::string url =
        inquiry.webhook.empty() ? "https://…/webhooks/" + inquiry.config.account : inquiry.webhook;
    if (by_messages(inquiry)) {
        const std::string where = "dashboard.vonage.com → Applications → Edit → Messages";
        out.push_back({where, "Inbound URL", url});
        out.push_back({where, "Status URL", url});
        return;
    }
    out.push_back({"dashboard.vonage.com → Numbers → Edit", "Inbound SMS webhook URL", url});
    const std::string where = "dashboard.vonage.com → API settings → SMS settings";
    out.push_back({where, "Delivery receipts (DLR) webhook", url});
    out.push_back({where, "Webhook format", "POST"});
}

constexpr std::array steps = {
    Step{"credentials", ask_balance, read_balance},
    Step{"number", ask_number, read_number},
    Step{"application", ask_application, read_application},
};

}  // namespace

const Plan vonage_plan = {"vonage", steps, look, console};

}  // namespace postern::adapters::connect
