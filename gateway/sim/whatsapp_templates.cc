// Graph v25.0, "Message Templates" and "message_template_status_update".
#include "gateway/sim/whatsapp_templates.h"

#include "gateway/sim/json_text.h"
#include "gateway/sim/prng.h"
#include "gateway/sim/provider.h"
#include "gateway/sim/receiver.h"

namespace postern::sim {
namespace {

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
    }
    return out;
}

/// Stable over runs: a template keeps its id.
std::uint64_t template_id(std::string_view name) {
    std::uint64_t id = 1'469'598'103'934'665'603ULL;
    for (const char c : name) id = (id ^ static_cast<unsigned char>(c)) * 1'099'511'628'211ULL;
    return id % 1'000'000'000'000'000ULL;
}

}  // namespace

net::Response list_templates(const SimTemplates& templates) {
    JsonText json;
    json.begin_object().key("data").begin_array();
    for (const auto& [name, one] : templates) {
        json.begin_object().field("name", name).field("language", one.language);
        json.field("status", upper(one.status)).field("category", upper(one.category));
        json.field("parameter_format", "POSITIONAL");
        json.field("id", std::to_string(template_id(name))).key("components").begin_array();
        json.begin_object().field("type", "BODY").field("text", one.body).end_object();
        json.end_array().end_object();
    }
    json.end_array().key("paging").begin_object().end_object().end_object();
    return json_answer(200, json.take());
}

Webhook template_webhook(const Endpoint& endpoint, std::string_view name,
                         const SimTemplate& changed, std::int64_t now_s) {
    JsonText json(JsonSpelling::ascii);
    json.begin_object().field("object", "whatsapp_business_account").key("entry").begin_array();
    json.begin_object().field("id", "200100").field("time", now_s).key("changes").begin_array();
    json.begin_object().field("field", "message_template_status_update").key("value");
    json.begin_object().field("event", upper(changed.status));
    json.field("message_template_id", template_id(name)).field("message_template_name", name);
    json.field("message_template_language", changed.language);
    json.field("message_template_category", upper(changed.category));
    json.field("reason", changed.status == "rejected" ? "INVALID_FORMAT" : "NONE");
    json.end_object().end_object().end_array().end_object().end_array().end_object();
    Webhook webhook;
    webhook.endpoint = endpoint;
    webhook.body = json.take();
    webhook.headers = {{"Content-Type", "application/json"}};
    find_provider("whatsapp")->sign(webhook, endpoint.secret, now_s);
    return webhook;
}

}  // namespace postern::sim
