// WeChat's limits (2026), so that a mistake is the caller's 422. Few are documented; the length of
// a text is what people measured before 45002.
#include <algorithm>

#include "adapters/shared/content_check.h"
#include "adapters/wechat/send.h"

namespace postern::adapters::wechat {
namespace {

using shared::ContentCheck;
using shared::element;

constexpr std::size_t text_bytes_max = 2048;
constexpr std::size_t card_title_max = 64;
constexpr std::size_t caption_max = 512;
constexpr std::size_t menu_items_max = 10;
constexpr std::size_t menu_id_max = 128;
constexpr std::size_t menu_words_max = 128;
constexpr std::size_t template_values_max = 100;
constexpr std::size_t template_value_bytes_max = 2048;
constexpr std::size_t url_max = 1024;

void check_media(const OutboundContent& content, ContentCheck& check) {
    if (content.media == MediaKind::document || content.media == MediaKind::sticker) {
        return check.not_supported("kind", "documents and stickers to send");
    }
    if (!content.upload.empty()) {
        if (content.media != MediaKind::video)
            check.absent("caption", content.text, "caption but on videos and linked pictures");
        return check.length("caption", content.text, caption_max);
    }
    check.url("url", content.url, url_max);
    const bool uploaded = !media_of(content.url).id.empty();
    const bool card = content.media == MediaKind::image && !uploaded;
    if (content.media != MediaKind::video && !card) {
        check.absent("caption", content.text, "caption but on videos and linked pictures");
    }
    check.length("caption", content.text, card ? card_title_max : caption_max);
    if (!uploaded && !card) {
        check.wrong(
            "url", "invalid",
            "WeChat fetches no such medium: name an upload of ours, or an address that ends "
            "in ?media_id=…");
    }
}

void check_words(const OutboundContent& content, ContentCheck& check) {
    check.required("text", content.text);
    if (content.header && content.header->media) {
        check.not_supported("header.kind", "medium above a menu");
    }
    check.bytes("text", menu_head(content) + content.footer, text_bytes_max);
}

void check_item(const std::string& place, std::string_view id, std::string_view words,
                ContentCheck& check) {
    check.text(place + ".id", id, menu_id_max);
    check.text(place + ".title", words, menu_words_max);
}

void check_buttons(const OutboundContent& content, ContentCheck& check) {
    check_words(content, check);
    check.count("buttons", content.buttons.size(), menu_items_max, "buttons");
    for (std::size_t i = 0; i < content.buttons.size(); ++i) {
        const OutboundButton& button = content.buttons[i];
        if (button.kind != ButtonKind::reply) {
            check.not_supported(element("buttons", i, "kind"), "button but replies");
        }
        check_item(element("buttons", i), button.id, button.title, check);
    }
}

void check_list(const OutboundContent& content, ContentCheck& check) {
    check_words(content, check);
    check.count("sections", content.sections.size(), menu_items_max, "sections");
    std::size_t rows = 0;
    for (std::size_t i = 0; i < content.sections.size(); ++i) {
        const ListSection& section = content.sections[i];
        rows += section.rows.size();
        check.count(element("sections", i, "rows"), section.rows.size(), menu_items_max, "rows");
        for (std::size_t k = 0; k < section.rows.size(); ++k) {
            const std::string place = element("sections", i) + "." + element("rows", k);
            check.required(place + ".title", section.rows[k].title);
            check_item(place, section.rows[k].id, row_words(section.rows[k]), check);
        }
    }
    if (rows > menu_items_max) check.count("sections", rows, menu_items_max, "rows in all");
}

/// `thing1`, `character_string2` …: written as names of JSON members.
bool is_keyword(std::string_view name) {
    return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == '_';
    });
}

void check_template(const OutboundContent& content, ContentCheck& check) {
    check.text("name", content.name, 128);
    if (content.header) check.not_supported("header", "header above a template");
    if (content.variables.size() > template_values_max) {
        check.count("variables", content.variables.size(), template_values_max, "variables");
    }
    for (const auto& [name, value] : content.variables) {
        if (!is_keyword(name)) {
            check.wrong("variables." + name, "invalid",
                        "WeChat's keywords are such as thing1: letters, digits and _");
        }
        check.bytes("variables." + name, value, template_value_bytes_max);
    }
    if (content.template_buttons.size() > 1) {
        check.count("buttons", content.template_buttons.size(), 1, "link behind a template");
    }
    for (const TemplateButton& button : content.template_buttons) {
        if (button.kind != ButtonKind::url) {
            check.not_supported("buttons[0].kind", "button but one link behind a template");
        }
        check.url("buttons[0].payload", button.payload, url_max);
    }
}

}  // namespace

std::optional<FieldProblem> check(const OutboundContent& content) {
    ContentCheck check("WeChat");
    switch (content.type) {
        case ContentType::text:
            check.required("text", content.text);
            check.bytes("text", content.text, text_bytes_max);
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
        case ContentType::contacts:
        case ContentType::reaction:
        case ContentType::choice:
        case ContentType::unsupported:
            check.no_messages(content.type);
            break;
    }
    return check.take();
}

}  // namespace postern::adapters::wechat
