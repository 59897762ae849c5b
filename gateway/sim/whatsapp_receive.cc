// WhatsApp Cloud API, the side that takes messages: POST /{phone_number_id}/messages, Graph's
// errors, and status webhooks with biz_opaque_callback_data.
#include <array>

#include <fmt/format.h>

#include "gateway/sim/json_text.h"
#include "gateway/sim/provider.h"
#include "gateway/sim/receiver.h"
#include "gateway/sim/whatsapp_content.h"
#include "gateway/sim/whatsapp_media.h"

namespace postern::sim {
namespace {

struct GraphError {
    int status;
    int code;
    std::string_view message;
};

net::Response graph_error(const GraphError& error, std::string_view details) {
    JsonText json;
    json.begin_object().key("error").begin_object().field("message", error.message);
    json.field("type", "OAuthException").field("code", error.code).key("error_data").begin_object();
    json.field("messaging_product", "whatsapp").field("details", details).end_object();
    json.field("fbtrace_id", "Asimulated").end_object().end_object();
    return json_answer(error.status, json.take());
}

Call refused(const GraphError& error, std::string_view details) {
    Call call;
    call.answer = graph_error(error, details);
    return call;
}

Call refused(const GraphProblem& problem) {
    const std::string message = problem.details.starts_with("(#")
                                    ? problem.details
                                    : fmt::format("(#{}) {}", problem.code, problem.details);
    return refused({400, problem.code, message}, problem.details);
}

/// "to" is a phone number, or "recipient" a business-scoped user id ("US.1349").
GraphProblem read_recipient(const JsonObject& message, Call& call) {
    const std::string_view kind = text_of(message, "recipient_type");
    if (has(message, "recipient_type") && kind != "individual" && kind != "group") {
        return {131009, "recipient_type must be individual or group"};
    }
    call.to = text_of(message, "to");
    if (call.to.empty() && has(message, "recipient")) {
        call.to = text_of(message, "recipient");
        const bool scoped = call.to.size() > 3 && call.to[2] == '.';
        return scoped ? GraphProblem{} : GraphProblem{131009, "recipient is no user id"};
    }
    if (call.to.empty()) return {100, "(#100) The parameter to is required."};
    if (kind == "group" || is_phone(call.to)) return {};
    return {131009, fmt::format("Parameter value is not valid: to '{}'", call.to)};
}

GraphProblem read_common(const JsonObject& message, Call& call) {
    if (auto problem = read_recipient(message, call)) return problem;
    bool is_text = true;
    call.echo = text_of(message, "biz_opaque_callback_data", &is_text);
    if (has(message, "biz_opaque_callback_data") && (!is_text || call.echo.size() > 512)) {
        return {131009, "biz_opaque_callback_data must be a string of at most 512 characters"};
    }
    JsonObject context;
    if (has(message, "context") && (!object_of(message, "context", context) ||
                                    !text_of(context, "message_id").starts_with("wamid."))) {
        return {131009, "context['message_id'] is no message id"};
    }
    return {};
}

/// {"status":"read","message_id":…}, with a typing indicator perhaps.
Call read_mark(const JsonObject& message) {
    if (text_of(message, "status") != "read") return refused({131009, "status must be read"});
    if (!text_of(message, "message_id").starts_with("wamid.")) {
        return refused({131009, "message_id is no message id"});
    }
    JsonObject typing;
    if (has(message, "typing_indicator") &&
        (!object_of(message, "typing_indicator", typing) || text_of(typing, "type") != "text")) {
        return refused({131009, "typing_indicator['type'] must be text"});
    }
    Call call;
    call.kind = Call::Kind::other;
    call.answer = json_answer(200, R"({"success":true})");
    return call;
}

Call read_upload(const net::Request& request, SimAccount& account) {
    Call call;
    std::string id;
    if (const auto problem = take_whatsapp_medium(request, account, id)) return refused(problem);
    call.kind = Call::Kind::other;
    call.answer = json_answer(200, fmt::format(R"({{"id":"{}"}})", id));
    return call;
}

Call read_message(const net::Request& request, const SimAccount& account) {
    constexpr GraphError not_json = {400, 100, "(#100) Invalid parameter"};
    JsonObject message;
    if (!is_media_type(request, "application/json") || !parse_object(request.body, message)) {
        return refused(not_json, "the body is no JSON object of type application/json");
    }
    if (text_of(message, "messaging_product") != "whatsapp") {
        return refused({100, "(#100) The parameter messaging_product is required."});
    }
    if (has(message, "status")) return read_mark(message);
    Call call;
    if (const auto problem = read_common(message, call)) return refused(problem);
    GraphMessage content;
    if (const auto problem = read_content(message, content)) return refused(problem);
    if (!content.media_id.empty()) {
        const auto problem = check_whatsapp_medium(account, content.media_id, content.type);
        if (problem) return refused(problem);
    }
    call.kind = Call::Kind::send;
    call.text = std::move(content.text);
    call.template_name = std::move(content.template_name);
    return call;
}

bool is_version(std::string_view segment) {
    return segment.size() > 1 && segment[0] == 'v' && segment[1] >= '0' && segment[1] <= '9';
}

Call read(const net::Request& request, std::string_view path, Accounts& accounts) {
    constexpr GraphError no_token = {401, 190, "Invalid OAuth access token."};
    constexpr GraphError no_object = {400, 100, "Unsupported post request."};
    std::string_view own_id = take_segment(path);
    if (is_version(own_id)) own_id = take_segment(path);
    const std::string_view token = bearer_of(request);
    if (token.empty()) return refused(no_token, "an access token is required");
    const bool digits = own_id.find_first_not_of("0123456789") == std::string_view::npos;
    const bool listing = path == "message_templates" && request.method == "GET";
    const bool sending = path == "messages" || path == "media";
    const bool known_edge = listing || (sending && request.method == "POST");
    if (own_id.empty() || !digits || !known_edge) {
        return refused(no_object, "no such object, or no such edge");
    }
    if (listing) {
        // A business account is not a sender: it has no account of ours, and takes any token.
        Call call;
        call.kind = Call::Kind::other;
        call.method = path;
        return call;
    }
    SimAccount* account = accounts.find("whatsapp", own_id);
    if (account == nullptr) return refused(no_object, "no such object");
    if (!account->endpoint.token.empty() && token != account->endpoint.token) {
        return refused(no_token, "the access token is not this account's");
    }
    Call call = path == "media" ? read_upload(request, *account) : read_message(request, *account);
    call.account = account;
    return call;
}

std::string provider_id(const Call&, std::uint64_t number, std::uint64_t run) {
    return fmt::format("wamid.OUT{:08x}{:08X}", run & 0xffffffffu, number);
}

net::Response accept(const Call& call, std::string_view provider_id, std::int64_t) {
    const std::string_view wa_id = std::string_view(call.to).substr(call.to.starts_with('+'));
    JsonText json;
    json.begin_object().field("messaging_product", "whatsapp").key("contacts").begin_array();
    json.begin_object().field("input", call.to).field("wa_id", wa_id).end_object().end_array();
    json.key("messages").begin_array().begin_object().field("id", provider_id);
    if (!call.template_name.empty()) json.field("message_status", "accepted");
    json.end_object().end_array().end_object();
    return json_answer(200, json.take());
}

GraphError error_of(SendFault fault) {
    switch (fault) {
        case SendFault::rate_limited:
            return {429, 130429, "(#130429) Rate limit hit"};
        case SendFault::pair_limited:
            return {400, 131056, "(#131056) (Business Account, Consumer Account) pair rate limit"};
        case SendFault::closed_window:
            return {400, 131047, "(#131047) Re-engagement message"};
        case SendFault::blocked:
        case SendFault::unreachable:
            return {400, 131026, "(#131026) Message undeliverable"};
        case SendFault::revoked:
            return {401, 190, "Error validating access token: the session has been invalidated"};
        case SendFault::template_missing:
            return {404, 132001, "(#132001) Template name does not exist in the translation"};
        case SendFault::template_paused:
            return {400, 132015, "(#132015) Template is paused"};
        case SendFault::unavailable:
            return {503, 131016, "(#131016) Service unavailable"};
        default:
            return {500, 131000, "(#131000) Something went wrong"};
    }
}

net::Response refuse(const Call&, SendFault fault, std::int64_t) {
    // No Retry-After: Graph documents none.
    return graph_error(error_of(fault), to_string(fault));
}

void write_status(JsonText& json, const Receipt& receipt) {
    json.begin_object().field("id", receipt.provider_id).field("status", receipt.state);
    json.field("timestamp", std::to_string(receipt.time_s));
    json.field("recipient_id", std::string_view(receipt.to).substr(receipt.to.starts_with('+')));
    if (!receipt.echo.empty()) json.field("biz_opaque_callback_data", receipt.echo);
    if (receipt.state == "sent" || receipt.state == "delivered") {
        json.key("pricing").begin_object().field("billable", true).field("pricing_model", "PMP");
        json.field("type", "regular").field("category", "service").end_object();
    }
    if (receipt.state == "failed") {
        GraphError error = error_of(receipt.cause);
        if (receipt.cause == SendFault::none) error = error_of(SendFault::unreachable);
        json.key("errors").begin_array().begin_object().field("code", error.code);
        const std::string_view title = error.message.substr(error.message.find(' ') + 1);
        json.field("title", title).field("message", title).key("error_data").begin_object();
        json.field("details", title).end_object().end_object().end_array();
    }
    json.end_object();
}

bool receipt(const Receipt& receipt, Webhook& webhook) {
    const Endpoint& endpoint = *receipt.endpoint;
    if (!is_addressed(endpoint)) return false;
    JsonText json(JsonSpelling::ascii);
    json.begin_object().field("object", "whatsapp_business_account").key("entry").begin_array();
    json.begin_object().field("id", "200100").key("changes").begin_array().begin_object();
    json.field("field", "messages").key("value").begin_object();
    json.field("messaging_product", "whatsapp").key("metadata").begin_object();
    json.field("display_phone_number", endpoint.own_address);
    json.field("phone_number_id", endpoint.own_id).end_object().key("statuses").begin_array();
    write_status(json, receipt);
    json.end_array().end_object().end_object().end_array().end_object().end_array().end_object();
    webhook = json_webhook(endpoint, json.take(), receipt.time_s);
    return true;
}

}  // namespace

const Receiver whatsapp_receiver = {
    .channel = "whatsapp",
    .read = read,
    .provider_id = provider_id,
    .accept = accept,
    .refuse = refuse,
    .refuses_later = refuses_at_once,
    .receipt = receipt,
};

}  // namespace postern::sim
