// The limits of buttons, quick replies and their words (Meta, same pages as send_parts.cc).
#include "adapters/meta/send_api.h"

namespace postern::adapters::meta {
namespace {

using shared::ContentCheck;
using shared::element;

constexpr std::size_t quick_replies_max = 13;
constexpr std::size_t title_max = 20;
constexpr std::size_t payload_max = 1000;
constexpr std::size_t template_text_max = 640;
constexpr std::size_t element_title_max = 80;
constexpr std::size_t element_subtitle_max = 80;

/// E.164, as Meta wants a number to be called.
bool is_callable(std::string_view phone) {
    return phone.size() > 7 && phone.size() <= 16 && phone[0] == '+' &&
           phone.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

void check_header(const OutboundContent& content, ContentCheck& check) {
    if (!content.header) return;
    const OutboundHeader& header = *content.header;
    if (!header.media) return check.required("header.text", header.text);
    if (*header.media != MediaKind::image) {
        return check.not_supported("header.kind", "medium above buttons but an image");
    }
    check.url("header.url", header.url);
}

void check_words_above(const OutboundContent& content, const WordsLimit& limit,
                       ContentCheck& check) {
    check_header(content, check);
    check.required("text", content.text);
    const bool quick = as_quick_replies(content);
    if (!quick && has_picture(content)) {
        check.length("text", content.text, element_title_max);
        check.length("footer", content.footer, element_subtitle_max);
    } else if (quick) {
        check_words("text", composed_text(content), limit, check);
    } else {
        check.length("text", composed_text(content), template_text_max);
    }
}

void check_button(const OutboundButton& button, std::size_t place, bool phone, bool quick,
                  ContentCheck& check) {
    check.text(element("buttons", place, "title"), button.title, title_max);
    if (quick && button.kind != ButtonKind::reply) {
        return check.not_supported(element("buttons", place, "kind"),
                                   "such button among more than three");
    }
    switch (button.kind) {
        case ButtonKind::reply:
            return check.text(element("buttons", place, "id"), button.id, payload_max);
        case ButtonKind::url:
            return check.url(element("buttons", place, "url"), button.url);
        case ButtonKind::phone:
            if (!phone) {
                return check.not_supported(element("buttons", place, "kind"),
                                           "button that calls a number");
            }
            if (!is_callable(button.phone)) {
                check.wrong(element("buttons", place, "phone"), "invalid",
                            "a number to call is written as +573001234567");
            }
            return;
        case ButtonKind::location:
            return check.not_supported(element("buttons", place, "kind"),
                                       "button that asks for the location");
    }
}

}  // namespace

void check_words(std::string_view field, std::string_view words, const WordsLimit& limit,
                 ContentCheck& check) {
    if (limit.bytes_max != 0) check.bytes(field, words, limit.bytes_max);
    if (limit.characters_max != 0) check.length(field, words, limit.characters_max);
}

void check_buttons(const OutboundContent& content, const WordsLimit& limit, bool phone,
                   ContentCheck& check) {
    check_words_above(content, limit, check);
    check.count("buttons", content.buttons.size(), quick_replies_max, "buttons");
    const bool quick = as_quick_replies(content);
    if (quick && has_picture(content)) {
        check.not_supported("header.kind", "image above more than three buttons");
    }
    for (std::size_t i = 0; i < content.buttons.size(); ++i) {
        check_button(content.buttons[i], i, phone, quick, check);
    }
}

void check_list(const OutboundContent& content, const WordsLimit& limit, ContentCheck& check) {
    if (has_picture(content)) check.not_supported("header.kind", "medium above a list");
    check_words_above(content, limit, check);
    check.count("sections", content.sections.size(), quick_replies_max, "sections");
    std::size_t rows = 0;
    for (std::size_t i = 0; i < content.sections.size(); ++i) {
        const ListSection& section = content.sections[i];
        rows += section.rows.size();
        check.count(element("sections", i, "rows"), section.rows.size(), quick_replies_max, "rows");
        for (std::size_t k = 0; k < section.rows.size(); ++k) {
            const std::string place = element("sections", i) + "." + element("rows", k);
            check.text(place + ".title", section.rows[k].title, title_max);
            check.text(place + ".id", section.rows[k].id, payload_max);
        }
    }
    if (rows > quick_replies_max) {
        check.count("sections", rows, quick_replies_max, "rows in all");
    }
}

}  // namespace postern::adapters::meta
