// Twilio's Messages resource (2010-04-01), the side that takes messages: Basic auth, a form,
// Twilio's error codes, and a signed callback to the StatusCallback that each message names.
#include <algorithm>
#include <array>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "gateway/sim/base64.h"
#include "gateway/sim/json_text.h"
#include "gateway/sim/provider.h"
#include "gateway/sim/receiver.h"
#include "gateway/sim/twilio_form.h"

namespace postern::sim {
namespace {

net::Response failure(int status, int code, std::string_view message) {
    JsonText json;
    json.begin_object().field("code", code).field("message", message);
    json.field("more_info", fmt::format("https://www.twilio.com/docs/errors/{}", code));
    json.field("status", status).end_object();
    return json_answer(status, json.take());
}

bool is_sid(std::string_view text, std::string_view prefix) {
    return text.size() == 34 && text.starts_with(prefix) &&
           text.substr(2).find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// "AC…:token" or "SK…:secret". Only the first names the account, and its token signs callbacks.
bool authenticate(const net::Request& request, std::string_view sid, Call& call) {
    constexpr std::string_view scheme = "Basic ";
    const std::string_view value = request.header("authorization");
    std::string pair;
    if (!value.starts_with(scheme) || !base64_decode(value.substr(scheme.size()), pair)) {
        return false;
    }
    const std::size_t colon = std::min(pair.find(':'), pair.size());
    const std::string user = pair.substr(0, colon);
    const std::string password = pair.substr(std::min(pair.size(), colon + 1));
    if (password.empty()) return false;
    const Endpoint& endpoint = call.account->endpoint;
    if (is_sid(user, "SK")) {
        call.secret = endpoint.secret;
        return endpoint.token.empty() || endpoint.token == pair || endpoint.token == password;
    }
    if (user != sid) return false;
    call.secret = endpoint.secret.empty() ? password : endpoint.secret;
    return endpoint.token.empty() || endpoint.token == password;
}

constexpr std::int64_t whatsapp_window_s = 24 * 3'600;

Call read(const net::Request& request, std::string_view path, Accounts& accounts) {
    Call call;
    call.answer = failure(404, 20404, "The requested resource was not found");
    const bool shape = take_segment(path) == "2010-04-01" && take_segment(path) == "Accounts";
    const std::string_view sid = take_segment(path);
    if (!shape || !is_sid(sid, "AC")) return call;
    call.account = accounts.find("twilio", sid);
    if (call.account == nullptr) return call;
    if (!authenticate(request, sid, call)) {
        call.answer = failure(401, 20003, "Authenticate");
        return call;
    }
    if (path != "Messages.json") return call;
    if (request.method != "POST") {
        call.answer = failure(405, 20004, "Method not allowed");
        return call;
    }
    if (!is_media_type(request, "application/x-www-form-urlencoded")) {
        call.answer = failure(415, 20001, "The body must be a form");
        return call;
    }
    const Form form = parse_form(request.body);
    const TwilioProblem problem = read_message_form(form, call);
    // SMS has no window; of WhatsApp's a content template (ContentSid) is free.
    const bool of_template = std::any_of(
        form.begin(), form.end(), [](const auto& field) { return field.first == "ContentSid"; });
    if (call.to.starts_with("whatsapp:")) call.window_s = of_template ? -1 : whatsapp_window_s;
    if (problem.code != 0) {
        call.answer = failure(400, problem.code, problem.message);
    } else {
        call.kind = Call::Kind::send;
    }
    return call;
}

std::string provider_id(const Call&, std::uint64_t number, std::uint64_t run) {
    // The first digit keeps them apart from the ids of this run's inbound messages.
    return fmt::format("SMf{:015x}{:016x}", run & 0xfffffffffffffffu, number);
}

net::Response accept(const Call& call, std::string_view provider_id, std::int64_t now_s) {
    const bool service = call.from.starts_with("MG");
    const Endpoint& endpoint = call.account->endpoint;
    const auto at = fmt::gmtime(static_cast<std::time_t>(now_s));
    JsonText json;
    json.begin_object().field("sid", provider_id).field("account_sid", endpoint.own_id);
    json.field("api_version", "2010-04-01").field("body", call.text).field("to", call.to);
    service ? json.field_raw("from", "null") : json.field("from", call.from);
    service ? json.field("messaging_service_sid", call.from)
            : json.field_raw("messaging_service_sid", "null");
    json.field("status", service ? "accepted" : "queued").field("direction", "outbound-api");
    json.field("num_segments", service ? "0" : "1").field("num_media", "0");
    json.field_raw("error_code", "null").field_raw("error_message", "null");
    json.field_raw("price", "null").field("price_unit", "USD").field_raw("date_sent", "null");
    const std::string date = fmt::format("{:%a, %d %b %Y %H:%M:%S} +0000", at);
    json.field("date_created", date).field("date_updated", date);
    json.field("uri", fmt::format("/2010-04-01/Accounts/{}/Messages/{}.json", endpoint.own_id,
                                  provider_id));
    return json_answer(201, json.end_object().take());
}

net::Response refuse(const Call&, SendFault fault, std::int64_t retry_after_s) {
    switch (fault) {
        case SendFault::rate_limited:
        case SendFault::pair_limited: {
            net::Response response = failure(429, 20429, "Too Many Requests");
            response.headers.emplace_back("Retry-After", std::to_string(retry_after_s));
            return response;
        }
        case SendFault::blocked:
            return failure(400, 21610, "Attempt to send to unsubscribed recipient");
        case SendFault::closed_window:
            return failure(400, 63016, "Failed to send freeform message outside the window");
        case SendFault::unreachable:
            return failure(400, 21614, "'To' number is not a valid mobile number");
        case SendFault::revoked:
            return failure(401, 20003, "Authenticate");
        case SendFault::unavailable:
            return failure(503, 20503, "Service unavailable");
        default:
            return failure(500, 20500, "Internal server error");
    }
}

/// The window is WhatsApp's, and Twilio asks WhatsApp after it has answered.
bool refuses_later(const Call&, SendFault fault) {
    return fault == SendFault::closed_window;
}

std::string_view error_code_of(SendFault cause) {
    switch (cause) {
        case SendFault::closed_window:
            return "63016";
        case SendFault::blocked:
            return "30004";
        case SendFault::unreachable:
            return "30005";
        default:
            return "30003";
    }
}

bool receipt(const Receipt& receipt, Webhook& webhook) {
    if (receipt.status_url.empty() || receipt.secret.empty()) return false;
    const std::string_view state = receipt.state == "failed" ? "undelivered" : receipt.state;
    Form form = {{"MessageStatus", std::string(state)},
                 {"SmsStatus", std::string(state)},
                 {"To", receipt.to},
                 {"ApiVersion", "2010-04-01"},
                 {"AccountSid", receipt.endpoint->own_id},
                 {"SmsSid", receipt.provider_id},
                 {"MessageSid", receipt.provider_id}};
    const bool service = receipt.from.starts_with("MG");
    form.emplace_back(service ? "MessagingServiceSid" : "From", receipt.from);
    if (state == "undelivered") form.emplace_back("ErrorCode", error_code_of(receipt.cause));
    webhook.endpoint = *receipt.endpoint;
    // The fragment is for Twilio's own retries: it is neither sent nor signed.
    const std::string named = receipt.status_url.substr(0, receipt.status_url.find('#'));
    const Endpoint& known = *receipt.endpoint;
    const bool proxied =
        !known.url.empty() && !known.signed_url.empty() && named.starts_with(known.signed_url);
    // A public URL leads through a proxy that is not here: the account says what is behind it.
    webhook.endpoint.url = proxied ? known.url + named.substr(known.signed_url.size()) : named;
    webhook.endpoint.signed_url = named;
    webhook.body = form_text(form);
    webhook.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    find_provider("twilio")->sign(webhook, receipt.secret, receipt.time_s);
    return true;
}

}  // namespace

const Receiver twilio_receiver = {
    .channel = "twilio",
    .read = read,
    .provider_id = provider_id,
    .accept = accept,
    .refuse = refuse,
    .refuses_later = refuses_later,
    .receipt = receipt,
};

}  // namespace postern::sim
