#include "adapters/connect/graph.h"

#include "adapters/shared/endpoint.h"
#include "adapters/shared/json_build.h"

namespace postern::adapters::connect {
namespace {

constexpr GraphTopic whatsapp_topic = {"whatsapp_business_account",
                                       "messages,message_template_status_update,account_update,"
                                       "phone_number_quality_update",
                                       "WhatsApp → Configuration"};
constexpr GraphTopic page_topic = {
    "page",
    "messages,messaging_postbacks,messaging_optins,message_deliveries,message_reads,message_echoes,"
    "message_reactions,messaging_referrals,message_edits",
    "Messenger → Messenger API settings"};
constexpr GraphTopic instagram_topic = {
    "instagram",
    "messages,messaging_postbacks,messaging_seen,message_reactions,messaging_referrals",
    "Instagram → API setup"};

/// «App access token»: the app's number and its secret.
std::string app_token(const Inquiry& inquiry) {
    std::string token = "Bearer ";
    token.append(inquiry.note("app")).append("|");
    return token.append(shared::newest(inquiry.config, "app_secret").reveal());
}

std::optional<ProviderCall> ask_app(Inquiry& inquiry) {
    return get(graph_url(inquiry, "/app?fields=id,name"),
               {{"Authorization", graph_token(inquiry)}});
}

void read_app(Inquiry& inquiry, const ProviderAnswer& answer) {
    const auto root = object_of(answer);
    const std::string id = root ? json::id(*root, "id") : std::string{};
    if (id.empty() || answer.status != 200)
        return inquiry.unknown("app", refusal(inquiry, answer, graph_error(answer)));
    inquiry.notes["app"] = id;
    inquiry.good("app", "the token is of the app " + std::string(json::text(*root, "name")) + " (" +
                            id + ")");
}

std::optional<ProviderCall> ask_secret(Inquiry& inquiry) {
    if (inquiry.note("app").empty() || !inquiry.has("app_secret")) return std::nullopt;
    const std::string path = "/" + std::string(inquiry.note("app")) + "/subscriptions";
    return get(graph_url(inquiry, path), {{"Authorization", app_token(inquiry)}});
}

/// Where the app's webhooks of this object go; empty: it has none that is active.
std::string callback_of(json::Object root, std::string_view object) {
    const auto list = json::array(root, "data");
    if (!list) return {};
    for (const json::Value value : *list) {
        const auto one = json::as_object(value);
        if (one && json::text(*one, "object") == object && json::flag(*one, "active"))
            return std::string(json::text(*one, "callback_url"));
    }
    return {};
}

void read_secret(Inquiry& inquiry, const ProviderAnswer& answer) {
    const std::string error = graph_error(answer);
    const auto root = object_of(answer);
    if (answer.status != 200 || !root || !error.empty()) {
        return inquiry.wrong("app_secret", refusal(inquiry, answer, error),
                             "App dashboard → Settings → Basic → App secret: without it every "
                             "webhook is refused as forged");
    }
    inquiry.good("app_secret", "it is this app's");
    inquiry.notes["callback"] = callback_of(*root, topic_of(inquiry).object);
    inquiry.notes["callback_known"] = "yes";
}

/// Only where the app has none: another URL may serve other numbers, which would fall silent.
std::optional<ProviderCall> ask_callback(Inquiry& inquiry) {
    if (!inquiry.connect || inquiry.note("callback_known").empty()) return std::nullopt;
    if (!inquiry.note("callback").empty() || inquiry.webhook.empty()) return std::nullopt;
    const Secret verify = shared::newest(inquiry.config, "verify_token");
    if (verify.empty()) return std::nullopt;
    const GraphTopic& topic = topic_of(inquiry);
    const std::string path = "/" + std::string(inquiry.note("app")) + "/subscriptions";
    return post_form(graph_url(inquiry, path),
                     {{"object", topic.object},
                      {"callback_url", inquiry.webhook},
                      {"verify_token", verify.reveal()},
                      {"fields", topic.fields}},
                     {{"Authorization", app_token(inquiry)}});
}

void read_callback(Inquiry& inquiry, const ProviderAnswer& answer) {
    const auto root = object_of(answer);
    if (answer.status == 200 && root && json::flag(*root, "success")) {
        inquiry.notes["callback"] = inquiry.webhook;
        return inquiry.good("callback", "the app had no webhook; Meta called ours and took it");
    }
    inquiry.wrong("callback", refusal(inquiry, answer, graph_error(answer)),
                  "Meta calls the URL before it takes it: it must be reachable over https with a "
                  "public certificate");
}

}  // namespace

void read_success(Inquiry& inquiry, const ProviderAnswer& answer, std::string_view cure) {
    const auto root = object_of(answer);
    if (answer.status == 200 && root && json::flag(*root, "success")) return;
    inquiry.wrong("subscribe", refusal(inquiry, answer, graph_error(answer)), std::string(cure));
}

std::optional<json::Array> subscriptions_of(Inquiry& inquiry, const ProviderAnswer& answer) {
    const auto root = object_of(answer);
    const auto list = root ? json::array(*root, "data") : std::nullopt;
    if (answer.status == 200 && list) return list;
    inquiry.unknown("subscription", refusal(inquiry, answer, graph_error(answer)));
    return std::nullopt;
}

const Step app_step = {"app", ask_app, read_app};
const Step secret_step = {"app_secret", ask_secret, read_secret};
const Step callback_step = {"callback", ask_callback, read_callback};

const GraphTopic& topic_of(const Inquiry& inquiry) {
    if (inquiry.config.channel == "whatsapp") return whatsapp_topic;
    return inquiry.config.channel == "messenger" ? page_topic : instagram_topic;
}

std::string graph_url(const Inquiry& inquiry, std::string_view path) {
    const bool own =
        inquiry.config.channel == "instagram" && inquiry.config.setting("page_id").empty();
    return shared::base_url(inquiry.config, own ? "https://graph.instagram.com/v25.0"
                                                : "https://graph.facebook.com/v25.0")
        .append(path);
}

std::string graph_token(const Inquiry& inquiry) {
    return "Bearer " + std::string(shared::newest(inquiry.config, "access_token").reveal());
}

std::string graph_error(const ProviderAnswer& answer) {
    const auto root = object_of(answer);
    const auto error = root ? json::object(*root, "error") : std::nullopt;
    if (!error) return {};
    std::string out(json::text(*error, "message"));
    if (const auto code = json::integer(*error, "code"))
        out.insert(0, "code " + std::to_string(*code) + ", ");
    return out;
}

void graph_refused(Inquiry& inquiry, const ProviderAnswer& answer, std::string_view object) {
    const auto root = object_of(answer);
    const auto error = root ? json::object(*root, "error") : std::nullopt;
    const auto code = error ? json::integer(*error, "code").value_or(0) : 0;
    const bool token = code == 190 || answer.status == 401;
    inquiry.ended = true;
    inquiry.wrong(
        "credentials", refusal(inquiry, answer, graph_error(answer)),
        token ? "make a token that does not end (Business settings → System users) and "
                "write it to credentials.access_token"
              : "is " + std::string(object) + " right, and may the token's user manage it?");
}

void look_at_meta(Inquiry& inquiry) {
    if (inquiry.has("access_token")) return;
    inquiry.ended = true;
    inquiry.unknown("credentials", "there is no access_token: the account only receives",
                    "write credentials.access_token, of a system user");
}

void meta_console(const Inquiry& inquiry, std::vector<ConsoleField>& out) {
    if (inquiry.webhook_set) return;
    const GraphTopic& topic = topic_of(inquiry);
    const std::string where =
        "developers.facebook.com → the app → " + std::string(topic.product) + " → Webhook";
    const std::string here = "/webhooks/" + inquiry.config.account;
    out.push_back(
        {where, "Callback URL", inquiry.webhook.empty() ? "https://…" + here : inquiry.webhook});
    out.push_back({where, "Verify token",
                   inquiry.has("verify_token") ? "what credentials.verify_token says"
                                               : "words of your own; the same in "
                                                 "credentials.verify_token, which is missing"});
    out.push_back({where, "Webhook fields", std::string(topic.fields)});
}

}  // namespace postern::adapters::connect
