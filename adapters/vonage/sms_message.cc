// The inbound SMS of the SMS API ("Inbound SMS", 2026), and what is neither message nor receipt.
#include <array>
#include <utility>

#include "adapters/shared/hmac.h"
#include "adapters/vonage/decode.h"

namespace postern::adapters::vonage {
namespace {

/// Further facts, Vonage's name · ours.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> details = {{
    {"to", "to"},
    {"type", "message_type"},
    {"keyword", "keyword"},
    {"network-code", "network_code"},
}};
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> binary_details = {{
    {"data", "data"},
    {"udh", "udh"},
    {"protocol-id", "protocol_id"},
}};

std::string_view id_of(const shared::Form& form) {
    const std::string_view id = form.value("messageId");
    return id.empty() ? form.value("message-id") : id;
}

/// Vonage does not join what a phone has cut: each part is a request of its own.
std::string part_of(const shared::Form& form) {
    if (form.value("concat") != "true" && form.value("concat-total").empty()) return {};
    json::ObjectWriter part;
    part.text_if("reference", form.value("concat-ref"));
    for (const auto& [name, ours] :
         {std::pair{"concat-part", "number"}, std::pair{"concat-total", "total"}}) {
        const auto value = json::to_integer(form.value(name));
        if (value) part.integer(ours, *value);
    }
    return part.finish();
}

std::string details_of(const shared::Form& form) {
    json::ObjectWriter writer;
    for (const auto& [name, ours] : details) writer.text_if(ours, form.value(name));
    const std::string part = part_of(form);
    if (!part.empty()) writer.raw("part", part);
    for (const auto& [name, ours] : binary_details) writer.text_if(ours, form.value(name));
    return writer.finish();
}

Content content_of(const shared::Form& form) {
    Content content;
    const std::string_view type = form.value("type");
    content.text = form.value("text");
    const bool words = type.empty() || type == "text" || type == "unicode";
    if (!words && content.text.empty()) {
        content.type = ContentType::unsupported;
        content.provider_type = type;
    }
    content.details_json = details_of(form);
    return content;
}

}  // namespace

bool is_sms(const shared::Form& form) {
    return !id_of(form).empty() &&
           (form.has("text") || form.has("data") || form.has("keyword") || form.has("type"));
}

void decode_sms(const Callback& callback, InboundBatch& batch) {
    const shared::Form& form = callback.form;
    if (form.value("msisdn").empty()) {
        batch.undecoded.push_back({callback.raw, "a message without msisdn", callback.routing});
        return;
    }
    InboundMessage message;
    message.external_id = id_of(form);
    message.dedupe_id = message.external_id;
    message.sender.aliases.push_back(address_of(form.value("msisdn")));
    message.content = content_of(form);
    if (message.content.type == ContentType::text && message.content.text.empty()) {
        message.content.type = ContentType::unsupported;
        message.content.provider_type = "empty";
    }
    message.provider_time = time_of(form.value("message-timestamp"), callback.now);
    batch.items.push_back({std::move(message), callback.routing, callback.raw});
}

bool decode_other(const Callback& callback, InboundBatch& batch) {
    const shared::Form& form = callback.form;
    if (id_of(form).empty() && !form.has("api-key") && !form.has("request_id")) return false;
    InboundSignal signal;
    signal.dedupe_id = "other:" + shared::fingerprint(callback.raw, 16);
    signal.provider_type = "callback";
    signal.provider_time = time_of(form.value("message-timestamp"), callback.now);
    json::ObjectWriter writer;
    for (const shared::FormField& field : form.fields()) {
        // Names are a stranger's here, and are written as text.
        if (field.name == "sig" || field.name == "nonce") continue;
        std::string name;
        json::append_quoted(name, field.name);
        writer.text_if(std::string_view(name).substr(1, name.size() - 2), field.value);
    }
    signal.details_json = writer.finish();
    batch.items.push_back({std::move(signal), callback.routing, callback.raw});
    return true;
}

}  // namespace postern::adapters::vonage
