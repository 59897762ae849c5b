// Viber's limits of a message ("Message Data Model", "Keyboards", REST Bot API, 2026), so that a
// mistake is the caller's 422.
#include <algorithm>
#include <array>

#include "adapters/shared/content_check.h"
#include "adapters/shared/list_visit.h"
#include "adapters/viber/build.h"
#include "adapters/viber/send.h"

namespace postern::adapters::viber {
namespace {

using shared::ContentCheck;
using shared::element;

constexpr std::size_t text_max = 7000;
constexpr std::size_t caption_max = 768;
constexpr std::size_t file_name_max = 256;
constexpr std::size_t card_name_max = 28;
constexpr std::size_t card_phone_max = 18;
constexpr std::size_t buttons_max = 24;  // rows of one keyboard
constexpr std::size_t button_words_max = 250;
constexpr std::size_t button_body_max = 250;
constexpr std::size_t body_bytes_max = 30 * 1024;
/// A receiver's id, a sender's name and what else stands in every body.
constexpr std::size_t longest_receiver = 128;
constexpr std::string_view longest_sender = "............................";

/// Programs ("Forbidden file formats"), sorted.
constexpr auto refused_endings = std::to_array<std::string_view>(
    {"action", "apk", "app",    "bat",  "bin", "cmd",      "com",      "command", "cpl",
     "csh",    "exe", "gadget", "inf1", "ins", "inx",      "ipa",      "isu",     "job",
     "jse",    "ksh", "lnk",    "msc",  "msi", "msp",      "mst",      "osx",     "out",
     "paf",    "pif", "prg",    "ps1",  "reg", "rgs",      "run",      "sct",     "shb",
     "shs",    "u3p", "vb",     "vbe",  "vbs", "vbscript", "workflow", "ws",      "wsf"});
static_assert(std::ranges::is_sorted(refused_endings));

bool is_program(std::string_view name) {
    std::string ending(name.substr(std::min(name.size(), name.rfind('.') + 1)));
    for (char& c : ending) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return std::ranges::binary_search(refused_endings, std::string_view(ending));
}

void check_media(const OutboundContent& content, ContentCheck& check) {
    check.url("url", content.url);
    switch (content.media) {
        case MediaKind::image:
        case MediaKind::video:
            return check.length("caption", content.text, caption_max);
        case MediaKind::sticker:
            check.absent("caption", content.text, "caption on stickers");
            if (sticker_of(content.url).empty()) {
                check.wrong("url", "invalid",
                            "Viber's stickers go by number: an address that ends in "
                            "?stickerId=46105");
            }
            return;
        case MediaKind::audio:
        case MediaKind::voice:
        case MediaKind::document: {
            check.absent("caption", content.text, "caption on files");
            const std::string name = file_name_of(content);
            check.length("filename", name, file_name_max);
            if (!has_ending(name)) {
                check.wrong("filename", "required",
                            "Viber opens a file by the ending of its name, such as .pdf");
            }
            if (is_program(name)) check.not_supported("filename", "programs to send");
            return;
        }
    }
}

void check_words(const OutboundContent& content, ContentCheck& check) {
    check.required("text", content.text);
    const bool media = content.header && content.header->media;
    if (media) {
        check.url("header.url", content.header->url);
        if (*content.header->media != MediaKind::image) {
            check.not_supported("header.kind", "medium but pictures above buttons and lists");
        }
    } else if (content.header) {
        check.required("header.text", content.header->text);
    }
    check.length("text", composed_text(content), media ? caption_max : text_max);
}

void check_buttons(const OutboundContent& content, ContentCheck& check) {
    check_words(content, check);
    check.count("buttons", content.buttons.size(), buttons_max, "buttons");
    for (std::size_t i = 0; i < content.buttons.size(); ++i) {
        const OutboundButton& button = content.buttons[i];
        if (button.kind != ButtonKind::location) {
            check.required(element("buttons", i, "title"), button.title);
        }
        check.length(element("buttons", i, "title"), button.title, button_words_max);
        if (button.kind == ButtonKind::reply) {
            check.text(element("buttons", i, "id"), button.id, button_body_max);
        }
        if (button.kind == ButtonKind::url) check.url(element("buttons", i, "url"), button.url);
        if (button.kind == ButtonKind::phone) {
            check.not_supported(element("buttons", i, "kind"), "button that calls a number");
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
            check.text(place + ".id", row.id, button_body_max);
        });
    if (rows > buttons_max) check.count("sections", rows, buttons_max, "rows in all");
}

bool is_phone(std::string_view phone) {
    if (phone.starts_with('+')) phone.remove_prefix(1);
    return !phone.empty() &&
           std::ranges::all_of(phone, [](char c) { return c >= '0' && c <= '9'; });
}

void check_contacts(const OutboundContent& content, ContentCheck& check) {
    check.count("contacts", content.contacts.size(), 1, "card a message");
    for (const ContactCard& card : content.contacts) {
        check.text("contacts[0].name", card.name, card_name_max);
        const std::string phone = card.phones.empty() ? std::string() : card.phones.front();
        check.text("contacts[0].phones", phone, card_phone_max);
        if (!is_phone(phone)) {
            check.wrong("contacts[0].phones", "invalid", "Viber takes a + and digits here");
        }
    }
}

/// All of it within Viber's size of a request, whoever it goes to.
bool fits(const OutboundContent& content) {
    const std::string receiver(longest_receiver, '.');
    const std::string echo(64, '.');
    const SendRequest request{receiver, content, {}, echo, {}, {}};
    return message_body(request, longest_sender).size() <= body_bytes_max;
}

}  // namespace

std::optional<FieldProblem> check(const OutboundContent& content) {
    ContentCheck check("Viber");
    switch (content.type) {
        case ContentType::text:
            check.text("text", content.text, text_max);
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
            break;
        case ContentType::contacts:
            check_contacts(content, check);
            break;
        case ContentType::template_:
            check.not_supported("type", "templates: send the text itself");
            break;
        case ContentType::reaction:
        case ContentType::choice:
        case ContentType::unsupported:
            check.no_messages(content.type);
            break;
    }
    auto problem = check.take();
    if (problem || fits(content)) return problem;
    return FieldProblem{"text", "too_long", "Viber takes at most 30 KB a message, all in all"};
}

}  // namespace postern::adapters::viber
