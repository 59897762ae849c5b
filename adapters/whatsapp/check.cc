// Meta's limits of a message ("Cloud API: Messages", "Templates", read 2026), so that a mistake is
// the caller's 422 and not a refusal hours later.
#include <algorithm>
#include <set>

#include "adapters/shared/content_check.h"
#include "adapters/shared/json.h"
#include "adapters/whatsapp/send.h"

namespace postern::adapters::whatsapp {
namespace {

using shared::ContentCheck;
using shared::element;

constexpr std::size_t text_max = 4096;
constexpr std::size_t caption_max = 1024;
constexpr std::size_t buttons_body_max = 1024;
constexpr std::size_t list_body_max = 4096;
constexpr std::size_t header_max = 60;
constexpr std::size_t footer_max = 60;
constexpr std::size_t reply_buttons_max = 3;
constexpr std::size_t button_title_max = 20;
constexpr std::size_t button_id_max = 256;
constexpr std::size_t list_rows_max = 10;  // in all sections together
constexpr std::size_t section_title_max = 24;
constexpr std::size_t row_title_max = 24;
constexpr std::size_t row_id_max = 200;
constexpr std::size_t row_description_max = 72;
constexpr std::size_t cards_max = 257;
constexpr std::size_t template_name_max = 512;
constexpr std::size_t template_button_index_max = 9;
constexpr std::size_t parameter_max = 1024;
constexpr std::size_t payload_max = 2000;

void check_media(const OutboundContent& content, ContentCheck& check) {
    if (content.upload.empty() || !content.url.empty()) check.url("url", content.url);
    const MediaKind kind = content.media;
    if (kind == MediaKind::audio || kind == MediaKind::voice || kind == MediaKind::sticker) {
        check.absent("caption", content.text, "caption on audio and stickers");
    }
    check.length("caption", content.text, caption_max);
    if (kind == MediaKind::document) check.length("filename", content.filename, 240);
}

/// `words_only`: lists, which show no medium.
void check_header(const OutboundContent& content, bool words_only, ContentCheck& check) {
    if (!content.header) return;
    const OutboundHeader& header = *content.header;
    if (!header.media) return check.text("header.text", header.text, header_max);
    const bool shown = *header.media == MediaKind::image || *header.media == MediaKind::video ||
                       *header.media == MediaKind::document;
    if (words_only) return check.not_supported("header.kind", "medium above a list");
    if (!shown) return check.not_supported("header.kind", "header but image, video and document");
    check.url("header.url", header.url);
}

void check_one_button(const OutboundContent& content, ContentCheck& check) {
    const OutboundButton& button = content.buttons.front();
    if (content.buttons.size() > 1) {
        return check.not_supported("buttons", "url or location button beside another button");
    }
    if (button.kind == ButtonKind::url) {
        check.text("buttons[0].title", button.title, button_title_max);
        check.url("buttons[0].url", button.url);
        return;
    }
    // The client draws the button and its words.
    if (content.header) check.not_supported("header", "header above a request for the location");
    check.absent("footer", content.footer, "footer below a request for the location");
}

void check_buttons(const OutboundContent& content, ContentCheck& check) {
    check.text("text", content.text, buttons_body_max);
    check.length("footer", content.footer, footer_max);
    check_header(content, false, check);
    check.count("buttons", content.buttons.size(), reply_buttons_max, "buttons");
    std::set<std::string_view> ids;
    bool special = false;
    for (std::size_t i = 0; i < content.buttons.size(); ++i) {
        const OutboundButton& button = content.buttons[i];
        if (button.kind == ButtonKind::phone) {
            return check.not_supported(element("buttons", i, "kind"),
                                       "phone button outside templates");
        }
        special = special || button.kind != ButtonKind::reply;
        if (button.kind != ButtonKind::reply) continue;
        check.text(element("buttons", i, "id"), button.id, button_id_max);
        check.text(element("buttons", i, "title"), button.title, button_title_max);
        if (!ids.insert(button.id).second) {
            check.wrong(element("buttons", i, "id"), "duplicate", "each button has its own id");
        }
    }
    if (special) check_one_button(content, check);
}

void check_row(const ListRow& row, const std::string& place, ContentCheck& check) {
    check.text(place + ".id", row.id, row_id_max);
    check.text(place + ".title", row.title, row_title_max);
    check.length(place + ".description", row.description, row_description_max);
}

void check_list(const OutboundContent& content, ContentCheck& check) {
    check.text("text", content.text, list_body_max);
    check.length("footer", content.footer, footer_max);
    check_header(content, true, check);
    check.text("button", content.button, button_title_max);
    check.count("sections", content.sections.size(), list_rows_max, "sections");
    std::set<std::string_view> ids;
    std::size_t rows = 0;
    for (std::size_t i = 0; i < content.sections.size(); ++i) {
        const ListSection& section = content.sections[i];
        if (content.sections.size() > 1)
            check.required(element("sections", i, "title"), section.title);
        check.length(element("sections", i, "title"), section.title, section_title_max);
        rows += section.rows.size();
        check.count(element("sections", i, "rows"), section.rows.size(), list_rows_max, "rows");
        if (rows > list_rows_max) check.count("sections", rows, list_rows_max, "rows in all");
        for (std::size_t k = 0; k < section.rows.size(); ++k) {
            const std::string place = element("sections", i) + "." + element("rows", k);
            check_row(section.rows[k], place, check);
            if (!ids.insert(section.rows[k].id).second) {
                check.wrong(place + ".id", "duplicate", "each row has its own id");
            }
        }
    }
}

bool template_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/// Graph refuses parameters with line ends, tabs, or more than four blanks in a row (code 100).
void check_parameter(const std::string& field, std::string_view value, ContentCheck& check) {
    check.text(field, value, parameter_max);
    if (value.find_first_of("\n\r\t") != std::string_view::npos ||
        value.find("     ") != std::string_view::npos) {
        check.wrong(field, "invalid",
                    "WhatsApp takes no line end, no tab and no more than 4 blanks in a row here");
    }
}

void check_variables(const OutboundContent& content, ContentCheck& check) {
    std::size_t numbers = 0;
    for (const auto& [name, value] : content.variables) {
        const auto position = json::to_integer(name);
        if (position) ++numbers;
        check_parameter("variables." + name, value, check);
        const auto most = static_cast<std::int64_t>(content.variables.size());
        if (position && (*position < 1 || *position > most)) {
            check.wrong("variables." + name, "invalid", "positions count from 1 without a gap");
        }
    }
    if (numbers != 0 && numbers != content.variables.size()) {
        check.wrong("variables", "invalid", "WhatsApp takes positions or names, not both");
    }
}

void check_template(const OutboundContent& content, ContentCheck& check) {
    check.text("name", content.name, template_name_max);
    if (!std::ranges::all_of(content.name, template_name_character)) {
        check.wrong("name", "invalid", "WhatsApp's template names are of a-z, 0-9 and _");
    }
    check.text("language", content.language, 15);
    check_header(content, false, check);
    check_variables(content, check);
    for (std::size_t i = 0; i < content.template_buttons.size(); ++i) {
        const TemplateButton& button = content.template_buttons[i];
        if (button.index > template_button_index_max) {
            check.wrong(element("buttons", i, "index"), "too_many",
                        "WhatsApp's templates have at most 10 buttons, counted from 0");
        }
        if (button.kind != ButtonKind::reply && button.kind != ButtonKind::url) {
            check.not_supported(element("buttons", i, "kind"), "parameter for such a button");
        }
        check.text(element("buttons", i, "payload"), button.payload, payload_max);
    }
}

void check_contacts(const OutboundContent& content, ContentCheck& check) {
    check.count("contacts", content.contacts.size(), cards_max, "cards");
    for (std::size_t i = 0; i < content.contacts.size(); ++i) {
        check.required(element("contacts", i, "name"), content.contacts[i].name);
    }
}

}  // namespace

std::optional<FieldProblem> check(const OutboundContent& content) {
    ContentCheck check("WhatsApp");
    switch (content.type) {
        case ContentType::text:
            check.text("text", content.text, text_max);
            break;
        case ContentType::media:
            check_media(content, check);
            break;
        case ContentType::template_:
            check_template(content, check);
            break;
        case ContentType::buttons:
            check_buttons(content, check);
            break;
        case ContentType::list:
            check_list(content, check);
            break;
        case ContentType::location:
            check.coordinates(content.point);
            break;
        case ContentType::contacts:
            check_contacts(content, check);
            break;
        case ContentType::reaction:
            check.required("message", content.reaction_to);
            break;
        case ContentType::choice:
        case ContentType::unsupported:
            check.no_messages(content.type);
            break;
    }
    return check.take();
}

}  // namespace postern::adapters::whatsapp
