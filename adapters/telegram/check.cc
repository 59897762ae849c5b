// Telegram's limits (core.telegram.org/bots/api, 10.1), so that a mistake is the caller's 422.
#include <algorithm>

#include "adapters/shared/content_check.h"
#include "adapters/shared/list_visit.h"
#include "adapters/shared/split_text.h"
#include "adapters/telegram/keyboard.h"
#include "adapters/telegram/send.h"

namespace postern::adapters::telegram {
namespace {

using shared::ContentCheck;
using shared::element;

constexpr std::size_t text_max = 4096;
constexpr std::size_t caption_max = 1024;
constexpr std::size_t callback_data_bytes_max = 64;
constexpr std::size_t buttons_max = 100;  // of one keyboard; not documented, observed
constexpr std::size_t button_words_max = 128;
constexpr std::size_t vcard_bytes_max = 2048;

/// Telegram counts UTF-16 units, as it does for entities: an emoji is two.
void check_units(std::string_view field, std::string_view words, std::size_t units_max,
                 ContentCheck& check) {
    if (words.size() <= units_max || shared::utf16_units(words) <= units_max) return;
    check.wrong(field, "too_long",
                "Telegram takes at most " + std::to_string(units_max) +
                    " characters here, an emoji counts twice");
}

void check_media(const OutboundContent& content, ContentCheck& check) {
    if (content.upload.empty() || !content.url.empty()) check.url("url", content.url);
    if (content.media == MediaKind::sticker) {
        check.absent("caption", content.text, "caption on stickers");
    }
    check_units("caption", content.text, caption_max, check);
}

/// All parts stand in one text, so they share its limit.
void check_words(const OutboundContent& content, ContentCheck& check) {
    check.required("text", content.text);
    const bool media = content.header && content.header->media;
    if (media) {
        check.url("header.url", content.header->url);
        if (*content.header->media == MediaKind::sticker) {
            check.not_supported("header.kind", "words below a sticker");
        }
    } else if (content.header) {
        check.required("header.text", content.header->text);
    }
    check_units("text", composed_text(content), media ? caption_max : text_max, check);
}

void check_data(const std::string& field, std::string_view id, ContentCheck& check) {
    check.required(field, id);
    check.bytes(field, id, callback_data_bytes_max);
}

void check_buttons(const OutboundContent& content, ContentCheck& check) {
    check_words(content, check);
    check.count("buttons", content.buttons.size(), buttons_max, "buttons");
    const auto asks = [](const OutboundButton& b) { return b.kind == ButtonKind::location; };
    const bool asking = std::ranges::any_of(content.buttons, asks);
    for (std::size_t i = 0; i < content.buttons.size(); ++i) {
        const OutboundButton& button = content.buttons[i];
        check.text(element("buttons", i, "title"), button.title, button_words_max);
        if (asking && button.kind != ButtonKind::location) {
            check.not_supported(element("buttons", i, "kind"),
                                "other button beside one that asks for the location");
        }
        if (button.kind == ButtonKind::phone) {
            check.not_supported(element("buttons", i, "kind"), "button that calls a number");
        }
        if (button.kind == ButtonKind::url) check.url(element("buttons", i, "url"), button.url);
        if (button.kind == ButtonKind::reply) {
            check_data(element("buttons", i, "id"), button.id, check);
        }
    }
}

void check_list(const OutboundContent& content, ContentCheck& check) {
    check_words(content, check);
    check.count("sections", content.sections.size(), buttons_max, "sections");
    const std::size_t rows = shared::visit_list(
        content,
        [&](const std::string& place, const ListSection& section) {
            check.count(place + ".rows", section.rows.size(), buttons_max, "rows");
        },
        [&](const std::string& place, const ListRow& row) {
            check.required(place + ".title", row.title);
            check.length(place + ".title", row_words(row), button_words_max);
            check_data(place + ".id", row.id, check);
        });
    if (rows > buttons_max) check.count("sections", rows, buttons_max, "rows in all");
}

void check_contacts(const OutboundContent& content, ContentCheck& check) {
    check.count("contacts", content.contacts.size(), 1, "card a message");
    for (const ContactCard& card : content.contacts) {
        check.text("contacts[0].name", card.name, 64);
        check.required("contacts[0].phones", card.phones.empty() ? "" : card.phones.front());
        check.bytes("contacts[0]", vcard(card), vcard_bytes_max);
    }
}

void check_location(const OutboundContent& content, ContentCheck& check) {
    check.coordinates(content.point);
    if (content.name.empty() != content.address.empty()) {
        check.wrong(content.name.empty() ? "name" : "address", "required",
                    "Telegram shows a place with both name and address, or a bare point");
    }
}

}  // namespace

std::optional<FieldProblem> check(const OutboundContent& content) {
    ContentCheck check("Telegram");
    switch (content.type) {
        case ContentType::text:
            check.required("text", content.text);
            check_units("text", content.text, text_max, check);
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
            check_location(content, check);
            break;
        case ContentType::contacts:
            check_contacts(content, check);
            break;
        case ContentType::reaction:
            check.required("message", content.reaction_to);
            if (message_ref(content.reaction_to).message.empty()) {
                check.wrong("message", "invalid", "the id of a Telegram message is chat:message");
            }
            break;
        case ContentType::template_:
            check.not_supported("type", "templates: send the text itself");
            break;
        case ContentType::choice:
        case ContentType::unsupported:
            check.no_messages(content.type);
            break;
    }
    return check.take();
}

}  // namespace postern::adapters::telegram
