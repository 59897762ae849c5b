// Strict where Meta is: one recipient, either a message or an action (Send API reference, read
// August 2026).
#include "gateway/sim/meta_send.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "gateway/sim/json_read.h"
#include "gateway/sim/json_text.h"
#include "gateway/sim/meta_attachments.h"
#include "gateway/sim/meta_content.h"

namespace postern::sim {
namespace {

constexpr std::int64_t human_window_s = 7 * 24 * 3'600;
constexpr std::array<std::string_view, 5> actions = {"typing_on", "typing_off", "mark_seen",
                                                     "react", "unreact"};

std::string check_type(const JsonObject& body, const MetaSendRules& rules, Call& call) {
    const std::string_view type = text_of(body, "messaging_type");
    if (has(body, "tag") && type != "MESSAGE_TAG") return "tag goes with MESSAGE_TAG";
    if (!has(body, "messaging_type")) {
        return rules.types ? "The parameter messaging_type is required" : "";
    }
    if (type == "MESSAGE_TAG") {
        call.window_s = human_window_s;
        // All other tags ended on 2026-04-27.
        return text_of(body, "tag") == "HUMAN_AGENT" ? "" : "this tag is no longer supported";
    }
    if (type == "RESPONSE" || type == "UPDATE") return {};
    return rules.types && type == "UTILITY" ? "" : "messaging_type";
}

/// {"mid":…} beside the message.
std::string check_reply(const JsonObject& body) {
    JsonObject reply;
    if (!has(body, "reply_to")) return {};
    return object_of(body, "reply_to", reply) && !text_of(reply, "mid").empty() ? "" : "reply_to";
}

bool read_recipient(const JsonObject& body, Call& call) {
    JsonObject recipient;
    if (!object_of(body, "recipient", recipient)) return false;
    for (const std::string_view name :
         {"id", "user_ref", "comment_id", "post_id", "notification_messages_token"}) {
        call.to = text_of(recipient, name);
        if (call.to.empty()) continue;
        // What is not an id was given for one message, whenever that is.
        if (name != "id") call.window_s = -1;
        return name != "id" || call.to.find_first_not_of("0123456789") == std::string::npos;
    }
    return false;
}

/// {"recipient":…,"sender_action":…}; a reaction is something that a person gets.
Call read_action(const JsonObject& body, Call call) {
    const std::string_view action = text_of(body, "sender_action");
    const bool known = std::find(actions.begin(), actions.end(), action) != actions.end();
    if (!known || has(body, "message")) {
        call.answer = meta_send_error({400, 100, 0, "(#100) sender_action, or message beside it"});
        return call;
    }
    JsonObject payload;
    const bool reacts = action == "react" || action == "unreact";
    if (reacts &&
        (!object_of(body, "payload", payload) || text_of(payload, "message_id").empty())) {
        call.answer = meta_send_error({400, 100, 0, "(#100) payload[message_id] is required"});
        return call;
    }
    call.kind = Call::Kind::other;
    JsonText json;
    json.begin_object().field("recipient_id", call.to).end_object();
    call.answer = json_answer(200, json.take());
    return call;
}

Call read_body(const net::Request& request, const MetaSendRules& rules, Call call) {
    JsonObject body;
    if (!is_media_type(request, "application/json") || !parse_object(request.body, body)) {
        call.answer = meta_send_error({400, 100, 0, "(#100) the body is no JSON object"});
        return call;
    }
    if (!read_recipient(body, call)) {
        call.answer = meta_send_error({400, 100, 0, "(#100) The parameter recipient is required"});
        return call;
    }
    if (has(body, "sender_action")) return read_action(body, std::move(call));
    JsonObject message;
    std::string problem = check_type(body, rules, call);
    if (problem.empty()) problem = check_reply(body);
    if (problem.empty()) {
        problem = object_of(body, "message", message) ? check_meta_message(message, rules, call)
                                                      : "The parameter message is required";
    }
    if (problem.empty()) {
        call.kind = Call::Kind::send;
    } else {
        call.answer = meta_send_error({400, 100, 0, "(#100) " + problem});
    }
    return call;
}

bool is_version(std::string_view segment) {
    return segment.size() > 1 && segment[0] == 'v' && segment[1] >= '0' && segment[1] <= '9';
}

}  // namespace

net::Response meta_send_error(const MetaSendError& error) {
    JsonText json;
    json.begin_object().key("error").begin_object().field("message", error.message);
    json.field("type", "OAuthException").field("code", error.code);
    if (error.subcode != 0) json.field("error_subcode", error.subcode);
    if (error.status >= 500) json.field("is_transient", true);
    json.field("fbtrace_id", "Asimulated").end_object().end_object();
    return json_answer(error.status, json.take());
}

Call read_meta_send(const net::Request& request, std::string_view path, Accounts& accounts,
                    const MetaSendRules& rules) {
    Call call;
    std::string_view own_id = take_segment(path);
    if (is_version(own_id)) own_id = take_segment(path);
    const std::string in_query = request.query_value("access_token");
    const std::string_view token = in_query.empty() ? bearer_of(request) : in_query;
    if (token.empty()) {
        call.answer = meta_send_error({401, 190, 0, "An access token is required"});
        return call;
    }
    const bool digits = own_id.find_first_not_of("0123456789") == std::string_view::npos;
    const bool uploads = path == "message_attachments";
    if (own_id.empty() || (!digits && own_id != "me") || (path != "messages" && !uploads) ||
        request.method != "POST") {
        call.answer = meta_send_error({400, 100, 33, "Unsupported post request."});
        return call;
    }
    call.account = own_id == "me" ? accounts.with_token(rules.channel, token)
                                  : accounts.find(rules.channel, own_id);
    const bool known = call.account != nullptr && (call.account->endpoint.token.empty() ||
                                                   call.account->endpoint.token == token);
    if (!known) {
        call.answer = meta_send_error({401, 190, 0, "Invalid OAuth access token"});
        return call;
    }
    if (uploads) return take_meta_attachment(request, rules, std::move(call));
    return read_body(request, rules, std::move(call));
}

net::Response accept_meta_send(const Call& call, std::string_view provider_id) {
    JsonText json;
    json.begin_object().field("recipient_id", call.to).field("message_id", provider_id);
    return json_answer(200, json.end_object().take());
}

MetaSendError meta_error_of(SendFault fault, const MetaSendRules& rules) {
    switch (fault) {
        case SendFault::rate_limited:
            return {429, 613, rules.rate_subcode,
                    "(#613) Calls to this api have exceeded the rate limit."};
        case SendFault::pair_limited:
            return {400, 4, 2018354, "(#4) Too many messages to this person"};
        case SendFault::closed_window:
            return {400, 10, rules.window_subcode,
                    "(#10) This message is sent outside of allowed window."};
        case SendFault::blocked:
            return {400, 551, 1545041, "(#551) This person isn't available right now."};
        case SendFault::unreachable:
            return {400, 100, rules.unknown_subcode, std::string(rules.unknown_words)};
        case SendFault::revoked:
            return {401, 190, 460, "Error validating access token: the session is invalid"};
        case SendFault::unavailable:
            return {503, 2, 0, "(#2) Service temporarily unavailable"};
        default:
            return {500, 2, 0, "(#2) An unexpected error has occurred"};
    }
}

net::Response refuse_meta_send(const Call& call, SendFault fault, std::int64_t retry_after_s,
                               const MetaSendRules& rules) {
    net::Response response = meta_send_error(meta_error_of(fault, rules));
    if (fault != SendFault::rate_limited) return response;
    const std::int64_t minutes = (retry_after_s + 59) / 60;
    response.headers.emplace_back(
        "X-Business-Use-Case-Usage",
        fmt::format(R"({{"{}":[{{"type":"{}","call_count":100,"total_cputime":25,)"
                    R"("total_time":25,"estimated_time_to_regain_access":{}}}]}})",
                    call.account->endpoint.own_id, rules.channel, minutes));
    return response;
}

}  // namespace postern::sim
