// The contract's `content` object, written back from the model: {{content}} for providers that are
// ours to shape.
#include "adapters/http/send_template.h"
#include "adapters/shared/json_build.h"
#include "adapters/shared/json_write.h"

namespace postern::adapters::http {
namespace {

using json::Builder;

void add_strings(Builder& out, std::string_view name, const std::vector<std::string>& values) {
    if (values.empty()) return;
    out.open_list(name);
    for (const std::string& value : values) out.text({}, value);
    out.close_list();
}

/// A variable's name is the caller's and needs escaping, which the builder does not do.
void add_variables(Builder& out, const OutboundContent& content) {
    if (content.variables.empty()) return;
    std::string object = "{";
    for (const auto& [name, value] : content.variables) {
        if (object.size() > 1) object += ',';
        json::append_quoted(object, name);
        object += ':';
        json::append_quoted(object, value);
    }
    out.raw("variables", object += '}');
}

void add_header(Builder& out, const OutboundContent& content) {
    if (!content.header) return;
    out.open("header");
    if (content.header->media) out.text("kind", to_string(*content.header->media));
    out.text_if("url", content.header->url).text_if("text", content.header->text).close();
}

void add_buttons(Builder& out, const OutboundContent& content) {
    if (content.buttons.empty() && content.template_buttons.empty()) return;
    out.open_list("buttons");
    for (const OutboundButton& button : content.buttons) {
        out.open().text("kind", to_string(button.kind)).text_if("id", button.id);
        out.text("title", button.title).text_if("url", button.url);
        out.text_if("phone", button.phone).close();
    }
    for (const TemplateButton& button : content.template_buttons) {
        out.open().integer("index", button.index).text("kind", to_string(button.kind));
        out.text("payload", button.payload).close();
    }
    out.close_list();
}

void add_sections(Builder& out, const OutboundContent& content) {
    if (content.sections.empty()) return;
    out.open_list("sections");
    for (const ListSection& section : content.sections) {
        out.open().text_if("title", section.title).open_list("rows");
        for (const ListRow& row : section.rows) {
            out.open().text("id", row.id).text("title", row.title);
            out.text_if("description", row.description).close();
        }
        out.close_list().close();
    }
    out.close_list();
}

void add_contacts(Builder& out, const OutboundContent& content) {
    if (content.contacts.empty()) return;
    out.open_list("contacts");
    for (const ContactCard& card : content.contacts) {
        out.open().text("name", card.name);
        add_strings(out, "phones", card.phones);
        add_strings(out, "emails", card.emails);
        out.text_if("organization", card.organization).close();
    }
    out.close_list();
}

}  // namespace

std::string content_json(const OutboundContent& content) {
    const bool media = content.type == ContentType::media;
    Builder out;
    out.open().text("type", to_string(content.type));
    if (media) out.text("kind", to_string(content.media));
    out.text_if(media ? "caption" : "text", content.text);
    if (content.preview_url) out.flag("preview_url", true);
    out.text_if("subject", content.subject).text_if("html", content.html);
    out.text_if("url", content.url).text_if("mime", content.mime);
    out.text_if("filename", content.filename).text_if("name", content.name);
    out.text_if("language", content.language);
    add_variables(out, content);
    add_header(out, content);
    out.text_if("footer", content.footer);
    add_buttons(out, content);
    out.text_if("button", content.button);
    add_sections(out, content);
    if (content.point) {
        out.number("latitude", content.point->latitude);
        out.number("longitude", content.point->longitude);
    }
    out.text_if("address", content.address);
    add_contacts(out, content);
    if (content.type == ContentType::reaction) {
        out.text("message", content.reaction_to).text("emoji", content.emoji);
    }
    return out.close().finish();
}

}  // namespace postern::adapters::http
