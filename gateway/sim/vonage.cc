// Vonage's SMS API webhooks as POST-JSON: inbound messages and delivery receipts with the flat
// members of the documents, `sig` as HMAC-SHA256 under the account's signature secret. An account
// with an application is one of the Messages API, whose webhooks are vonage_events'.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "gateway/sim/json_read.h"
#include "gateway/sim/json_text.h"
#include "gateway/sim/provider.h"
#include "gateway/sim/vonage_events.h"
#include "gateway/sim/vonage_signature.h"

namespace postern::sim {
namespace {

constexpr std::array kinds = {Kind::text, Kind::status};

std::string external_id(const Item& item, std::uint64_t run) {
    return fmt::format("0A{:06X}{:08X}", run & 0xffffffu, item.number);
}

std::string keyword_of(std::string_view text) {
    std::string word(text.substr(0, text.find(' ')));
    std::transform(word.begin(), word.end(), word.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return word;
}

/// A number without its plus.
std::string_view digits_of(std::string_view address) {
    return address.substr(address.starts_with('+'));
}

std::string body(const Endpoint& endpoint, std::span<const Item> items) {
    const Item& item = items.front();
    if (!endpoint.application.empty()) return vonage_event_body(endpoint, item);
    const bool receipt = item.kind == Kind::status;
    JsonText json;
    json.begin_object().field("api-key", endpoint.own_id);
    json.field("msisdn", digits_of(item.person.address));
    json.field("to", digits_of(endpoint.own_address)).field("messageId", item.external_id);
    if (receipt) {
        const bool failed = item.state == "failed";
        json.field("status", failed ? "failed" : item.state == "sent" ? "accepted" : "delivered");
        json.field("err-code", failed ? "12" : "0").field("network-code", "732101");
        json.field("price", "0.03330000").field("scts", "2601151031");
    } else {
        const bool ascii = std::all_of(item.text.begin(), item.text.end(),
                                       [](char c) { return static_cast<signed char>(c) >= 0; });
        json.field("text", item.text).field("type", ascii ? "text" : "unicode");
        json.field("keyword", keyword_of(item.text));
    }
    json.field("message-timestamp", vonage_date(item.time_s));
    return json.end_object().take();
}

std::string unknown_body(const Endpoint& endpoint, const Item& item) {
    JsonText json;
    const bool event = !endpoint.application.empty();
    json.begin_object().field("api-key", endpoint.own_id);
    json.field(event ? "message_uuid" : "hologram-id", item.external_id);
    return json.field("type", "hologram").end_object().take();
}

std::string wrong_body(const Endpoint& endpoint, Prng& prng) {
    constexpr std::array<std::string_view, 3> shapes = {R"("messageId":"")", R"("msisdn":"none")",
                                                        R"("status":"x","messageId":"y")"};
    return fmt::format(R"({{"api-key":"{}",{}}})", endpoint.own_id,
                       shapes[prng.below(shapes.size())]);
}

/// Puts `timestamp`, `nonce` and `sig` into the document; one that does not parse stays unsigned in
/// nothing but its members, as a torn request would.
void sign(Webhook& webhook, std::string_view secret, std::int64_t now_s) {
    if (!webhook.endpoint.application.empty()) return sign_vonage_event(webhook, secret, now_s);
    std::string text = webhook.body;
    text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
    JsonObject object;
    Form form;
    if (parse_object(text, object)) {
        for (const auto& [name, element] : object) {
            std::string_view value;
            if (element.get(value) == simdjson::SUCCESS) form.emplace_back(name, value);
        }
    } else {
        // Torn in the middle: what is left goes as one text of a genuine request.
        form.emplace_back("text", webhook.body);
    }
    form.emplace_back("timestamp", std::to_string(now_s));
    form.emplace_back("nonce", hmac_sha256_hex("nonce", webhook.body).substr(0, 16));
    form.emplace_back("sig", vonage_signature(form, secret));
    JsonText json;
    json.begin_object();
    for (const auto& [name, value] : form) json.field(name, value);
    webhook.body = json.end_object().take();
}

}  // namespace

const Provider vonage_provider = {
    .channel = "vonage",
    .kinds = kinds,
    .batch_max = 1,
    .content_type = "application/json",
    .redelivery = {},
    .external_id = external_id,
    .body = body,
    .unknown_body = unknown_body,
    .wrong_body = wrong_body,
    .sign = sign,
};

}  // namespace postern::sim
