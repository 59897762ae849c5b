// WhatsApp Cloud API webhooks (Graph v25.0): envelope of entries and changes, Meta's ASCII spelling
// of JSON, X-Hub-Signature-256 over the bytes. A batch puts several updates into one POST.
#include <array>

#include <fmt/format.h>

#include "gateway/sim/json_text.h"
#include "gateway/sim/media.h"
#include "gateway/sim/provider.h"
#include "gateway/sim/signatures.h"

namespace postern::sim {
namespace {

constexpr std::array kinds = {Kind::text,     Kind::image,    Kind::voice,    Kind::document,
                              Kind::location, Kind::contacts, Kind::reaction, Kind::button,
                              Kind::status,   Kind::edit,     Kind::opt_out,  Kind::group_text};

std::string external_id(const Item& item, std::uint64_t run) {
    return fmt::format("wamid.SIM{:08x}{:08X}", run & 0xffffffffu, item.number);
}

void write_media(JsonText& json, const Item& item, std::string_view type, std::string_view mime) {
    json.field("type", type).key(type).begin_object();
    json.field("id", medium_id(item)).field("mime_type", mime);
    json.field("sha256", "q1w2e3==");
    if (item.kind == Kind::voice) json.field("voice", true);
    if (item.kind == Kind::document) json.field("filename", "invoice-7.pdf");
    if (item.kind != Kind::voice) json.field("caption", item.text);
    json.end_object();
}

void write_content(JsonText& json, const Item& item) {
    switch (item.kind) {
        case Kind::image:
            return write_media(json, item, "image", "image/jpeg");
        case Kind::voice:
            return write_media(json, item, "audio", "audio/ogg; codecs=opus");
        case Kind::document:
            return write_media(json, item, "document", "application/pdf");
        case Kind::location:
            json.field("type", "location").key("location").begin_object();
            json.field("latitude", 4.711).field("longitude", -74.0721).field("name", item.text);
            json.field("address", "Carrera 7 # 26-20").end_object();
            return;
        case Kind::contacts:
            json.field("type", "contacts").key("contacts").begin_array().begin_object();
            json.key("name").begin_object().field("formatted_name", item.text).end_object();
            json.key("phones").begin_array().begin_object().field("phone", "+47 900 00 000");
            json.field("wa_id", "4790000000").field("type", "CELL").end_object().end_array();
            json.end_object().end_array();
            return;
        case Kind::reaction:
            json.field("type", "reaction").key("reaction").begin_object();
            json.field("message_id", item.target).field("emoji", "\U0001F44D").end_object();
            return;
        case Kind::button:
            json.field("type", "interactive").key("interactive").begin_object();
            json.field("type", "button_reply").key("button_reply").begin_object();
            json.field("id", fmt::format("choice_{}", item.number)).field("title", item.text);
            json.end_object().end_object();
            return;
        case Kind::edit:
            json.field("type", "edit").key("edit").begin_object();
            json.field("original_message_id", item.target).key("message").begin_object();
            json.field("type", "text").key("text").begin_object().field("body", item.text);
            json.end_object().end_object().end_object();
            return;
        default:
            json.field("type", "text").key("text").begin_object().field("body", item.text);
            json.end_object();
    }
}

void write_message(JsonText& json, const Item& item) {
    json.begin_object().field("from", item.person.address).field("id", item.external_id);
    json.field("timestamp", std::to_string(item.time_s));
    if (item.kind == Kind::group_text) {
        json.field("group_id", fmt::format("G{}", item.person.number % 7));
    }
    write_content(json, item);
    json.end_object();
}

void write_status(JsonText& json, const Item& item) {
    json.begin_object().field("id", item.external_id).field("status", item.state);
    json.field("timestamp", std::to_string(item.time_s));
    json.field("recipient_id", item.person.address);
    if (item.state == "failed") {
        json.key("errors").begin_array().begin_object().field("code", 131047);
        json.field("title", "Re-engagement message").key("error_data").begin_object();
        json.field("details", "window closed").end_object().end_object().end_array();
    }
    json.end_object();
}

void write_opt_out(JsonText& json, const Item& item) {
    json.begin_object().field("wa_id", item.person.address).field("detail", item.text);
    json.field("category", "marketing_messages").field("value", "stop");
    json.field("timestamp", item.time_s).end_object();
}

enum class Section : unsigned char { messages, statuses, user_preferences };

Section section_of(const Item& item) {
    if (item.kind == Kind::status) return Section::statuses;
    return item.kind == Kind::opt_out ? Section::user_preferences : Section::messages;
}

void begin_change(JsonText& json, const Endpoint& endpoint, std::string_view field) {
    json.begin_object().field("field", field).key("value").begin_object();
    json.field("messaging_product", "whatsapp").key("metadata").begin_object();
    json.field("display_phone_number", endpoint.own_address);
    json.field("phone_number_id", endpoint.own_id).end_object();
}

/// A run of items that belong to one array of one change.
void write_change(JsonText& json, const Endpoint& endpoint, std::span<const Item> items) {
    const Section section = section_of(items.front());
    begin_change(json, endpoint,
                 section == Section::user_preferences ? "user_preferences" : "messages");
    if (section != Section::statuses) {
        json.key("contacts").begin_array();
        for (const Item& item : items) {
            json.begin_object().key("profile").begin_object().field("name", item.person.name);
            json.end_object().field("wa_id", item.person.address).end_object();
        }
        json.end_array();
    }
    constexpr std::array<std::string_view, 3> names = {"messages", "statuses", "user_preferences"};
    json.key(names[static_cast<std::size_t>(section)]).begin_array();
    for (const Item& item : items) {
        if (section == Section::statuses) {
            write_status(json, item);
        } else if (section == Section::user_preferences) {
            write_opt_out(json, item);
        } else {
            write_message(json, item);
        }
    }
    json.end_array().end_object().end_object();
}

JsonText begin_envelope() {
    JsonText json(JsonSpelling::ascii);
    json.begin_object().field("object", "whatsapp_business_account").key("entry").begin_array();
    json.begin_object().field("id", "200100").key("changes").begin_array();
    return json;
}

std::string end_envelope(JsonText json) {
    json.end_array().end_object().end_array().end_object();
    return json.take();
}

std::string body(const Endpoint& endpoint, std::span<const Item> items) {
    JsonText json = begin_envelope();
    while (!items.empty()) {
        std::size_t count = 1;
        while (count < items.size() && section_of(items[count]) == section_of(items[0])) ++count;
        write_change(json, endpoint, items.first(count));
        items = items.subspan(count);
    }
    return end_envelope(std::move(json));
}

std::string unknown_body(const Endpoint& endpoint, const Item& item) {
    JsonText json = begin_envelope();
    begin_change(json, endpoint, "messages");
    json.key("messages").begin_array().begin_object().field("from", item.person.address);
    json.field("id", item.external_id).field("timestamp", std::to_string(item.time_s));
    json.field("type", "hologram").key("hologram").begin_object().field("id", "h1").end_object();
    json.end_object().end_array().end_object().end_object();
    return end_envelope(std::move(json));
}

std::string wrong_body(const Endpoint& endpoint, Prng& prng) {
    switch (prng.below(4)) {
        case 0:
            return R"({"object":"whatsapp_business_account","entry":{"id":7}})";
        case 1:
            return R"({"object":"whatsapp_business_account",)"
                   R"("entry":[{"id":"1","changes":"none"}]})";
        case 2:
            return "[]";
        default:
            return fmt::format(R"({{"object":"page","entry":[{{"id":"{}"}}]}})", endpoint.own_id);
    }
}

void sign(Webhook& webhook, std::string_view secret, std::int64_t) {
    webhook.headers.emplace_back("X-Hub-Signature-256",
                                 "sha256=" + hmac_sha256_hex(secret, webhook.body));
    webhook.headers.emplace_back("X-Hub-Signature", "sha1=" + hmac_sha1_hex(secret, webhook.body));
    webhook.headers.emplace_back("User-Agent", "facebookexternalua");
}

}  // namespace

const Provider whatsapp_provider = {
    .channel = "whatsapp",
    .kinds = kinds,
    .batch_max = 10,
    .content_type = "application/json",
    .redelivery = {},
    .external_id = external_id,
    .body = body,
    .unknown_body = unknown_body,
    .wrong_body = wrong_body,
    .sign = sign,
};

}  // namespace postern::sim
