// Graph: a number, page or account by its id, the app behind a token, the app's webhooks, and who
// is subscribed to what. A callback is called (hub.challenge) before it is taken.
#include <fmt/format.h>

#include "gateway/sim/connections.h"
#include "gateway/sim/json_read.h"
#include "gateway/sim/json_text.h"
#include "gateway/sim/receiver.h"
#include "gateway/sim/signatures.h"

namespace postern::sim {
namespace {

constexpr std::string_view app_id = "7001";
constexpr std::string_view challenge = "1158201444";

struct Asked {
    const net::Request& request;
    std::string_view channel;
    std::string_view id;
    std::string_view edge;
    Accounts& accounts;
    ConnectState& state;
};

ConnectCall answered(int status, std::string body) {
    return {json_answer(status, std::move(body)), std::nullopt, nullptr};
}

net::Response error_answer(int status, int code, std::string_view message) {
    JsonText json;
    json.begin_object().key("error").begin_object().field("message", message);
    json.field("type", "OAuthException").field("code", code).field("fbtrace_id", "Asimulated");
    return json_answer(status, json.end_object().end_object().take());
}

ConnectCall failure(int status, int code, std::string_view message) {
    return {error_answer(status, code, message), std::nullopt, nullptr};
}

std::string form_value(const Form& form, std::string_view name) {
    for (const auto& [key, value] : form) {
        if (key == name) return value;
    }
    return {};
}

/// Where the webhooks of that channel go from now on.
void send_to(const Asked& asked, const std::string& url) {
    for (const SimAccount& account : asked.accounts.all()) {
        if (account.endpoint.channel != asked.channel) continue;
        if (SimAccount* known = asked.accounts.named(account.endpoint.account))
            known->endpoint.url = url;
    }
}

/// GET {url}?hub.mode=subscribe&…: the challenge must come back.
ConnectCall handshake(const std::string& url, const std::string& verify,
                      std::function<void()> taken) {
    if (!is_public_webhook(url)) return failure(400, 100, "(#100) callback URL is not https");
    ConnectCall call;
    call.webhook.emplace();
    call.webhook->method = "GET";
    const Form query = {{"hub.mode", "subscribe"},
                        {"hub.challenge", std::string(challenge)},
                        {"hub.verify_token", verify}};
    call.webhook->url = url + (url.find('?') == std::string::npos ? "?" : "&") + form_text(query);
    call.then = [taken = std::move(taken)](int status, std::string_view body) {
        if (status != 200 || body != challenge) {
            return error_answer(400, 2200,
                                fmt::format("(#2200) Callback verification failed with the "
                                            "following errors: HTTP Status Code = {}",
                                            status));
        }
        taken();
        return json_answer(200, R"({"success":true})");
    };
    return call;
}

/// The secret of any account of that channel; where nobody has one, any will do.
bool is_app_token(const Asked& asked, std::string_view token) {
    if (!token.starts_with(app_id) || token.substr(app_id.size(), 1) != "|") return false;
    const std::string_view secret = token.substr(app_id.size() + 1);
    bool known = false;
    for (const SimAccount& account : asked.accounts.all()) {
        const Endpoint& endpoint = account.endpoint;
        if (endpoint.channel != asked.channel || endpoint.secret.empty()) continue;
        if (endpoint.secret == secret) return true;
        known = true;
    }
    return !known && !secret.empty();
}

ConnectCall app_webhooks(const Asked& asked) {
    if (!is_app_token(asked, bearer_of(asked.request)))
        return failure(400, 190, "Error validating application. Invalid application secret.");
    if (asked.request.method == "POST") {
        const Form form = parse_form(asked.request.body);
        const std::string object = form_value(form, "object");
        const std::string url = form_value(form, "callback_url");
        return handshake(url, form_value(form, "verify_token"), [asked, object, url] {
            asked.state.callbacks[object] = url;
            send_to(asked, url);
        });
    }
    JsonText json;
    json.begin_object().key("data").begin_array();
    for (const auto& [object, url] : asked.state.callbacks) {
        json.begin_object().field("object", object).field("callback_url", url);
        json.field("active", true).key("fields").begin_array().end_array().end_object();
    }
    return answered(200, json.end_array().end_object().take());
}

ConnectCall subscribe(const Asked& asked) {
    auto& subscription = asked.state.subscriptions[std::string(asked.id)];
    JsonObject body;
    const bool json = asked.request.body.starts_with('{') && parse_object(asked.request.body, body);
    const std::string url(json ? text_of(body, "override_callback_uri") : std::string_view{});
    if (url.empty()) {
        subscription.subscribed = true;
        subscription.callback.clear();
        subscription.fields = form_value(parse_form(asked.request.body), "subscribed_fields");
        return answered(200, R"({"success":true})");
    }
    const std::string verify(text_of(body, "verify_token"));
    if (url.size() > 200 || verify.empty())
        return failure(400, 100, "(#100) override_callback_uri or verify_token");
    return handshake(url, verify, [asked, &subscription, url] {
        subscription.subscribed = true;
        subscription.callback = url;
        send_to(asked, url);
    });
}

ConnectCall subscribed(const Asked& asked) {
    const auto known = asked.state.subscriptions.find(asked.id);
    JsonText json;
    json.begin_object().key("data").begin_array();
    if (known != asked.state.subscriptions.end() && known->second.subscribed) {
        json.begin_object();
        if (asked.channel == "whatsapp") {
            json.key("whatsapp_business_api_data").begin_object().field("id", app_id);
            json.field("name", "Simulated app").end_object();
            if (!known->second.callback.empty())
                json.field("override_callback_uri", known->second.callback);
        } else {
            json.field("id", app_id).key("subscribed_fields").begin_array();
            std::string_view fields = known->second.fields;
            while (!fields.empty()) {
                const std::string_view field = fields.substr(0, fields.find(','));
                json.value(field);
                fields.remove_prefix(std::min(fields.size(), field.size() + 1));
            }
            json.end_array();
        }
        json.end_object();
    }
    return answered(200, json.end_array().end_object().take());
}

ConnectCall who(const Asked& asked, const SimAccount* account) {
    JsonText json;
    json.begin_object();
    if (asked.channel == "whatsapp") {
        const std::string& number = account->endpoint.own_address;
        json.field("display_phone_number", number.empty() ? "+1 555 0100" : number);
        json.field("verified_name", "Simulated").field("quality_rating", "GREEN");
        json.field("platform_type", "CLOUD_API").field("id", asked.id);
    } else if (asked.channel == "messenger") {
        json.field("id", asked.id == "me" ? "400300" : asked.id).field("name", "Simulated page");
    } else {
        json.field("id", "1").field("user_id", account->endpoint.own_id);
        json.field("username", "simulated");
    }
    return answered(200, json.end_object().take());
}

std::optional<ConnectCall> read(const net::Request& request, std::string_view path,
                                std::string_view channel, Accounts& accounts, ConnectState& state) {
    std::string_view id = take_segment(path);
    if (id.size() > 1 && id[0] == 'v' && id[1] >= '0' && id[1] <= '9') id = take_segment(path);
    const bool about_app = id == "app" && path.empty();
    const bool about_it = path.empty() && !request.query_value("fields").empty();
    const Asked asked{request, channel, id, path, accounts, state};
    if (path == "subscriptions") return app_webhooks(asked);
    if (!about_app && !about_it && path != "subscribed_apps") return std::nullopt;
    // A business account and an app have no account of ours: any token that is one of theirs does.
    const std::string_view token = bearer_of(request);
    SimAccount* account = token.empty() ? nullptr : accounts.with_token(channel, token);
    if (account == nullptr) return failure(401, 190, "Invalid OAuth access token.");
    if (about_app)
        return answered(200, fmt::format(R"({{"id":"{}","name":"Simulated app"}})", app_id));
    if (about_it) return who(asked, account);
    return request.method == "POST" ? subscribe(asked) : subscribed(asked);
}

}  // namespace

std::optional<ConnectCall> connect_whatsapp(const net::Request& request, std::string_view path,
                                            Accounts& accounts, ConnectState& state) {
    return read(request, path, "whatsapp", accounts, state);
}

std::optional<ConnectCall> connect_messenger(const net::Request& request, std::string_view path,
                                             Accounts& accounts, ConnectState& state) {
    return read(request, path, "messenger", accounts, state);
}

std::optional<ConnectCall> connect_instagram(const net::Request& request, std::string_view path,
                                             Accounts& accounts, ConnectState& state) {
    return read(request, path, "instagram", accounts, state);
}

}  // namespace postern::sim
