// Vonage's SMS API, the side that takes messages: a form at /sms/json with the secret or a `sig`,
// HTTP 200 always, one element a part with its own id and status, and delivery receipts. What comes
// to /v1/messages is vonage_messages'.
#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "gateway/sim/gsm.h"
#include "gateway/sim/json_read.h"
#include "gateway/sim/json_text.h"
#include "gateway/sim/provider.h"
#include "gateway/sim/receiver.h"
#include "gateway/sim/vonage_events.h"
#include "gateway/sim/vonage_messages.h"
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

/// By units of one part, without and with the header that joins parts.
std::size_t parts_of(const Call& call) {
    const bool unicode = call.method == "unicode";
    const std::size_t units = unicode ? ucs2_units(call.text) : as_gsm(call.text).septets;
    const std::size_t single = unicode ? 70 : 160;
    const std::size_t joined = unicode ? 67 : 153;
    return units <= single ? 1 : (units + joined - 1) / joined;
}

bool is_msisdn(std::string_view to) {
    return !to.starts_with('+') && is_phone(to);
}

/// A whole number in `least`..`most`, where it is given.
bool in_range(const Form& form, std::string_view name, std::int64_t least, std::int64_t most) {
    const std::string value = value_of(form, name);
    std::int64_t number = 0;
    const auto [stop, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    const bool whole = error == std::errc{} && stop == value.data() + value.size();
    return value.empty() || (whole && number >= least && number <= most);
}

/// The status of what the form says beside the text; 0: good.
int check_rest(const Form& form, const Call& call) {
    const bool number = call.from.find_first_not_of("0123456789") == std::string::npos;
    if (call.from.size() > (number ? 15 : 11)) return 15;
    if (!call.status_url.empty() && !is_http_url(call.status_url)) return 23;
    constexpr std::int64_t shortest_ms = 20'000;
    constexpr std::int64_t longest_ms = 604'800'000;
    const bool good = in_range(form, "ttl", shortest_ms, longest_ms) &&
                      in_range(form, "message-class", 0, 3) &&
                      in_range(form, "status-report-req", 0, 1);
    return good ? 0 : 3;
}

Call read(const net::Request& request, std::string_view path, Accounts& accounts) {
    if (path == "v1/messages" && request.method == "POST")
        return read_vonage_message(request, accounts);
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
    } else if (const int wrong = check_rest(form, call); wrong != 0) {
        call.answer = status(wrong, wrong == 15   ? "Invalid Sender Address"
                                    : wrong == 23 ? "Invalid callback"
                                                  : "Invalid params");
    } else {
        call.kind = Call::Kind::send;
        // What the alphabet of plain SMS does not have arrives as something else.
        if (call.method != "unicode") call.text = as_gsm(call.text).text;
    }
    return call;
}

std::string provider_id(const Call& call, std::uint64_t number, std::uint64_t run) {
    if (is_vonage_message(call.method)) return vonage_uuid(number, run);
    return fmt::format("0C{:06X}{:08X}", run & 0xffffffu, number);
}

net::Response accept(const Call& call, std::string_view provider_id, std::int64_t) {
    JsonText json;
    if (is_vonage_message(call.method)) {
        json.begin_object().field("message_uuid", provider_id).end_object();
        return json_answer(202, json.take());
    }
    const std::size_t parts = parts_of(call);
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

net::Response refuse(const Call& call, SendFault fault, std::int64_t) {
    if (is_vonage_message(call.method)) return refuse_vonage_message(fault);
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

/// Networks find out only when they try; the Messages API accepts first, whatever comes of it.
bool refuses_later(const Call& call, SendFault fault) {
    if (is_vonage_message(call.method)) return true;
    return fault == SendFault::unreachable;
}

bool receipt(const Receipt& receipt, Webhook& webhook) {
    if (is_vonage_message(receipt.method)) return vonage_status(receipt, webhook);
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
    Endpoint there = endpoint;
    there.url = url;
    webhook = json_webhook(there, json.end_object().take(), receipt.time_s);
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
