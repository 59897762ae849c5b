// LINE Messaging API, the side that takes messages: push with its retry key (accepted once, then
// 409 with the first answer's ids), reply (a token is good once, for a minute), loading indicator,
// read marks. LINE tells of no receipt.
#include <algorithm>

#include <fmt/format.h>

#include "gateway/sim/agenda.h"
#include "gateway/sim/announce.h"
#include "gateway/sim/json_read.h"
#include "gateway/sim/json_text.h"
#include "gateway/sim/line_messages.h"
#include "gateway/sim/receiver.h"

namespace postern::sim {
namespace {

constexpr std::size_t retry_keys_max = 100'000;
constexpr std::size_t body_bytes_max = 2 * 1024 * 1024;

net::Response failure(int status, std::string_view message, std::string_view detail = {},
                      std::string_view property = {}) {
    JsonText json;
    json.begin_object().field("message", message);
    if (!detail.empty()) {
        json.key("details").begin_array().begin_object().field("message", detail);
        json.field("property", property).end_object().end_array();
    }
    net::Response response = json_answer(status, json.end_object().take());
    response.headers.emplace_back("X-Line-Request-Id", "simulated-refusal");
    return response;
}

bool is_uuid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (dash ? c != '-' : !hex) return false;
    }
    return true;
}

bool is_chat(std::string_view to) {
    const bool prefix = !to.empty() && (to[0] == 'U' || to[0] == 'C' || to[0] == 'R');
    return prefix && to.size() == 33 &&
           to.substr(1).find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string sent_messages(std::string_view ids) {
    JsonText json;
    json.begin_object().key("sentMessages").begin_array();
    while (!ids.empty()) {
        const std::string_view id = ids.substr(0, ids.find(','));
        ids.remove_prefix(std::min(ids.size(), id.size() + 1));
        json.begin_object().field("id", id).field("quoteToken", fmt::format("q{}", id));
        json.end_object();
    }
    return json.end_array().end_object().take();
}

net::Response accepted_before(std::string_view ids) {
    std::string body = sent_messages(ids);
    body.insert(1, R"("message":"The retry key is already accepted",)");
    net::Response response = json_answer(409, std::move(body));
    response.headers.emplace_back("X-Line-Request-Id", "simulated-repeat");
    response.headers.emplace_back("X-Line-Accepted-Request-Id", fmt::format("simulated-{}", ids));
    return response;
}

void read_push(const net::Request& request, const JsonObject& body, Call& call) {
    call.retry_key = request.header("x-line-retry-key");
    std::transform(call.retry_key.begin(), call.retry_key.end(), call.retry_key.begin(),
                   [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c; });
    if (!call.retry_key.empty() && !is_uuid(call.retry_key)) {
        call.answer = failure(400, "The value of the 'X-Line-Retry-Key' header is invalid.");
        return;
    }
    call.to = text_of(body, "to");
    if (!is_chat(call.to)) {
        call.answer = failure(400,
                              "The property, 'to', in the request body is invalid "
                              "(line: -, column: -)");
        return;
    }
    if (const LineProblem problem = check_line_messages(body, call.text)) {
        call.answer =
            failure(400, "The request body has 1 error(s)", problem.message, problem.property);
        return;
    }
    const auto known = call.account->retry_keys.find(call.retry_key);
    if (!call.retry_key.empty() && known != call.account->retry_keys.end()) {
        call.kind = Call::Kind::other;
        call.answer = accepted_before(known->second);
        return;
    }
    call.kind = Call::Kind::send;
}

/// One answer to an event, soon: to whom, the token says.
void read_reply(const JsonObject& body, Call& call) {
    const std::string_view token = text_of(body, "replyToken");
    if (const LineProblem problem = check_line_messages(body, call.text)) {
        call.answer =
            failure(400, "The request body has 1 error(s)", problem.message, problem.property);
        return;
    }
    const SimReplyToken* const known = find_reply_token(*call.account, token, steady_now_us());
    if (known == nullptr) {
        call.answer = failure(400, "Invalid reply token");
        return;
    }
    call.to = known->to;
    call.reply_token = token;
    call.kind = Call::Kind::send;
}

/// The chat's indicator: 5 to 60 seconds, a multiple of 5, of one person.
void read_loading(const JsonObject& body, Call& call) {
    double seconds = 20;
    const bool given = has(body, "loadingSeconds");
    const bool number = !given || number_of(body, "loadingSeconds", seconds);
    const auto whole = static_cast<int>(seconds);
    const bool good = number && whole >= 5 && whole <= 60 && whole % 5 == 0;
    const std::string_view chat = text_of(body, "chatId");
    if (!is_chat(chat) || !chat.starts_with('U') || !good) {
        call.answer = failure(400, "The request body has 1 error(s)", "invalid", "chatId");
        return;
    }
    call.kind = Call::Kind::other;
    call.what = "typing";
    call.answer = json_answer(202, "{}");
}

/// Read tokens do not end.
void read_mark(const JsonObject& body, Call& call) {
    if (call.account->read_tokens.contains(text_of(body, "markAsReadToken"))) {
        call.kind = Call::Kind::other;
        call.what = "read";
        call.answer = json_answer(200, "{}");
    } else {
        call.answer = failure(400, "Invalid markAsReadToken");
    }
}

Call read(const net::Request& request, std::string_view path, Accounts& accounts) {
    Call call;
    const std::string_view token = bearer_of(request);
    call.account = token.empty() ? nullptr : accounts.with_token("line", token);
    if (call.account == nullptr) {
        call.answer = failure(401,
                              "Authentication failed. Confirm that the access token in the "
                              "authorization header is valid.");
        return call;
    }
    JsonObject body;
    call.answer = failure(404, "Not found");
    if (request.method != "POST" || !path.starts_with("v2/bot/")) return call;
    path.remove_prefix(7);
    const bool json = is_media_type(request, "application/json");
    if (!json || !parse_object(request.body, body)) {
        call.answer = json ? failure(400,
                                     "The request body could not be parsed as JSON (line: 1, "
                                     "column: 1)")
                           : failure(415, "Unsupported media type");
        return call;
    }
    if (request.body.size() > body_bytes_max) {
        call.answer = failure(413, "Request entity too large");
    } else if (path != "message/push" && !request.header("x-line-retry-key").empty()) {
        call.answer = failure(400, "The retry key is not supported by this endpoint.");
    } else if (path == "message/push") {
        read_push(request, body, call);
    } else if (path == "message/reply") {
        read_reply(body, call);
    } else if (path == "chat/loading/start") {
        read_loading(body, call);
    } else if (path == "chat/markAsRead") {
        read_mark(body, call);
    }
    return call;
}

std::string provider_id(const Call&, std::uint64_t number, std::uint64_t run) {
    return fmt::format("46{:06}{:010}", run % 1'000'000, number);
}

net::Response accept(const Call& call, std::string_view provider_id, std::int64_t) {
    auto& keys = call.account->retry_keys;
    if (keys.size() >= retry_keys_max) keys.erase(keys.begin());
    if (!call.retry_key.empty()) keys.emplace(call.retry_key, provider_id);
    call.account->reply_tokens.erase(call.reply_token);
    net::Response response = json_answer(200, sent_messages(provider_id));
    response.headers.emplace_back("X-Line-Request-Id", fmt::format("simulated-{}", provider_id));
    return response;
}

/// Whoever blocked the account gets nothing, and the sender is not told. The retry key is spent all
/// the same.
net::Response pretend_to_accept(const Call& call) {
    auto& keys = call.account->retry_keys;
    const std::string id = fmt::format("4600{:014}", keys.size());
    if (keys.size() >= retry_keys_max) keys.erase(keys.begin());
    if (!call.retry_key.empty()) keys.emplace(call.retry_key, id);
    call.account->reply_tokens.erase(call.reply_token);
    net::Response response = json_answer(200, sent_messages(id));
    response.headers.emplace_back("X-Line-Request-Id", "simulated-blocked");
    return response;
}

net::Response refuse(const Call& call, SendFault fault, std::int64_t) {
    switch (fault) {
        case SendFault::rate_limited:
        case SendFault::pair_limited:  // LINE knows no limit of one person
            // No Retry-After: LINE documents none.
            return failure(429, "The API rate limit has been exceeded. Try again later.");
        case SendFault::closed_window:  // the nearest thing to it: the plan's messages are spent
            return failure(429, "You have reached your monthly limit.");
        case SendFault::blocked:
            return pretend_to_accept(call);
        case SendFault::unreachable:
            return failure(400, "Failed to send messages");
        case SendFault::revoked:
            return failure(401,
                           "Authentication failed. Confirm that the access token in the "
                           "authorization header is valid.");
        case SendFault::unavailable:
            return failure(503, "Service Unavailable");
        default:
            return failure(500, "Internal Server Error");
    }
}

}  // namespace

const Receiver line_receiver = {
    .channel = "line",
    .read = read,
    .provider_id = provider_id,
    .accept = accept,
    .refuse = refuse,
    .refuses_later = refuses_at_once,
    .receipt = tells_nothing,
};

}  // namespace postern::sim
