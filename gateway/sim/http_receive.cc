// A made-up provider for the generic `http` channel, the side that takes messages: any POST or PUT
// under /http/ with JSON or a form that names a recipient and a text, as an account's `send`
// template writes them. Refusals are {"error":{"code","detail"}} and the status that says it.
#include <array>

#include <fmt/format.h>

#include "gateway/sim/json_read.h"
#include "gateway/sim/json_text.h"
#include "gateway/sim/provider.h"
#include "gateway/sim/receiver.h"
#include "gateway/sim/signatures.h"

namespace postern::sim {
namespace {

// What templates call them; the first that is there counts.
constexpr std::array<std::string_view, 4> to_names = {"to", "recipient", "phone", "address"};
constexpr std::array<std::string_view, 4> text_names = {"text", "body", "message", "content"};
constexpr std::array<std::string_view, 4> echo_names = {"echo", "ref", "reference", "client_ref"};

net::Response failure(int status, std::string_view code, std::string_view detail) {
    JsonText json;
    json.begin_object().key("error").begin_object().field("code", code).field("detail", detail);
    json.end_object().end_object();
    return json_answer(status, json.take());
}

std::string first_text(const JsonObject& object, std::span<const std::string_view> names) {
    for (const std::string_view name : names) {
        std::int64_t number = 0;
        if (object.at_key(name).get(number) == simdjson::SUCCESS) return std::to_string(number);
        if (const auto text = text_of(object, name); !text.empty()) return std::string(text);
    }
    return {};
}

std::string first_text(const Form& form, std::span<const std::string_view> names) {
    for (const std::string_view name : names) {
        for (const auto& [key, value] : form) {
            if (key == name && !value.empty()) return value;
        }
    }
    return {};
}

template <class Fields>
void read_fields(const Fields& fields, Call& call) {
    call.to = first_text(fields, to_names);
    call.text = first_text(fields, text_names);
    call.echo = first_text(fields, echo_names);
}

bool authorized(const net::Request& request, const Endpoint& endpoint) {
    if (endpoint.token.empty()) return true;
    return bearer_of(request) == endpoint.token ||
           request.header("authorization") == endpoint.token ||
           request.header("x-api-key") == endpoint.token;
}

Call read(const net::Request& request, std::string_view path, Accounts& accounts) {
    Call call;
    const std::string_view segment = take_segment(path);
    call.account = accounts.find("http", segment.empty() ? "http" : segment);
    if (call.account == nullptr) {
        call.answer = failure(404, "no_such_account", "there is no such account");
    } else if (request.method != "POST" && request.method != "PUT") {
        call.answer = failure(405, "method_not_allowed", "POST or PUT");
    } else if (!authorized(request, call.account->endpoint)) {
        call.answer = failure(401, "unauthorized", "the token is missing or wrong");
    } else {
        JsonObject object;
        if (is_media_type(request, "application/x-www-form-urlencoded")) {
            read_fields(parse_form(request.body), call);
        } else if (is_media_type(request, "application/json") &&
                   parse_object(request.body, object)) {
            read_fields(object, call);
        } else {
            call.answer = failure(400, "malformed", "the body is neither JSON nor a form");
            return call;
        }
        call.kind = call.to.empty() || call.text.empty() ? Call::Kind::refused : Call::Kind::send;
        call.answer = failure(422, call.to.empty() ? "no_recipient" : "no_text",
                              "a recipient and a text are needed");
    }
    return call;
}

std::string provider_id(const Call&, std::uint64_t number, std::uint64_t run) {
    return fmt::format("h-{:08x}-{}", run & 0xffffffffu, number);
}

net::Response accept(const Call&, std::string_view provider_id, std::int64_t) {
    JsonText json;
    json.begin_object().field("id", provider_id).field("status", "accepted").end_object();
    return json_answer(200, json.take());
}

net::Response refuse(const Call&, SendFault fault, std::int64_t retry_after_s) {
    switch (fault) {
        case SendFault::rate_limited:
        case SendFault::pair_limited: {
            net::Response response = failure(429, to_string(fault), "too many requests");
            response.headers.emplace_back("Retry-After", std::to_string(retry_after_s));
            return response;
        }
        case SendFault::blocked:
            return failure(403, "blocked", "the recipient does not want messages");
        case SendFault::closed_window:
            return failure(403, "closed_window", "the recipient did not write lately");
        case SendFault::unreachable:
            return failure(422, "1005", "no such number");
        case SendFault::revoked:
            return failure(401, "unauthorized", "the token was revoked");
        case SendFault::unavailable:
            return failure(503, "unavailable", "not now");
        default:
            return failure(500, "internal", "something went wrong");
    }
}

bool receipt(const Receipt& receipt, Webhook& webhook) {
    const Endpoint& endpoint = *receipt.endpoint;
    if (!is_addressed(endpoint)) return false;
    JsonText json;
    json.begin_object().key("items").begin_array().begin_object();
    json.field("type", "status").field("id", receipt.provider_id).field("to", receipt.to);
    json.field("status", receipt.state).field("time", receipt.time_s);
    if (!receipt.echo.empty()) json.field("echo", receipt.echo);
    if (receipt.state == "failed") {
        json.key("error").begin_object().field("code", "1005");
        json.field("detail", to_string(receipt.cause)).end_object();
    }
    json.end_object().end_array().end_object();
    webhook = json_webhook(endpoint, json.take(), receipt.time_s);
    return true;
}

}  // namespace

const Receiver http_receiver = {
    .channel = "http",
    .read = read,
    .provider_id = provider_id,
    .accept = accept,
    .refuse = refuse,
    .refuses_later = refuses_at_once,
    .receipt = receipt,
};

}  // namespace postern::sim
