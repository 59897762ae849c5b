// Viber's REST Bot API 7.3, the side that takes messages. Every answer is HTTP 200: what became of
// the request is `status` in its body. Tokens are JSON numbers beyond 2^53.
#include <array>

#include <fmt/format.h>

#include "gateway/sim/json_read.h"
#include "gateway/sim/json_text.h"
#include "gateway/sim/provider.h"
#include "gateway/sim/receiver.h"

namespace postern::sim {
namespace {

using simdjson::SUCCESS;
using List = simdjson::dom::array;

constexpr std::size_t request_bytes_max = 30 * 1024;

net::Response status(int code, std::string_view message) {
    JsonText json;
    json.begin_object().field("status", code).field("status_message", message);
    json.field("chat_hostname", "SN-CHAT-SIM_").end_object();
    return json_answer(200, json.take());
}

bool media_url(const JsonObject& message) {
    const std::string_view url = text_of(message, "media");
    const std::string_view path = url.substr(0, url.find_first_of("?#"));
    const std::size_t slash = path.rfind('/');
    const bool ending =
        path.find('.', slash == std::string_view::npos ? 0 : slash) != std::string_view::npos;
    return is_http_url(url) && url.size() <= 2'000 && ending;
}

std::string check_button(JsonElement element) {
    JsonObject button;
    if (element.get(button) != SUCCESS) return "keyboard button is no object";
    const std::string_view type = text_of(button, "ActionType");
    bool known = !has(button, "ActionType");
    for (const std::string_view one :
         {"reply", "open-url", "location-picker", "share-phone", "none"}) {
        known = known || type == one;
    }
    if (!known) return "ActionType is not valid";
    double cells = 1;
    if (has(button, "Columns") && (!number_of(button, "Columns", cells) || cells < 1 || cells > 6))
        return "Columns is not valid";
    if (has(button, "Rows") && (!number_of(button, "Rows", cells) || cells < 1 || cells > 2))
        return "Rows is not valid";
    const std::string_view body = text_of(button, "ActionBody");
    if (type != "none" && body.empty()) return "ActionBody is missing";
    if (type == "open-url" && !is_http_url(body)) return "ActionBody is no URL";
    return body.size() > 250 || characters(text_of(button, "Text")) > 250 ? "button is too long"
                                                                          : "";
}

std::string check_keyboard(const JsonObject& message) {
    JsonObject keyboard;
    List buttons;
    if (!has(message, "keyboard")) return {};
    if (!object_of(message, "keyboard", keyboard) || text_of(keyboard, "Type") != "keyboard" ||
        !array_of(keyboard, "Buttons", buttons) || buttons.size() == 0 || buttons.size() > 144) {
        return "keyboard is not valid";
    }
    double version = 1;
    (void)number_of(message, "min_api_version", version);
    for (const JsonElement button : buttons) {
        if (std::string problem = check_button(button); !problem.empty()) return problem;
        JsonObject spelled;
        if (button.get(spelled) != SUCCESS) continue;
        const std::string_view type = text_of(spelled, "ActionType");
        if (version < 3 && (type == "location-picker" || type == "share-phone"))
            return "min_api_version";
    }
    return {};
}

std::string check_content(const JsonObject& message, Call& call) {
    const std::string_view type = text_of(message, "type");
    double number = 0;
    call.text = text_of(message, "text");
    if (type == "text") {
        return call.text.empty() || characters(call.text) > 7'000 ? "text is missing or too long"
                                                                  : "";
    }
    if (type == "picture") {
        if (!has(message, "text") || characters(call.text) > 768) return "text of the picture";
        return media_url(message) ? "" : "media is no URL of a picture";
    }
    if (type == "video" || type == "file") {
        const double size_max = (type == "video" ? 26.0 : 50.0) * 1024 * 1024;
        if (!number_of(message, "size", number) || number < 1) return "size is missing";
        if (number > size_max) return "size is beyond the limit";
        const std::size_t name = text_of(message, "file_name").size();
        if (type == "file" && (name == 0 || name > 256)) return "file_name is missing or too long";
        if (type == "video" && number_of(message, "duration", number) && number > 180)
            return "duration is beyond the limit";
        return media_url(message) ? "" : "media is no URL of a file";
    }
    if (type == "contact") {
        JsonObject contact;
        const bool good = object_of(message, "contact", contact) &&
                          !text_of(contact, "name").empty() &&
                          characters(text_of(contact, "name")) <= 28 &&
                          !text_of(contact, "phone_number").empty() &&
                          text_of(contact, "phone_number").size() <= 18;
        return good ? "" : "contact is not valid";
    }
    if (type == "location") {
        JsonObject place;
        double east = 0;
        const bool good = object_of(message, "location", place) &&
                          number_of(place, "lat", number) && number_of(place, "lon", east) &&
                          number >= -90 && number <= 90 && east >= -180 && east <= 180;
        return good ? "" : "location is not valid";
    }
    if (type == "url") return is_http_url(text_of(message, "media")) ? "" : "media is no URL";
    if (type == "sticker") return number_of(message, "sticker_id", number) ? "" : "sticker_id";
    JsonObject rich;
    if (type != "rich_media") return "type is not supported";
    if (!object_of(message, "rich_media", rich)) return "rich_media";
    return number_of(message, "min_api_version", number) && number >= 7 ? "" : "min_api_version";
}

void read_send(const net::Request& request, const JsonObject& message, Call& call) {
    JsonObject sender;
    call.to = text_of(message, "receiver");
    call.echo = text_of(message, "tracking_data");
    const bool named = object_of(message, "sender", sender) && !text_of(sender, "name").empty();
    if (call.to.empty() || !named) {
        call.answer =
            status(4, call.to.empty() ? "missing data: receiver" : "missing data: sender");
        return;
    }
    std::string problem = check_content(message, call);
    if (problem.empty()) problem = check_keyboard(message);
    if (characters(text_of(sender, "name")) > 28) problem = "sender.name is too long";
    if (call.echo.size() > 4'000) problem = "tracking_data is too long";
    if (request.body.size() > request_bytes_max) problem = "the request is too large";
    if (problem == "min_api_version") {
        call.answer = status(14, "minApiVersion is too low for this message");
    } else if (!problem.empty()) {
        call.answer = status(3, "bad data: " + problem);
    } else {
        call.kind = Call::Kind::send;
    }
}

/// The token is also the key of signatures, so an account without one of its own has its secret.
SimAccount* account_of(const std::string_view token, Accounts& accounts) {
    if (token.empty()) return nullptr;
    if (SimAccount* account = accounts.with_key("viber", token)) return account;
    SimAccount* account = accounts.with_token("viber", token);
    return account != nullptr && account->endpoint.secret.empty() ? account : nullptr;
}

Call read(const net::Request& request, std::string_view path, Accounts& accounts) {
    Call call;
    if (path.starts_with("pa/")) path.remove_prefix(3);
    JsonObject body;
    if (request.method != "POST" || !parse_object(request.body, body)) {
        call.answer = status(3, "bad data: the body is no JSON object");
        return call;
    }
    const std::string_view header = request.header("x-viber-auth-token");
    call.account = account_of(header.empty() ? text_of(body, "auth_token") : header, accounts);
    if (call.account == nullptr) {
        call.answer = status(2, "invalidAuthToken");
        return call;
    }
    if (path == "send_message") {
        read_send(request, body, call);
    } else if (path == "set_webhook" || path == "get_account_info") {
        call.kind = Call::Kind::other;
        call.answer = json_answer(
            200, path == "set_webhook"
                     ? R"({"status":0,"status_message":"ok","event_types":["delivered","seen"]})"
                     : R"({"status":0,"status_message":"ok","id":"pa:1","name":"Simulated"})");
    } else {
        call.answer = json_answer(404, R"({"status":404,"status_message":"not found"})");
    }
    return call;
}

std::string provider_id(const Call&, std::uint64_t number, std::uint64_t run) {
    return std::to_string(4'987'000'000'000'000'000ULL + (run & 0xffffu) * 10'000'000'000ULL +
                          number);
}

net::Response accept(const Call&, std::string_view provider_id, std::int64_t) {
    JsonText json;
    json.begin_object().field("status", 0).field("status_message", "ok");
    json.field_raw("message_token", provider_id).field("chat_hostname", "SN-CHAT-SIM_");
    return json_answer(200, json.field("billing_status", 1).end_object().take());
}

net::Response refuse(const Call&, SendFault fault, std::int64_t) {
    switch (fault) {
        case SendFault::rate_limited:
        case SendFault::pair_limited:
            return status(12, "tooManyRequests");
        case SendFault::closed_window:
            return status(23, "non-billable bot has reached its monthly limit");
        case SendFault::blocked:
            return status(6, "notSubscribed");
        case SendFault::unreachable:
            return status(5, "receiverNotRegistered");
        case SendFault::revoked:
            return status(2, "invalidAuthToken");
        case SendFault::unavailable:
            return json_answer(503, "{}");
        default:
            return json_answer(500, "{}");
    }
}

bool receipt(const Receipt& receipt, Webhook& webhook) {
    const Endpoint& endpoint = *receipt.endpoint;
    if (!is_addressed(endpoint) || receipt.state == "sent") return false;
    JsonText json;
    json.begin_object().field("event", receipt.state == "read" ? "seen" : receipt.state);
    json.field("timestamp", receipt.time_ms).field_raw("message_token", receipt.provider_id);
    json.field("user_id", receipt.to);
    if (receipt.state == "failed") json.field("desc", to_string(receipt.cause));
    webhook = json_webhook(endpoint, json.end_object().take(), receipt.time_s);
    return true;
}

}  // namespace

const Receiver viber_receiver = {
    .channel = "viber",
    .read = read,
    .provider_id = provider_id,
    .accept = accept,
    .refuse = refuse,
    .refuses_later = refuses_at_once,
    .receipt = receipt,
};

}  // namespace postern::sim
