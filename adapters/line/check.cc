// LINE's limits of a message (Messaging API reference, 2026), so that a mistake is the caller's
// 422. Lengths are UTF-16 code units, as LINE counts.
#include <algorithm>

#include "adapters/line/build.h"
#include "adapters/line/send.h"
#include "adapters/shared/content_check.h"
#include "adapters/shared/list_visit.h"

namespace postern::adapters::line {
namespace {

using shared::ContentCheck;
using shared::element;

constexpr std::size_t place_max = 100;
constexpr std::size_t url_max = 2000;
constexpr std::size_t link_max = 1000;  // behind a button
constexpr std::size_t postback_max = 300;
constexpr std::size_t flex_text_max = 2000;
constexpr std::size_t flex_label_max = 40;
constexpr std::size_t flex_row_max = 300;
constexpr std::size_t rows_max = 50;
constexpr std::size_t bubble_bytes_max = 30'000;

void check_units(ContentCheck& check, std::string_view field, std::string_view value,
                 std::size_t units_max) {
    if (value.size() <= units_max || utf16_units(value) <= units_max) return;
    check.wrong(field, "too_long",
                "LINE takes at most " + std::to_string(units_max) + " UTF-16 units here");
}

void check_text(ContentCheck& check, std::string_view field, std::string_view value,
                std::size_t units_max) {
    check.required(field, value);
    check_units(check, field, value, units_max);
}

void check_https(ContentCheck& check, std::string_view field, std::string_view url) {
    check.url(field, url, url_max);
    if (!url.starts_with("https://")) {
        check.wrong(field, "invalid", "LINE fetches media from https addresses alone");
    }
}

void check_media(const OutboundContent& content, ContentCheck& check) {
    if (content.media == MediaKind::document) {
        return check.not_supported("kind", "documents to send: use a button with the address");
    }
    check_units(check, "caption", content.text, text_units_max);
    if (content.media != MediaKind::sticker) return check_https(check, "url", content.url);
    check.required("url", content.url);
    if (sticker_of(content.url).package.empty()) {
        check.wrong("url", "invalid",
                    "LINE's stickers go by number: an address that ends in "
                    "?packageId=446&stickerId=1988");
    }
}

void check_header(const OutboundContent& content, ContentCheck& check) {
    if (!content.header) return;
    if (!content.header->media) {
        return check_text(check, "header.text", content.header->text, flex_row_max);
    }
    if (*content.header->media != MediaKind::image) {
        return check.not_supported("header.kind", "medium but pictures above buttons and lists");
    }
    if (form_of(content) == Form::quick_replies) {
        return check.not_supported("header", "picture above a request for the location");
    }
    check_https(check, "header.url", content.header->url);
}

/// The words must fit the form that was chosen, and the bubble LINE's size of one.
void check_words(const OutboundContent& content, ContentCheck& check) {
    check.required("text", content.text);
    check_header(content, check);
    const Form form = form_of(content);
    if (form == Form::quick_replies) {
        return check_units(check, "text", composed_text(content), text_units_max);
    }
    check_units(check, "text", content.text, flex_text_max);
    check_units(check, "footer", content.footer, flex_row_max);
    if (form != Form::flex) return;
    json::Builder bubble;
    add_flex(bubble, content);
    if (bubble.finish().size() > bubble_bytes_max) {
        check.wrong("text", "too_long", "LINE takes at most 30 KB in one bubble, all in all");
    }
}

void check_button(const OutboundButton& button, std::size_t index, std::size_t label_units_max,
                  ContentCheck& check) {
    const bool drawn = button.kind == ButtonKind::location;
    if (!drawn) check.required(element("buttons", index, "title"), button.title);
    check_units(check, element("buttons", index, "title"), button.title, label_units_max);
    switch (button.kind) {
        case ButtonKind::reply:
            check_text(check, element("buttons", index, "id"), button.id, postback_max);
            break;
        case ButtonKind::url:
            check.url(element("buttons", index, "url"), button.url, link_max);
            break;
        case ButtonKind::phone:
            check_text(check, element("buttons", index, "phone"), button.phone, link_max - 4);
            break;
        case ButtonKind::location:
            break;
    }
}

void check_buttons(const OutboundContent& content, ContentCheck& check) {
    check.count("buttons", content.buttons.size(), quick_replies_max, "buttons");
    const bool below = form_of(content) == Form::quick_replies;
    for (std::size_t i = 0; i < content.buttons.size(); ++i) {
        check_button(content.buttons[i], i, below ? label_max : flex_label_max, check);
    }
    check_words(content, check);
}

void check_list(const OutboundContent& content, ContentCheck& check) {
    check.count("sections", content.sections.size(), rows_max, "sections");
    const std::size_t rows = shared::visit_list(
        content,
        [&](const std::string& place, const ListSection& section) {
            check_units(check, place + ".title", section.title, flex_row_max);
            check.count(place + ".rows", section.rows.size(), rows_max, "rows");
        },
        [&](const std::string& place, const ListRow& row) {
            check_text(check, place + ".id", row.id, postback_max);
            check_text(check, place + ".title", row.title, flex_row_max);
            check_units(check, place + ".description", row.description, flex_row_max);
        });
    if (rows > rows_max) check.count("sections", rows, rows_max, "rows in all");
    check_words(content, check);
}

}  // namespace

std::optional<FieldProblem> check(const OutboundContent& content, bool split) {
    ContentCheck check("LINE");
    switch (content.type) {
        case ContentType::text:
            check.required("text", content.text);
            if (!split || texts_of(content.text).empty())
                check_units(check, "text", content.text, text_units_max);
            break;
        case ContentType::media:
            check_media(content, check);
            break;
        case ContentType::buttons:
            check_buttons(content, check);
            break;
        case ContentType::list:
            check_list(content, check);
            break;
        case ContentType::location:
            check.coordinates(content.point);
            check_units(check, "name", content.name, place_max);
            check_units(check, "address", content.address, place_max);
            break;
        case ContentType::template_:
            check.not_supported("type", "templates: send the text itself");
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

}  // namespace postern::adapters::line
