// Messages API webhooks reference, read August 2026.
#include "gateway/sim/vonage_events.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "gateway/sim/json_text.h"
#include "gateway/sim/signatures.h"
#include "gateway/sim/vonage_token.h"

namespace postern::sim {
namespace {

std::string instant(std::int64_t time_s) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", fmt::gmtime(static_cast<std::time_t>(time_s)));
}

std::string_view digits_of(std::string_view address) {
    return address.substr(address.starts_with('+'));
}

std::string_view status_of(std::string_view state) {
    if (state == "sent") return "submitted";
    return state == "failed" ? "rejected" : state;
}

int code_of(SendFault cause) {
    switch (cause) {
        case SendFault::blocked:
            return 1240;
        case SendFault::closed_window:
            return 1340;
        case SendFault::unreachable:
            return 1300;
        default:
            return 1330;
    }
}

void write_error(JsonText& json, int code) {
    json.key("error").begin_object();
    json.field("type", fmt::format("https://developer.vonage.com/api-errors/messages#{}", code));
    json.field("title", code).field("detail", "The simulator was told so");
    json.field("instance", "bf0ca0bf927b3b52e3cb03217e1a1ddf").end_object();
}

void write_parties(JsonText& json, std::string_view uuid, std::string_view to,
                   std::string_view from, std::int64_t time_s) {
    json.field("message_uuid", uuid).field("to", to).field("from", from);
    json.field("timestamp", instant(time_s));
}

}  // namespace

std::string vonage_event_body(const Endpoint& endpoint, const Item& item) {
    const std::string_view person = digits_of(item.person.address);
    const std::string_view own = digits_of(endpoint.own_address);
    const bool status = item.kind == Kind::status;
    JsonText json;
    json.begin_object();
    write_parties(json, item.external_id, status ? person : own, status ? own : person,
                  item.time_s);
    json.field("channel", "sms");
    if (status) {
        json.field("status", status_of(item.state));
        if (item.state == "failed") write_error(json, code_of(SendFault::none));
        return json.end_object().take();
    }
    json.field("message_type", "text").field("text", item.text);
    json.key("sms").begin_object().field("num_messages", "1").end_object();
    json.key("usage").begin_object().field("currency", "EUR").field("price", "0.0333");
    return json.end_object().end_object().take();
}

bool vonage_status(const Receipt& receipt, Webhook& webhook) {
    const Endpoint& endpoint = *receipt.endpoint;
    const std::string& url = receipt.status_url.empty() ? endpoint.url : receipt.status_url;
    const std::string_view channel =
        std::string_view(receipt.method).substr(receipt.method.find(':') + 1);
    const bool unread = receipt.state == "read" && (channel == "sms" || channel == "mms");
    if (url.empty() || endpoint.secret.empty() || unread) return false;
    JsonText json;
    json.begin_object();
    write_parties(json, receipt.provider_id, receipt.to, receipt.from, receipt.time_s);
    json.field("status", status_of(receipt.state)).field("channel", channel);
    if (!receipt.echo.empty()) json.field("client_ref", receipt.echo);
    if (receipt.state == "failed") write_error(json, code_of(receipt.cause));
    webhook.endpoint = endpoint;
    webhook.endpoint.url = url;
    webhook.body = json.end_object().take();
    webhook.headers = {{"Content-Type", "application/json"}};
    sign_vonage_event(webhook, endpoint.secret, receipt.time_s);
    return true;
}

void sign_vonage_event(Webhook& webhook, std::string_view secret, std::int64_t now_s) {
    const std::string hash = sha256_hex(webhook.body);
    JsonText json;
    json.begin_object().field("iat", now_s);
    json.field("jti", fmt::format("{}-{}-4{}-8{}-{}", hash.substr(0, 8), hash.substr(8, 4),
                                  hash.substr(12, 3), hash.substr(15, 3), hash.substr(18, 12)));
    json.field("iss", "Vonage").field("payload_hash", hash);
    json.field("api_key", webhook.endpoint.own_id);
    if (!webhook.endpoint.application.empty())
        json.field("application_id", webhook.endpoint.application);
    webhook.headers.emplace_back("Authorization",
                                 "Bearer " + make_vonage_token(json.end_object().take(), secret));
}

}  // namespace postern::sim
