// LINE: bot/info, the webhook endpoint, and its test, a signed POST without events.
#include <fmt/format.h>

#include "gateway/sim/connections.h"
#include "gateway/sim/json_read.h"
#include "gateway/sim/json_text.h"
#include "gateway/sim/provider.h"
#include "gateway/sim/receiver.h"

namespace postern::sim {
namespace {

ConnectCall answered(net::Response answer) {
    return {std::move(answer), std::nullopt, nullptr};
}

net::Response failure(int status, std::string_view message) {
    JsonText json;
    return json_answer(status, json.begin_object().field("message", message).end_object().take());
}

net::Response info(const SimAccount& account) {
    JsonText json;
    json.begin_object().field("userId", "U00000000000000000000000000000001");
    json.field("basicId", "@simulated").field("displayName", account.endpoint.account);
    json.field("chatMode", "bot").field("markAsReadMode", "auto");
    return json_answer(200, json.end_object().take());
}

net::Response tested(int status) {
    JsonText json;
    json.begin_object().field("success", status == 200);
    json.field("timestamp", "2026-01-01T00:00:00.000Z").field("statusCode", status);
    json.field("reason", status == 200 ? "OK"
                         : status == 0 ? "COULD_NOT_CONNECT"
                                       : "ERROR_STATUS_CODE");
    json.field("detail", fmt::format("{}", status));
    return json_answer(200, json.end_object().take());
}

ConnectCall test(const SimAccount& account, const std::string& url) {
    Webhook probe;
    probe.body = R"({"destination":"U00000000000000000000000000000001","events":[]})";
    find_provider("line")->sign(probe, account.endpoint.secret, 0);
    ConnectCall call;
    call.webhook.emplace();
    call.webhook->method = "POST";
    call.webhook->url = url;
    call.webhook->headers = std::move(probe.headers);
    call.webhook->headers.emplace_back("Content-Type", "application/json");
    call.webhook->body = std::move(probe.body);
    call.then = [](int status, std::string_view) { return tested(status); };
    return call;
}

ConnectCall put(const net::Request& request, SimAccount& account, ConnectState& state) {
    JsonObject body;
    if (!parse_object(request.body, body)) return answered(failure(400, "no JSON"));
    const std::string url(text_of(body, "endpoint"));
    if (!is_public_webhook(url) || url.size() > 500)
        return answered(failure(400, "Invalid webhook endpoint URL"));
    state.webhooks[account.endpoint.account] = url;
    account.endpoint.url = url;
    return answered(json_answer(200, "{}"));
}

}  // namespace

std::optional<ConnectCall> connect_line(const net::Request& request, std::string_view path,
                                        Accounts& accounts, ConnectState& state) {
    constexpr std::string_view endpoint = "v2/bot/channel/webhook/endpoint";
    const bool is_info = path == "v2/bot/info" && request.method == "GET";
    const bool is_test = path == "v2/bot/channel/webhook/test" && request.method == "POST";
    if (!is_info && !is_test && path != endpoint) return std::nullopt;
    const std::string_view token = bearer_of(request);
    SimAccount* account = token.empty() ? nullptr : accounts.with_token("line", token);
    if (account == nullptr) {
        return answered(failure(401,
                                "Authentication failed. Confirm that the access token in the "
                                "authorization header is valid."));
    }
    if (is_info) return answered(info(*account));
    if (request.method == "PUT") return put(request, *account, state);
    const auto known = state.webhooks.find(account->endpoint.account);
    if (known == state.webhooks.end()) return answered(failure(404, "Webhook endpoint not found"));
    if (is_test) return test(*account, known->second);
    JsonText json;
    json.begin_object().field("endpoint", known->second).field("active", true);
    return answered(json_answer(200, json.end_object().take()));
}

}  // namespace postern::sim
