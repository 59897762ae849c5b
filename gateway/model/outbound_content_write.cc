// Field by field in one order for all types: a field that a type does not use is empty and left
// out.
#include "gateway/model/json.h"
#include "gateway/model/outbound_content.h"

namespace postern::model {
namespace {

using adapters::ContentType;
using adapters::OutboundContent;

void write_texts(JsonWriter& out, std::string_view name, const std::vector<std::string>& texts) {
    if (texts.empty()) return;
    out.key(name).begin_array();
    for (const std::string& text : texts) out.value(text);
    out.end_array();
}

void write_header(JsonWriter& out, const OutboundContent& content) {
    if (!content.header) return;
    out.key("header").begin_object();
    if (content.header->media) out.member("kind", to_string(*content.header->media));
    out.member_if("url", content.header->url).member_if("text", content.header->text);
    out.end_object();
}

void write_variables(JsonWriter& out, const OutboundContent& content) {
    if (content.variables.empty()) return;
    out.key("variables").begin_object();
    for (const auto& [name, value] : content.variables) out.member(name, value);
    out.end_object();
}

void write_buttons(JsonWriter& out, const OutboundContent& content) {
    if (content.buttons.empty() && content.template_buttons.empty()) return;
    out.key("buttons").begin_array();
    for (const adapters::OutboundButton& button : content.buttons) {
        out.begin_object().member("kind", to_string(button.kind));
        out.member_if("id", button.id).member_if("title", button.title);
        out.member_if("url", button.url).member_if("phone", button.phone).end_object();
    }
    for (const adapters::TemplateButton& button : content.template_buttons) {
        out.begin_object().member("index", button.index);
        out.member("kind", to_string(button.kind)).member("payload", button.payload).end_object();
    }
    out.end_array();
}

void write_sections(JsonWriter& out, const OutboundContent& content) {
    if (content.sections.empty()) return;
    out.key("sections").begin_array();
    for (const adapters::ListSection& section : content.sections) {
        out.begin_object().member_if("title", section.title).key("rows").begin_array();
        for (const adapters::ListRow& row : section.rows) {
            out.begin_object().member("id", row.id).member("title", row.title);
            out.member_if("description", row.description).end_object();
        }
        out.end_array().end_object();
    }
    out.end_array();
}

void write_contacts(JsonWriter& out, const OutboundContent& content) {
    if (content.contacts.empty()) return;
    out.key("contacts").begin_array();
    for (const adapters::ContactCard& card : content.contacts) {
        out.begin_object().member("name", card.name);
        write_texts(out, "phones", card.phones);
        write_texts(out, "emails", card.emails);
        out.member_if("organization", card.organization).end_object();
    }
    out.end_array();
}

}  // namespace

std::string write_content(const OutboundContent& content) {
    const bool media = content.type == ContentType::media;
    std::string text;
    JsonWriter out(text);
    out.begin_object().member("type", to_string(content.type));
    if (media) out.member("kind", to_string(content.media));
    out.member_if(media ? "caption" : "text", content.text);
    if (content.preview_url) out.member("preview_url", true);
    out.member_if("subject", content.subject).member_if("html", content.html);
    out.member_if("url", content.url).member_if("upload", content.upload);
    out.member_if("mime", content.mime).member_if("filename", content.filename);
    out.member_if("name", content.name).member_if("language", content.language);
    write_variables(out, content);
    write_header(out, content);
    out.member_if("footer", content.footer);
    write_buttons(out, content);
    out.member_if("button", content.button);
    write_sections(out, content);
    if (content.point) {
        out.member("latitude", content.point->latitude);
        out.member("longitude", content.point->longitude);
    }
    out.member_if("address", content.address);
    write_contacts(out, content);
    out.member_if("message", content.reaction_to).member_if("emoji", content.emoji);
    out.end_object();
    return text;
}

}  // namespace postern::model
