// The widget's limits: what a small window can show and a person can take in. Ours, so they may
// grow.
#include "adapters/shared/content_check.h"
#include "adapters/shared/list_visit.h"
#include "adapters/webchat/send.h"

namespace postern::adapters::webchat {
namespace {

using shared::ContentCheck;
using shared::element;

constexpr std::size_t text_max = 8000;
constexpr std::size_t line_max = 300;  // of a header, a footer
constexpr std::size_t title_max = 80;
constexpr std::size_t id_max = 256;
constexpr std::size_t buttons_max = 12;
constexpr std::size_t sections_max = 10;
constexpr std::size_t rows_max = 50;
constexpr std::size_t cards_max = 10;

/// Media by URL, or one of our uploads.
void check_medium(std::string_view field, std::string_view url, bool uploaded,
                  ContentCheck& check) {
    if (!uploaded) check.url(field, url);
}

void check_around(const OutboundContent& content, ContentCheck& check) {
    check.text("text", content.text, text_max);
    check.length("footer", content.footer, line_max);
    if (!content.header) return;
    if (content.header->media) return check.url("header.url", content.header->url);
    check.text("header.text", content.header->text, line_max);
}

void check_buttons(const OutboundContent& content, ContentCheck& check) {
    check_around(content, check);
    check.count("buttons", content.buttons.size(), buttons_max, "buttons");
    for (std::size_t i = 0; i < content.buttons.size(); ++i) {
        const OutboundButton& button = content.buttons[i];
        if (button.kind == ButtonKind::location) {
            check.not_supported(element("buttons", i, "kind"), "button that asks for a place");
        }
        check.text(element("buttons", i, "title"), button.title, title_max);
        if (button.kind == ButtonKind::reply)
            check.text(element("buttons", i, "id"), button.id, id_max);
        if (button.kind == ButtonKind::url) check.url(element("buttons", i, "url"), button.url);
        if (button.kind == ButtonKind::phone)
            check.text(element("buttons", i, "phone"), button.phone, title_max);
    }
}

void check_list(const OutboundContent& content, ContentCheck& check) {
    check_around(content, check);
    check.length("button", content.button, title_max);
    check.count("sections", content.sections.size(), sections_max, "sections");
    const std::size_t rows = shared::visit_list(
        content,
        [&](const std::string& place, const ListSection& section) {
            check.length(place + ".title", section.title, title_max);
        },
        [&](const std::string& place, const ListRow& row) {
            check.text(place + ".title", row.title, title_max);
            check.text(place + ".id", row.id, id_max);
            check.length(place + ".description", row.description, line_max);
        });
    check.count("sections", rows, rows_max, "rows in all");
}

}  // namespace

std::optional<FieldProblem> check(const OutboundContent& content, bool any_length) {
    ContentCheck check("Web chat");
    switch (content.type) {
        case ContentType::text:
            check.required("text", content.text);
            if (!any_length) check.length("text", content.text, text_max);
            break;
        case ContentType::media:
            check_medium("url", content.url, !content.upload.empty(), check);
            check.length("caption", content.text, text_max);
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
            check.count("contacts", content.contacts.size(), cards_max, "cards");
            for (std::size_t i = 0; i < content.contacts.size(); ++i)
                check.text(element("contacts", i, "name"), content.contacts[i].name, line_max);
            break;
        case ContentType::template_:
            check.not_supported("type", "templates of its own: they go out as their words");
            break;
        case ContentType::reaction:
        case ContentType::choice:
        case ContentType::unsupported:
            check.no_messages(content.type);
            break;
    }
    return check.take();
}

}  // namespace postern::adapters::webchat
