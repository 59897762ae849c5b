// Viber: set_webhook posts the event `webhook`, signed, and takes the URL if it is answered 200;
// get_account_info tells which it has.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "gateway/sim/connections.h"
#include "gateway/sim/json_read.h"
#include "gateway/sim/json_text.h"
#include "gateway/sim/provider.h"
#include "gateway/sim/receiver.h"

namespace postern::sim {
namespace {

constexpr std::array<std::string_view, 6> event_types = {
    "delivered", "seen", "failed", "subscribed", "unsubscribed", "conversation_started"};

void write_events(JsonText& json, const SimAccount& account) {
    json.key("event_types").begin_array();
    for (const std::string_view event : event_types) {
        const auto& wanted = account.updates;
        const bool always = event.ends_with("subscribed");
        if (!wanted || always || std::find(wanted->begin(), wanted->end(), event) != wanted->end())
            json.value(event);
    }
    json.end_array();
}

net::Response status(int code, std::string_view message, const SimAccount* account = nullptr) {
    JsonText json;
    json.begin_object().field("status", code).field("status_message", message);
    if (account != nullptr) write_events(json, *account);
    return json_answer(200, json.end_object().take());
}

/// False: it is no list, or names what Viber does not have.
bool read_events(const JsonObject& body, std::optional<std::vector<std::string>>& wanted) {
    simdjson::dom::array list;
    if (!has(body, "event_types")) return true;
    if (!array_of(body, "event_types", list)) return false;
    wanted.emplace();
    for (const JsonElement element : list) {
        std::string_view word;
        if (element.get(word) != simdjson::SUCCESS ||
            std::find(event_types.begin(), event_types.end(), word) == event_types.end())
            return false;
        wanted->emplace_back(word);
    }
    return true;
}

net::Response info(const std::string& webhook, const SimAccount& account) {
    JsonText json;
    json.begin_object().field("status", 0).field("status_message", "ok").field("id", "pa:1");
    json.field("name", "Simulated").field("uri", "simulated");
    if (!webhook.empty()) json.field("webhook", webhook);
    write_events(json, account);
    json.field("subscribers_count", 3);
    return json_answer(200, json.end_object().take());
}

ConnectCall set(SimAccount& account, std::string_view token, const JsonObject& body,
                ConnectState& state) {
    std::optional<std::vector<std::string>> wanted;
    if (!read_events(body, wanted))
        return {status(3, "badData: event_types"), std::nullopt, nullptr};
    const std::string url(text_of(body, "url"));
    if (url.empty() && has(body, "url")) {  // no webhook any more
        state.webhooks.erase(account.endpoint.account);
        account.endpoint.url.clear();
        return {status(0, "ok"), std::nullopt, nullptr};
    }
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
    call.then = [&account, &state, url, wanted](int answered, std::string_view) {
        if (answered != 200) return status(1, fmt::format("Result of webhook check: {}", answered));
        state.webhooks[account.endpoint.account] = url;
        account.endpoint.url = url;
        account.updates = wanted;
        return status(0, "ok", &account);
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
        return ConnectCall{info(known == state.webhooks.end() ? "" : known->second, *account),
                           std::nullopt, nullptr};
    }
    if (path != "set_webhook") return std::nullopt;
    return set(*account, token, body, state);
}

}  // namespace postern::sim
