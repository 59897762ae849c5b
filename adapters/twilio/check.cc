// Twilio's limits of a message, for SMS and MMS and for the channels behind a prefix (read 2026).
#include <algorithm>

#include "adapters/shared/content_check.h"
#include "adapters/shared/json.h"
#include "adapters/twilio/send.h"

namespace postern::adapters::twilio {
namespace {

using shared::ContentCheck;

constexpr std::size_t body_max = 1600;
constexpr std::size_t whatsapp_caption_max = 1024;
constexpr std::size_t variables_max = 100;

bool is_content_sid(std::string_view name) {
    const auto hex = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    };
    return name.size() == 34 && name.starts_with("HX") && std::ranges::all_of(name.substr(2), hex);
}

void check_template(const OutboundContent& content, ContentCheck& check) {
    check.required("name", content.name);
    if (!is_content_sid(content.name)) {
        check.wrong("name", "invalid",
                    "a template at Twilio goes by its ContentSid, HX and 32 digits");
    }
    if (content.variables.size() > variables_max) {
        check.count("variables", content.variables.size(), variables_max, "variables");
    }
    if (content.header) check.not_supported("header", "header beside a template: it has variables");
    if (!content.template_buttons.empty()) {
        check.not_supported("buttons", "buttons beside a template: it has variables");
    }
}

void check_media(const From& from, const OutboundContent& content, ContentCheck& check) {
    check.url("url", content.url);
    check.length("caption", content.text, from.prefix.empty() ? body_max : whatsapp_caption_max);
    if (from.prefix.empty() && content.media == MediaKind::sticker) {
        check.not_supported("kind", "stickers on SMS");
    }
}

void check_location(const From& from, const OutboundContent& content, ContentCheck& check) {
    if (from.prefix.empty()) return check.not_supported("type", "locations on SMS");
    check.coordinates(content.point);
    if (content.address.empty()) check.required("name", content.name);
    check.length("name", content.name, body_max);
    check.length("address", content.address, body_max);
}

}  // namespace

std::optional<FieldProblem> check(const From& from, const OutboundContent& content) {
    ContentCheck check("Twilio");
    switch (content.type) {
        case ContentType::text:
            check.text("text", content.text, body_max);
            break;
        case ContentType::media:
            check_media(from, content, check);
            break;
        case ContentType::template_:
            check_template(content, check);
            break;
        case ContentType::location:
            check_location(from, content, check);
            break;
        case ContentType::buttons:
        case ContentType::list:
            check.not_supported("type", "buttons and lists but in templates (ContentSid)");
            break;
        case ContentType::contacts:
        case ContentType::reaction:
        case ContentType::choice:
        case ContentType::unsupported:
            check.no_messages(content.type);
            break;
    }
    return check.take();
}

}  // namespace postern::adapters::twilio
