// Strict where Meta is: one recipient, either a message or an action, one kind of content, titles
// and payloads within their limits (Send API reference, read August 2026).
#include "gateway/sim/meta_send.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "gateway/sim/json_read.h"
#include "gateway/sim/json_text.h"

namespace postern::sim {
namespace {

using simdjson::SUCCESS;
using List = simdjson::dom::array;

constexpr std::array<std::string_view, 6> media_types = {"image", "audio",      "video",
                                                         "file",  "like_heart", "MEDIA_SHARE"};
constexpr std::array<std::string_view, 5> actions = {"typing_on", "typing_off", "mark_seen",
                                                     "react", "unreact"};

template <class List_>
bool is_in(const List_& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

std::string check_button(JsonElement element) {
    JsonObject button;
    if (element.get(button) != SUCCESS) return "a button is an object";
    const std::string_view type = text_of(button, "type");
    const std::string_view title = text_of(button, "title");
    if (title.empty() || characters(title) > 20) return "a button's title has 1 to 20 characters";
    if (type == "postback") {
        const std::size_t payload = text_of(button, "payload").size();
        return payload == 0 || payload > 1'000 ? "a postback's payload has 1 to 1000 bytes" : "";
    }
    if (type == "web_url") return is_http_url(text_of(button, "url")) ? "" : "a button's url";
    if (type == "phone_number") {
        return is_phone(text_of(button, "payload")) ? "" : "a button's phone number";
    }
    return "a button of no known type";
}

std::string check_buttons(const JsonObject& holder, bool required) {
    List buttons;
    if (!array_of(holder, "buttons", buttons)) return required ? "buttons are missing" : "";
    if (buttons.size() == 0 || buttons.size() > 3) return "1 to 3 buttons";
    for (const JsonElement button : buttons) {
        if (std::string problem = check_button(button); !problem.empty()) return problem;
    }
    return {};
}

std::string check_element(JsonElement element) {
    JsonObject card;
    if (element.get(card) != SUCCESS) return "an element is an object";
    const std::string_view title = text_of(card, "title");
    if (title.empty() || characters(title) > 80) return "an element's title has 1 to 80 characters";
    if (characters(text_of(card, "subtitle")) > 80) return "a subtitle has at most 80 characters";
    if (has(card, "image_url") && !is_http_url(text_of(card, "image_url"))) return "an image_url";
    return check_buttons(card, false);
}

std::string check_template(const JsonObject& payload, Call& call) {
    const std::string_view type = text_of(payload, "template_type");
    if (type == "button") {
        call.text = text_of(payload, "text");
        if (call.text.empty() || characters(call.text) > 640) return "text has 1 to 640 characters";
        return check_buttons(payload, true);
    }
    List elements;
    if (type != "generic") return "no such template_type";
    if (!array_of(payload, "elements", elements) || elements.size() == 0 || elements.size() > 10) {
        return "1 to 10 elements";
    }
    JsonObject first;
    if (elements.at(0).get(first) == SUCCESS) call.text = text_of(first, "title");
    for (const JsonElement element : elements) {
        if (std::string problem = check_element(element); !problem.empty()) return problem;
    }
    return {};
}

std::string check_attachment(const JsonObject& attachment, Call& call) {
    const std::string_view type = text_of(attachment, "type");
    JsonObject payload;
    if (type == "like_heart") return {};
    if (!object_of(attachment, "payload", payload)) return "attachment['payload'] is missing";
    if (type == "template") return check_template(payload, call);
    if (!is_in(media_types, type)) return "no such attachment type";
    const bool named = has(payload, "attachment_id") || has(payload, "id");
    if (!named && !is_http_url(text_of(payload, "url"))) return "the attachment has no good URL";
    return {};
}

std::string check_quick_replies(const JsonObject& message) {
    List replies;
    if (!has(message, "quick_replies")) return {};
    if (!array_of(message, "quick_replies", replies) || replies.size() == 0 ||
        replies.size() > 13) {
        return "1 to 13 quick replies";
    }
    for (const JsonElement element : replies) {
        JsonObject reply;
        if (element.get(reply) != SUCCESS) return "a quick reply is an object";
        const std::string_view type = text_of(reply, "content_type");
        if (type == "user_phone_number" || type == "user_email") continue;
        const std::string_view title = text_of(reply, "title");
        if (type != "text") return "a quick reply of no known content_type";
        if (title.empty() || characters(title) > 20) return "a title has 1 to 20 characters";
        if (text_of(reply, "payload").size() > 1'000) return "a payload has at most 1000 bytes";
    }
    return {};
}

std::string check_message(const JsonObject& message, const MetaSendRules& rules, Call& call) {
    const bool has_text = has(message, "text");
    const bool has_attachment = has(message, "attachment") || has(message, "attachments");
    if (has_text && has_attachment) return "message takes text or an attachment, not both";
    if (has(message, "metadata")) {
        call.echo = text_of(message, "metadata");
        if (!rules.metadata) return "Invalid keys \"metadata\" were found in param \"message\".";
        if (call.echo.empty() || call.echo.size() > 1'000) return "metadata";
    }
    if (has_text) {
        call.text = text_of(message, "text");
        const std::size_t size = rules.text_in_bytes ? call.text.size() : characters(call.text);
        if (size == 0 || size > rules.text_max) {
            return fmt::format("Length of param message[text] must be less than or equal to {}",
                               rules.text_max);
        }
        return check_quick_replies(message);
    }
    if (has(message, "sticker_id")) return {};
    JsonObject utility;
    if (object_of(message, "template", utility)) {
        call.text = text_of(utility, "name");
        return call.text.empty() ? "template['name'] is missing" : "";
    }
    JsonObject attachment;
    if (object_of(message, "attachment", attachment) ||
        object_of(message, "attachments", attachment)) {
        std::string problem = check_attachment(attachment, call);
        return problem.empty() ? check_quick_replies(message) : problem;
    }
    return "message needs text or an attachment";
}

std::string check_type(const JsonObject& body, const MetaSendRules& rules) {
    const std::string_view type = text_of(body, "messaging_type");
    if (has(body, "tag") && type != "MESSAGE_TAG") return "tag goes with MESSAGE_TAG";
    if (!has(body, "messaging_type")) return {};
    if (type == "MESSAGE_TAG") {
        // All other tags ended on 2026-04-27.
        return text_of(body, "tag") == "HUMAN_AGENT" ? "" : "this tag is no longer supported";
    }
    if (type == "RESPONSE" || type == "UPDATE") return {};
    return rules.types && type == "UTILITY" ? "" : "messaging_type";
}

bool read_recipient(const JsonObject& body, Call& call) {
    JsonObject recipient;
    if (!object_of(body, "recipient", recipient)) return false;
    for (const std::string_view name :
         {"id", "user_ref", "comment_id", "post_id", "notification_messages_token"}) {
        call.to = text_of(recipient, name);
        if (!call.to.empty()) return true;
    }
    return false;
}

/// {"recipient":…,"sender_action":…}; a reaction is something that a person gets.
Call read_action(const JsonObject& body, Call call) {
    const std::string_view action = text_of(body, "sender_action");
    if (!is_in(actions, action) || has(body, "message")) {
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
    std::string problem = check_type(body, rules);
    if (problem.empty()) {
        problem = object_of(body, "message", message) ? check_message(message, rules, call)
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
    if (own_id.empty() || (!digits && own_id != "me") || path != "messages" ||
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
    return read_body(request, rules, std::move(call));
}

net::Response accept_meta_send(const Call& call, std::string_view provider_id) {
    JsonText json;
    json.begin_object().field("recipient_id", call.to).field("message_id", provider_id);
    return json_answer(200, json.end_object().take());
}

net::Response refuse_meta_send(const Call& call, const MetaSendError& error, bool of_account,
                               std::int64_t retry_after_s) {
    net::Response response = meta_send_error(error);
    if (!of_account) return response;
    const std::int64_t minutes = (retry_after_s + 59) / 60;
    response.headers.emplace_back(
        "X-Business-Use-Case-Usage",
        fmt::format(R"({{"{}":[{{"type":"messenger","call_count":100,"total_cputime":25,)"
                    R"("total_time":25,"estimated_time_to_regain_access":{}}}]}})",
                    call.account->endpoint.own_id, minutes));
    return response;
}

}  // namespace postern::sim
