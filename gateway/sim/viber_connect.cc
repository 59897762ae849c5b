// Viber: set_webhook posts the event `webhook`, signed, and takes the URL if it is answered 200;
// get_account_info tells which it has.
#include <fmt/format.h>

#include "gateway/sim/connections.h"
#include "gateway/sim/json_read.h"
#include "gateway/sim/json_text.h"
#include "gateway/sim/provider.h"
#include "gateway/sim/receiver.h"

namespace postern::sim {
namespace {

constexpr std::string_view events = R"(["delivered","seen","failed","subscribed","unsubscribed"])";

net::Response status(int code, std::string_view message) {
    JsonText json;
    json.begin_object().field("status", code).field("status_message", message);
    if (code == 0) json.field_raw("event_types", events);
    return json_answer(200, json.end_object().take());
}

net::Response info(const std::string& webhook) {
    JsonText json;
    json.begin_object().field("status", 0).field("status_message", "ok").field("id", "pa:1");
    json.field("name", "Simulated").field("uri", "simulated");
    if (!webhook.empty()) json.field("webhook", webhook);
    json.field_raw("event_types", events).field("subscribers_count", 3);
    return json_answer(200, json.end_object().take());
}

ConnectCall set(SimAccount& account, std::string_view token, std::string url, ConnectState& state) {
    if (!is_public_webhook(url)) return {status(1, "invalidUrl"), std::nullopt, nullptr};
    Webhook probe;
    probe.body = R"({"event":"webhook","timestamp":1767225600000,"message_token":1})";
    find_provider("viber")->sign(probe, token, 0);
    ConnectCall call;
    call.webhook.emplace();
    call.webhook->method = "POST";
    call.webhook->url = url;
    call.webhook->headers = std::move(probe.headers);
    call.webhook->headers.emplace_back("Content-Type", "application/json");
    call.webhook->body = std::move(probe.body);
    call.then = [&account, &state, url = std::move(url)](int answered, std::string_view) {
        if (answered != 200) return status(1, fmt::format("Result of webhook check: {}", answered));
        state.webhooks[account.endpoint.account] = url;
        account.endpoint.url = url;
        return status(0, "ok");
    };
    return call;
}

}  // namespace

std::optional<ConnectCall> connect_viber(const net::Request& request, std::string_view path,
                                         Accounts& accounts, ConnectState& state) {
    if (path.starts_with("pa/")) path.remove_prefix(3);
    JsonObject body;
    if (request.method != "POST" || !parse_object(request.body, body)) return std::nullopt;
    const std::string token(request.header("x-viber-auth-token"));
    SimAccount* account = accounts.with_key("viber", token);
    if (account == nullptr) return std::nullopt;  // the receiver says so
    if (path == "get_account_info") {
        const auto known = state.webhooks.find(account->endpoint.account);
        return ConnectCall{info(known == state.webhooks.end() ? "" : known->second), std::nullopt,
                           nullptr};
    }
    if (path != "set_webhook") return std::nullopt;
    return set(*account, token, std::string(text_of(body, "url")), state);
}

}  // namespace postern::sim
