// Telegram Bot API (10.1), the side that takes calls: POST /bot{token}/{method} with JSON, a form
// or a query; multipart is not read. It sends no receipts: an accepted call is all there is.
#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "gateway/sim/json_text.h"
#include "gateway/sim/receiver.h"
#include "gateway/sim/telegram_call.h"

namespace postern::sim {
namespace {

constexpr std::int64_t first_number = 1 << 30;  // above what webhooks of this run name

net::Response failure(int code, std::string_view description) {
    JsonText json;
    json.begin_object().field("ok", false).field("error_code", code);
    json.field("description", description).end_object();
    return json_answer(code, json.take());
}

net::Response too_many(std::int64_t retry_after_s) {
    const std::int64_t wait = std::max<std::int64_t>(retry_after_s, 1);
    JsonText json;
    json.begin_object().field("ok", false).field("error_code", 429);
    json.field("description", fmt::format("Too Many Requests: retry after {}", wait));
    json.key("parameters").begin_object().field("retry_after", wait).end_object().end_object();
    net::Response response = json_answer(429, json.take());
    response.headers.emplace_back("Retry-After", std::to_string(wait));
    return response;
}

/// "123456:letters": anything else is no bot, which Telegram answers with 404.
std::string_view bot_id_of(std::string_view token) {
    const std::size_t colon = token.find(':');
    if (colon == std::string_view::npos || colon + 1 == token.size()) return {};
    const std::string_view id = token.substr(0, colon);
    return id.find_first_not_of("0123456789") == std::string_view::npos ? id : std::string_view();
}

/// A bot has a webhook or polls, never both. Answers itself where it refuses.
void follow_webhook(Call& call) {
    SimAccount& account = *call.account;
    if (call.method == "setWebhook") account.polls = false;
    if (call.method == "deleteWebhook") account.polls = true;
    const bool polls = call.method == "getUpdates" && account.polls;
    if (call.method == "setWebhook" || polls) {
        // Not named, the last list holds; before the first, Telegram's own.
        if (call.updates.allowed) account.updates = std::move(call.updates.allowed);
        if (!account.updates) account.updates.emplace();
    }
    if (call.method != "getUpdates" || account.polls) return;
    call.kind = Call::Kind::refused;
    call.answer = failure(409,
                          "Conflict: can't use getUpdates method while webhook is active; use "
                          "deleteWebhook to delete the webhook first");
}

Call read(const net::Request& request, std::string_view path, Accounts& accounts) {
    Call call;
    std::string_view bot = take_segment(path);
    call.answer = failure(404, "Not Found");
    if (!bot.starts_with("bot") || (request.method != "POST" && request.method != "GET")) {
        return call;
    }
    bot.remove_prefix(3);
    const std::string_view id = bot_id_of(bot);
    if (id.empty()) return call;
    call.account = accounts.find("telegram", id);
    const bool known = call.account != nullptr;
    if (!known || (!call.account->endpoint.token.empty() && call.account->endpoint.token != bot)) {
        call.answer = failure(401, "Unauthorized");
        return call;
    }
    std::string problem;
    switch (read_method(request, path, call, problem)) {
        case MethodKind::unknown:
            break;
        case MethodKind::refused:
            call.answer = failure(400, "Bad Request: " + problem);
            break;
        case MethodKind::other:
            call.kind = Call::Kind::other;
            call.answer = json_answer(200, method_result(call));
            follow_webhook(call);
            break;
        case MethodKind::send:
            call.kind = Call::Kind::send;
    }
    return call;
}

/// Message ids are unique only in a chat: both together name the message.
std::string provider_id(const Call& call, std::uint64_t number, std::uint64_t) {
    return fmt::format("{}:{}", call.to, first_number + static_cast<std::int64_t>(number));
}

net::Response accept(const Call& call, std::string_view provider_id, std::int64_t now_s) {
    if (call.method == "setMessageReaction")
        return json_answer(200, R"({"ok":true,"result":true})");
    const std::string_view message_id = provider_id.substr(provider_id.rfind(':') + 1);
    JsonText json;
    const bool album = call.method == "sendMediaGroup";
    json.begin_object().field("ok", true).key("result");
    if (album) json.begin_array();
    json.begin_object().field_raw("message_id", message_id).key("from").begin_object();
    json.field_raw("id", call.account->endpoint.own_id).field("is_bot", true);
    json.field("first_name", "Simulated").end_object().key("chat").begin_object();
    if (call.to.starts_with('@')) {
        json.field("id", -1'001'000'000'007).field("type", "channel");
        json.field("username", std::string_view(call.to).substr(1));
    } else {
        json.field_raw("id", call.to);
        json.field("type", call.to.starts_with('-') ? "supergroup" : "private");
    }
    json.end_object().field("date", now_s);
    json.field(call.method == "sendMessage" ? "text" : "caption", call.text).end_object();
    if (album) json.end_array();
    json.end_object();
    return json_answer(200, json.take());
}

net::Response refuse(const Call&, SendFault fault, std::int64_t retry_after_s) {
    switch (fault) {
        case SendFault::rate_limited:
        case SendFault::pair_limited:
            return too_many(retry_after_s);
        case SendFault::closed_window:
            return failure(403, "Forbidden: bot can't initiate conversation with a user");
        case SendFault::blocked:
            return failure(403, "Forbidden: bot was blocked by the user");
        case SendFault::unreachable:
            return failure(400, "Bad Request: chat not found");
        case SendFault::revoked:
            return failure(401, "Unauthorized");
        case SendFault::unavailable:
            return failure(502, "Bad Gateway");
        default:
            return failure(500, "Internal Server Error");
    }
}

}  // namespace

const Receiver telegram_receiver = {
    .channel = "telegram",
    .read = read,
    .provider_id = provider_id,
    .accept = accept,
    .refuse = refuse,
    .refuses_later = refuses_at_once,
    .receipt = tells_nothing,
};

}  // namespace postern::sim
