// Messenger Platform, webhook events (2026): entry[].messaging[] with one element mostly.
#include "gateway/sim/meta_webhook.h"

#include <fmt/format.h>

#include "gateway/sim/media.h"
#include "gateway/sim/signatures.h"

namespace postern::sim {
namespace {

void write_attachment(JsonText& json, const Endpoint& endpoint, const Item& item) {
    const std::string_view type = item.kind == Kind::image   ? "image"
                                  : item.kind == Kind::voice ? "audio"
                                                             : "file";
    json.key("attachments").begin_array().begin_object().field("type", type);
    json.key("payload").begin_object().field("url", medium_url(endpoint, item));
    json.end_object().end_object().end_array();
}

}  // namespace

MetaBody::MetaBody(std::string_view object, const Endpoint& endpoint, std::int64_t time_ms)
    : own_id_(endpoint.own_id) {
    json_.begin_object().field("object", object).key("entry").begin_array().begin_object();
    json_.field("id", own_id_).field("time", time_ms).key("messaging").begin_array();
}

void MetaBody::event(std::string_view person, std::int64_t time_ms, bool by_business,
                     const WriteEvent& write) {
    const std::string_view sender = by_business ? std::string_view(own_id_) : person;
    const std::string_view recipient = by_business ? person : std::string_view(own_id_);
    json_.begin_object().key("sender").begin_object().field("id", sender).end_object();
    json_.key("recipient").begin_object().field("id", recipient).end_object();
    json_.field("timestamp", time_ms);
    write(json_);
    json_.end_object();
}

std::string MetaBody::end() {
    json_.end_array().end_object().end_array().end_object();
    return json_.take();
}

void write_meta_item(JsonText& json, const Endpoint& endpoint, const Item& item) {
    switch (item.kind) {
        case Kind::reaction:
            json.key("reaction").begin_object().field("mid", item.target);
            json.field("action", "react").field("reaction", "love");
            json.field("emoji", "\u2764").end_object();
            return;
        case Kind::button:
            json.key("postback").begin_object().field("mid", item.external_id);
            json.field("title", item.text).field("payload", fmt::format("choice_{}", item.number));
            json.end_object();
            return;
        case Kind::edit:
            json.key("message_edit").begin_object().field("mid", item.target);
            json.field("text", item.text).field("num_edit", 1).end_object();
            return;
        default:
            json.key("message").begin_object().field("mid", item.external_id);
            if (item.kind == Kind::echo)
                json.field("is_echo", true).field("app_id", 26390203743090);
            if (item.kind == Kind::text || item.kind == Kind::echo) {
                json.field("text", item.text);
            } else {
                write_attachment(json, endpoint, item);
            }
            json.end_object();
    }
}

std::string meta_wrong_body(std::string_view object, const Endpoint& endpoint, Prng& prng) {
    switch (prng.below(4)) {
        case 0:
            return fmt::format(R"({{"object":"{}","entry":{{"id":7}}}})", object);
        case 1:
            return fmt::format(R"({{"object":"{}","entry":[{{"id":"1","messaging":"none"}}]}})",
                               object);
        case 2:
            return "[]";
        default:
            return fmt::format(R"({{"object":"user","entry":[{{"id":"{}"}}]}})", endpoint.own_id);
    }
}

bool meta_receipt(std::string_view object, const Receipt& receipt, const WriteEvent& write,
                  Webhook& webhook) {
    const Endpoint& endpoint = *receipt.endpoint;
    if (endpoint.url.empty() || endpoint.secret.empty()) return false;
    MetaBody body(object, endpoint, receipt.time_ms);
    body.event(receipt.to, receipt.time_ms, receipt.state == "sent", write);
    webhook = json_webhook(endpoint, body.end(), receipt.time_s);
    return true;
}

void sign_as_meta(Webhook& webhook, std::string_view secret, std::int64_t) {
    webhook.headers.emplace_back("X-Hub-Signature-256",
                                 "sha256=" + hmac_sha256_hex(secret, webhook.body));
    webhook.headers.emplace_back("X-Hub-Signature", "sha1=" + hmac_sha1_hex(secret, webhook.body));
    webhook.headers.emplace_back("User-Agent", "facebookexternalua");
}

}  // namespace postern::sim
