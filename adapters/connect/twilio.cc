// Twilio: the account, and where what comes to its number or messaging service is sent (2010-04-01
// and Messaging v1). Twilio signs the URL that it calls, so that URL and `public_url` are compared.
#include <array>

#include "adapters/connect/plan.h"
#include "adapters/shared/encoding.h"
#include "adapters/shared/endpoint.h"
#include "adapters/shared/form.h"

namespace postern::adapters::connect {
namespace {

/// Twilio's own retries, named in the URL's fragment: without it nothing comes a second time.
constexpr std::string_view retries = "#rc=3&rp=all";

std::string_view without_fragment(std::string_view url) {
    return url.substr(0, url.find('#'));
}

std::string wanted_url(const Inquiry& inquiry) {
    return std::string(without_fragment(inquiry.webhook)).append(retries);
}

/// The webhook without its fragment, which is not signed, and whether it asks for retries.
void judge_url(Inquiry& inquiry, std::string_view url) {
    inquiry.webhook = without_fragment(inquiry.webhook);
    judge_webhook(inquiry, "Twilio", without_fragment(url));
    if (!inquiry.webhook_set || url.find("rc=") != std::string_view::npos) return;
    inquiry.warn("retries", "a webhook that fails once does not come again",
                 "connect the account again, or add " + std::string(retries) + " to the URL");
}

std::string_view sid_of(const Inquiry& inquiry) {
    return inquiry.config.setting("account_sid");
}

std::string authorization(const Inquiry& inquiry) {
    const Secret token = shared::newest(inquiry.config, "auth_token");
    std::string pair(sid_of(inquiry));
    pair.append(":").append(token.reveal());
    return "Basic " + shared::to_base64(pair);
}

std::string account_url(const Inquiry& inquiry, std::string_view rest) {
    return shared::base_url(inquiry.config, "https://api.twilio.com")
        .append("/2010-04-01/Accounts/")
        .append(sid_of(inquiry))
        .append(rest);
}

std::string service_url(const Inquiry& inquiry) {
    return shared::base_url(inquiry.config, "https://messaging.twilio.com")
        .append("/v1/Services/")
        .append(inquiry.config.setting("messaging_service_sid"));
}

std::string words_of(const ProviderAnswer& answer) {
    const auto root = object_of(answer);
    if (!root) return {};
    std::string words(json::text(*root, "message"));
    if (const auto code = json::integer(*root, "code"))
        words.insert(0, "code " + std::to_string(*code) + ", ");
    return words;
}

bool by_service(const Inquiry& inquiry) {
    return !inquiry.config.setting("messaging_service_sid").empty();
}
/// A number that Twilio itself has, not one of WhatsApp's.
bool by_number(const Inquiry& inquiry) {
    return inquiry.config.setting("from").starts_with('+');
}

void look(Inquiry& inquiry) {
    inquiry.struck_out.emplace_back(authorization(inquiry).substr(6));
    if (sid_of(inquiry).empty()) {
        inquiry.ended = true;
        return inquiry.unknown("credentials", "account_sid is not configured",
                               "write account_sid and from, or messaging_service_sid");
    }
    const std::string_view signed_url = without_fragment(inquiry.config.setting("public_url"));
    if (signed_url.empty() || inquiry.webhook.empty() ||
        signed_url == without_fragment(inquiry.webhook))
        return;
    inquiry.ended = true;
    const std::string shown = inquiry.words(shown_url(inquiry.webhook));
    inquiry.wrong("public_url",
                  "public_url is " + inquiry.words(shown_url(signed_url)) + ", not " + shown +
                      ": no signature would fit",
                  shown == inquiry.webhook
                      ? "write public_url = \"" + shown + "\" and reload"
                      : "write the whole of the second as public_url and reload");
}

std::optional<ProviderCall> ask_account(Inquiry& inquiry) {
    return get(account_url(inquiry, ".json"), {{"Authorization", authorization(inquiry)}});
}

void read_account(Inquiry& inquiry, const ProviderAnswer& answer) {
    const auto root = object_of(answer);
    if (answer.status != 200 || !root) {
        inquiry.ended = true;
        return inquiry.wrong("credentials", refusal(inquiry, answer, words_of(answer)),
                             "console.twilio.com → Account Info: account_sid and "
                             "credentials.auth_token");
    }
    inquiry.identity = json::text(*root, "friendly_name");
    const std::string_view status = json::text(*root, "status");
    if (status.empty() || status == "active")
        return inquiry.good("credentials", "the account is " + inquiry.identity);
    inquiry.wrong("credentials", "the account " + inquiry.identity + " is " + std::string(status),
                  "Twilio's console says why");
}

std::optional<ProviderCall> ask_number(Inquiry& inquiry) {
    if (by_service(inquiry) || !by_number(inquiry)) return std::nullopt;
    const std::string url =
        shared::with_parameter(account_url(inquiry, "/IncomingPhoneNumbers.json"), "PhoneNumber",
                               inquiry.config.setting("from"));
    return get(url, {{"Authorization", authorization(inquiry)}});
}

/// The first of the list, or the number itself where it was just changed.
std::optional<json::Object> number_of(json::Object root) {
    const auto list = json::array(root, "incoming_phone_numbers");
    if (!list) return root;
    return first_of(*list);
}

void read_number(Inquiry& inquiry, const ProviderAnswer& answer) {
    const auto root = object_of(answer);
    const std::string from(inquiry.config.setting("from"));
    if (answer.status != 200 || !root)
        return inquiry.unknown("number", refusal(inquiry, answer, words_of(answer)));
    const auto number = number_of(*root);
    if (!number) {
        return inquiry.wrong("number", "the account has no number " + from,
                             "from must be one of console.twilio.com → Phone Numbers");
    }
    inquiry.notes["number"] = json::text(*number, "sid");
    const auto can = json::object(*number, "capabilities");
    if (can && !json::flag(*can, "sms") && !json::flag(*can, "SMS"))
        inquiry.wrong("number", from + " cannot send or receive SMS", "rent one that can");
    const bool to_be_set = inquiry.connect && !inquiry.webhook.empty() &&
                           json::text(*number, "sms_url") != wanted_url(inquiry);
    if (to_be_set) return;
    inquiry.notes["number"].clear();  // nothing is left to be set
    judge_url(inquiry, json::text(*number, "sms_url"));
    const std::string_view method = json::text(*number, "sms_method");
    if (!method.empty() && method != "POST")
        inquiry.wrong("webhook_method", "Twilio comes with " + std::string(method), "choose POST");
}

std::optional<ProviderCall> ask_set_number(Inquiry& inquiry) {
    const std::string_view sid = inquiry.note("number");
    if (!inquiry.connect || sid.empty() || inquiry.webhook.empty()) return std::nullopt;
    return post_form(account_url(inquiry, "/IncomingPhoneNumbers/" + std::string(sid) + ".json"),
                     {{"SmsUrl", wanted_url(inquiry)}, {"SmsMethod", "POST"}},
                     {{"Authorization", authorization(inquiry)}});
}

void read_set_number(Inquiry& inquiry, const ProviderAnswer& answer) {
    if (answer.status == 200) return read_number(inquiry, answer);
    inquiry.wrong("set_webhook", refusal(inquiry, answer, words_of(answer)),
                  "set it by hand: console.twilio.com → Phone Numbers → the number → Messaging");
}

void read_service(Inquiry& inquiry, const ProviderAnswer& answer) {
    const auto root = object_of(answer);
    if (answer.status != 200 || !root) {
        return inquiry.wrong("service", refusal(inquiry, answer, words_of(answer)),
                             "messaging_service_sid must be one of console.twilio.com → Messaging");
    }
    inquiry.good("service", "the service is " + std::string(json::text(*root, "friendly_name")));
    if (json::flag(*root, "use_inbound_webhook_on_number")) {
        return inquiry.warn("webhook", "each number of the service has a webhook of its own",
                            "the service → Integration → Send a webhook");
    }
    judge_url(inquiry, json::text(*root, "inbound_request_url"));
}

/// Connecting changes the service, and the answer is the service as it then is.
std::optional<ProviderCall> ask_service(Inquiry& inquiry) {
    if (!by_service(inquiry)) return std::nullopt;
    const std::string proof = authorization(inquiry);
    if (!inquiry.connect || inquiry.webhook.empty())
        return get(service_url(inquiry), {{"Authorization", proof}});
    return post_form(service_url(inquiry),
                     {{"InboundRequestUrl", wanted_url(inquiry)},
                      {"InboundMethod", "POST"},
                      {"UseInboundWebhookOnNumber", "false"}},
                     {{"Authorization", proof}});
}

void console(const Inquiry& inquiry, std::vector<ConsoleField>& out) {
    if (by_service(inquiry) || by_number(inquiry)) return;
    const std::string where = "console.twilio.com → Messaging → Senders → WhatsApp senders";
    out.push_back({where, "Webhook URL for incoming messages (POST)",
                   inquiry.webhook.empty() ? "https://…/webhooks/" + inquiry.config.account
                                           : wanted_url(inquiry)});
}

constexpr std::array steps = {
    Step{"credentials", ask_account, read_account},
    Step{"number", ask_number, read_number},
    Step{"set_webhook", ask_set_number, read_set_number},
    Step{"service", ask_service, read_service},
};

}  // namespace

const Plan twilio_plan = {"twilio", steps, look, console};

}  // namespace postern::adapters::connect
