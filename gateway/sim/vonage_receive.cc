// Vonage's SMS API, the side that takes messages: a form at /sms/json with the secret or a `sig`,
// HTTP 200 always, one element a part with its own id and status, and delivery receipts.
#include <algorithm>

#include <fmt/format.h>

#include "gateway/sim/json_read.h"
#include "gateway/sim/json_text.h"
#include "gateway/sim/provider.h"
#include "gateway/sim/receiver.h"
#include "gateway/sim/vonage_signature.h"

namespace postern::sim {
namespace {

constexpr std::size_t text_max = 3'200;

net::Response status(int code, std::string_view text) {
    JsonText json;
    json.begin_object().field("message-count", "1").key("messages").begin_array().begin_object();
    json.field("status", std::to_string(code)).field("error-text", text);
    return json_answer(200, json.end_object().end_array().end_object().take());
}

std::string value_of(const Form& form, std::string_view name) {
    for (const auto& [key, value] : form) {
        if (key == name) return value;
    }
    return {};
}

/// 0: good.
int check_credentials(const Form& form, const Endpoint& endpoint) {
    const std::string secret = value_of(form, "api_secret");
    const std::string sig = value_of(form, "sig");
    if (!secret.empty() && !sig.empty()) return 32;
    if (!secret.empty()) return endpoint.token.empty() || endpoint.token == secret ? 0 : 4;
    if (sig.empty() || value_of(form, "timestamp").empty()) return 2;
    std::string lower = sig;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c; });
    return lower == vonage_signature(form, endpoint.secret) ? 0 : 14;
}

/// Units of one part, without and with the header that joins parts.
std::size_t parts_of(const Call& call) {
    const bool unicode = call.method == "unicode";
    const std::size_t units = characters(call.text);
    const std::size_t single = unicode ? 70 : 160;
    const std::size_t joined = unicode ? 67 : 153;
    return units <= single ? 1 : (units + joined - 1) / joined;
}

bool is_msisdn(std::string_view to) {
    return !to.starts_with('+') && is_phone(to);
}

Call read(const net::Request& request, std::string_view path, Accounts& accounts) {
    Call call;
    call.answer = json_answer(404, R"({"title":"Not Found"})");
    if (path != "sms/json" || request.method != "POST" ||
        !is_media_type(request, "application/x-www-form-urlencoded")) {
        return call;
    }
    const Form form = parse_form(request.body);
    const std::string key = value_of(form, "api_key");
    call.account = key.empty() ? nullptr : accounts.find("vonage", key);
    const int refused = call.account ? check_credentials(form, call.account->endpoint) : 2;
    if (refused != 0) {
        call.answer = status(refused, refused == 2 ? "Missing api_key" : "Bad Credentials");
        return call;
    }
    call.to = value_of(form, "to");
    call.from = value_of(form, "from");
    call.text = value_of(form, "text");
    call.echo = value_of(form, "client-ref");
    call.method = value_of(form, "type");
    call.status_url = value_of(form, "callback");
    if (call.from.empty() || call.to.empty() || call.text.empty()) {
        call.answer = status(2, "Missing from, to or text");
    } else if (!is_msisdn(call.to) || call.echo.size() > 40 ||
               (!call.method.empty() && call.method != "text" && call.method != "unicode")) {
        call.answer = status(3, "Invalid to, type or client-ref");
    } else if (characters(call.text) > text_max) {
        call.answer = status(12, "Message too long");
    } else {
        call.kind = Call::Kind::send;
    }
    return call;
}

std::string provider_id(const Call&, std::uint64_t number, std::uint64_t run) {
    return fmt::format("0C{:06X}{:08X}", run & 0xffffffu, number);
}

net::Response accept(const Call& call, std::string_view provider_id, std::int64_t) {
    const std::size_t parts = parts_of(call);
    JsonText json;
    json.begin_object().field("message-count", std::to_string(parts)).key("messages").begin_array();
    for (std::size_t part = 0; part < parts; ++part) {
        json.begin_object().field("to", call.to);
        json.field("message-id", part == 0 ? std::string(provider_id)
                                           : fmt::format("{}{:02X}", provider_id, part));
        json.field("status", "0").field("remaining-balance", "3.14");
        json.field("message-price", "0.03").field("network", "732101");
        if (!call.echo.empty()) json.field("client-ref", call.echo);
        json.end_object();
    }
    return json_answer(200, json.end_array().end_object().take());
}

net::Response refuse(const Call&, SendFault fault, std::int64_t) {
    switch (fault) {
        case SendFault::rate_limited:
        case SendFault::pair_limited:
            return status(1, "Throughput Rate Exceeded");
        case SendFault::blocked:
            return status(7, "Number barred");
        case SendFault::closed_window:
        case SendFault::unreachable:
            return status(33, "Number De-activated");
        case SendFault::revoked:
            return status(4, "Bad Credentials");
        case SendFault::unavailable:
            return json_answer(503, "{}");
        default:
            return status(5, "Internal Error");
    }
}

/// Networks find out only when they try.
bool refuses_later(const Call&, SendFault fault) {
    return fault == SendFault::unreachable;
}

bool receipt(const Receipt& receipt, Webhook& webhook) {
    const Endpoint& endpoint = *receipt.endpoint;
    const std::string& url = receipt.status_url.empty() ? endpoint.url : receipt.status_url;
    if (url.empty() || endpoint.secret.empty() || receipt.state == "read") return false;
    const bool failed = receipt.state == "failed";
    JsonText json;
    json.begin_object().field("api-key", endpoint.own_id).field("msisdn", receipt.to);
    json.field("to", receipt.from).field("messageId", receipt.provider_id);
    json.field("status", failed ? "failed" : receipt.state == "sent" ? "accepted" : "delivered");
    json.field("err-code", !failed ? "0" : receipt.cause == SendFault::blocked ? "4" : "12");
    json.field("network-code", "732101").field("price", "0.03330000").field("scts", "2601151031");
    if (!receipt.echo.empty()) json.field("client-ref", receipt.echo);
    json.field("message-timestamp", vonage_date(receipt.time_s));
    webhook.endpoint = endpoint;
    webhook.endpoint.url = url;
    webhook.body = json.end_object().take();
    webhook.headers = {{"Content-Type", "application/json"}};
    find_provider("vonage")->sign(webhook, endpoint.secret, receipt.time_s);
    return true;
}

}  // namespace

const Receiver vonage_receiver = {
    .channel = "vonage",
    .read = read,
    .provider_id = provider_id,
    .accept = accept,
    .refuse = refuse,
    .refuses_later = refuses_later,
    .receipt = receipt,
};

}  // namespace postern::sim
