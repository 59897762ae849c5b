// Messages API reference, read August 2026: what is told under which name by which channel, and how
// long it may be.
#include "gateway/sim/vonage_messages.h"

#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>

#include "gateway/sim/agenda.h"
#include "gateway/sim/base64.h"
#include "gateway/sim/json_read.h"
#include "gateway/sim/json_text.h"
#include "gateway/sim/vonage_token.h"

namespace postern::sim {
namespace {

constexpr std::size_t reference_max = 100;
constexpr std::string_view prefix = "messages:";

struct Carrier {
    std::string_view channel;
    std::string_view types;  // a space behind each
    std::size_t text_max;
    bool by_number;  // people have numbers
};
constexpr std::array carriers = {
    Carrier{"sms", "text ", 1'000, true},
    Carrier{"mms", "text image vcard audio video file content ", 1'000, true},
    Carrier{"whatsapp", "text image audio video file template custom sticker reaction ", 4'096,
            true},
    Carrier{"messenger", "text image audio video file ", 640, false},
    Carrier{"viber_service", "text image video file ", 1'000, true},
};

/// The parameter and what is wrong with it; empty: nothing.
struct Wrong {
    std::string_view name;
    std::string_view reason;
    explicit operator bool() const { return !name.empty(); }
};

net::Response problem(int status, std::string_view anchor, std::string_view title,
                      std::string_view detail, const Wrong& wrong = {}) {
    JsonText json;
    json.begin_object();
    json.field("type", fmt::format("https://developer.vonage.com/api-errors#{}", anchor));
    json.field("title", title).field("detail", detail);
    json.field("instance", "bf0ca0bf927b3b52e3cb03217e1a1ddf");
    if (wrong) {
        json.key("invalid_parameters").begin_array().begin_object().field("name", wrong.name);
        json.field("reason", wrong.reason).end_object().end_array();
    }
    net::Response response = json_answer(status, json.end_object().take());
    response.content_type = "application/problem+json";
    return response;
}

net::Response unauthorized() {
    return problem(401, "unauthorized", "You did not provide correct credentials.",
                   "Check that you're using the correct credentials, and that your account has "
                   "this feature enabled");
}

SimAccount* of_application(const std::string& application, Accounts& accounts) {
    for (const SimAccount& account : accounts.all()) {
        const Endpoint& endpoint = account.endpoint;
        if (endpoint.channel == "vonage" && endpoint.application == application)
            return accounts.named(endpoint.account);
    }
    return accounts.find("vonage", application);
}

/// Null: not who they say.
SimAccount* account_of(const net::Request& request, Accounts& accounts) {
    constexpr std::string_view basic = "Basic ";
    const std::string_view header = request.header("authorization");
    std::string pair;
    if (header.starts_with(basic) && base64_decode(header.substr(basic.size()), pair)) {
        const std::size_t colon = std::min(pair.find(':'), pair.size());
        SimAccount* account = accounts.find("vonage", pair.substr(0, colon));
        const bool secret = account != nullptr && colon + 1 < pair.size() &&
                            (account->endpoint.token.empty() ||
                             pair.compare(colon + 1, pair.npos, account->endpoint.token) == 0);
        return secret ? account : nullptr;
    }
    VonageClaims claims;
    const std::string_view token = bearer_of(request);
    if (token.empty() || !read_vonage_token(token, {}, claims)) return nullptr;
    if (!is_good(claims, wall_now_us() / 1'000'000)) return nullptr;
    SimAccount* account = of_application(claims.application, accounts);
    if (account == nullptr || account->endpoint.public_key.empty()) return account;
    return read_vonage_token(token, account->endpoint.public_key, claims) ? account : nullptr;
}

bool is_number(std::string_view text) {
    return !text.starts_with('+') && is_phone(text);
}

Wrong check_file(const JsonObject& body, std::string_view type, Call& call) {
    JsonObject file;
    if (!object_of(body, type, file)) return {type, "Is required."};
    if (!is_http_url(text_of(file, "url"))) return {"url", "Must be a valid URL."};
    call.text = text_of(file, "caption");
    return {};
}

Wrong check_content(const JsonObject& body, std::string_view type, const Carrier& carrier,
                    Call& call) {
    JsonObject inner;
    if (type == "text") {
        call.text = text_of(body, "text");
        const std::size_t length = characters(call.text);
        return length == 0 || length > carrier.text_max ? Wrong{"text", "Too long, or empty."}
                                                        : Wrong{};
    }
    if (type == "template") {
        JsonObject settings;
        if (!object_of(body, "template", inner)) return {"template", "Is required."};
        call.text = text_of(inner, "name");
        call.window_s = -1;
        if (call.text.empty()) return {"name", "Is required."};
        const bool located =
            object_of(body, "whatsapp", settings) && !text_of(settings, "locale").empty();
        return located ? Wrong{} : Wrong{"whatsapp", "A locale is required."};
    }
    if (type == "custom")
        return object_of(body, type, inner) ? Wrong{} : Wrong{type, "Is required."};
    if (type == "reaction") {
        JsonObject context;
        const bool aimed =
            object_of(body, "context", context) && !text_of(context, "message_uuid").empty();
        if (!aimed) return {"context", "message_uuid is required."};
        const bool known = object_of(body, type, inner) && (text_of(inner, "action") == "react" ||
                                                            text_of(inner, "action") == "unreact");
        call.text = text_of(inner, "emoji");
        return known ? Wrong{} : Wrong{"reaction", "action is react or unreact."};
    }
    return type == "sticker" || type == "content"
               ? (has(body, type) ? Wrong{} : Wrong{type, "Is required."})
               : check_file(body, type, call);
}

Wrong check_parties(const Carrier& carrier, const Call& call) {
    const bool numbered = !carrier.by_number || is_number(call.to);
    if (call.to.empty() || !numbered) return {"to", "Number must be in E.164 without a plus."};
    if (call.from.empty()) return {"from", "Is required."};
    if (carrier.channel == "whatsapp" || carrier.channel == "mms")
        return is_number(call.from) ? Wrong{} : Wrong{"from", "Must be a number."};
    const bool name = characters(call.from) <= 11 || is_number(call.from);
    return carrier.channel != "sms" || name ? Wrong{} : Wrong{"from", "Invalid sender."};
}

Wrong check_rest(const JsonObject& body, const Call& call) {
    double number = 0;
    bool is_text = true;
    (void)text_of(body, "client_ref", &is_text);
    if (has(body, "client_ref") &&
        (!is_text || call.echo.empty() || characters(call.echo) > reference_max))
        return {"client_ref", "Must be 1 to 100 characters."};
    if (has(body, "webhook_url") && !is_http_url(call.status_url))
        return {"webhook_url", "Must be a valid URL."};
    const std::string_view version = text_of(body, "webhook_version");
    if (has(body, "webhook_version") && version != "v1" && version != "v0.1")
        return {"webhook_version", "Must be v1 or v0.1."};
    if (has(body, "ttl") && (!number_of(body, "ttl", number) || number < 1))
        return {"ttl", "Must be a number of seconds."};
    return {};
}

Wrong read_message(const JsonObject& body, Call& call) {
    const std::string_view channel = text_of(body, "channel");
    const std::string_view type = text_of(body, "message_type");
    const auto* carrier = std::find_if(carriers.begin(), carriers.end(),
                                       [&](const Carrier& c) { return c.channel == channel; });
    if (carrier == carriers.end()) return {"channel", "Must be a supported channel."};
    const std::string spaced = fmt::format(" {}", carrier->types);
    if (type.empty() || spaced.find(fmt::format(" {} ", type)) == std::string::npos)
        return {"message_type", "Not supported by this channel."};
    call.method = fmt::format("{}{}", prefix, channel);
    call.to = text_of(body, "to");
    call.from = text_of(body, "from");
    call.echo = text_of(body, "client_ref");
    call.status_url = text_of(body, "webhook_url");
    if (const Wrong wrong = check_parties(*carrier, call)) return wrong;
    if (const Wrong wrong = check_content(body, type, *carrier, call)) return wrong;
    return check_rest(body, call);
}

}  // namespace

bool is_vonage_message(std::string_view method) {
    return method.starts_with(prefix);
}

Call read_vonage_message(const net::Request& request, Accounts& accounts) {
    Call call;
    call.account = account_of(request, accounts);
    if (call.account == nullptr) {
        call.answer = unauthorized();
        return call;
    }
    JsonObject body;
    Wrong wrong{"body", "Must be a JSON object of type application/json."};
    if (is_media_type(request, "application/json") && parse_object(request.body, body))
        wrong = read_message(body, call);
    if (wrong) {
        call.answer = problem(422, "invalid-params", "Your request parameters didn't validate.",
                              wrong.reason, wrong);
    } else {
        call.kind = Call::Kind::send;
    }
    return call;
}

net::Response refuse_vonage_message(SendFault fault) {
    switch (fault) {
        case SendFault::rate_limited:
        case SendFault::pair_limited:
            // No Retry-After: Vonage documents none.
            return problem(429, "throttled", "Rate Limit Hit",
                           "Please wait, then retry your request");
        case SendFault::revoked:
            return unauthorized();
        case SendFault::unavailable:
            return problem(503, "unavailable", "Service Unavailable", "Try again later");
        default:
            return problem(500, "internal", "Internal Error", "Something went wrong");
    }
}

std::string vonage_uuid(std::uint64_t number, std::uint64_t run) {
    return fmt::format("{:08x}-{:04x}-4{:03x}-8000-{:012x}", run & 0xffffffffu,
                       (run >> 32) & 0xffffu, (run >> 48) & 0xfffu, number & 0xffffffffffffu);
}

}  // namespace postern::sim
