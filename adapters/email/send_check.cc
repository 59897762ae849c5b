// What a mail can say: text (with HTML beside it) and files.
#include <algorithm>

#include "adapters/email/send.h"
#include "adapters/shared/content_check.h"

namespace postern::adapters::email {
namespace {

constexpr std::size_t subject_max = 250;
constexpr std::size_t text_max = 65'536;
constexpr std::size_t html_bytes_max = 131'072;

bool has_control(std::string_view text) {
    return std::ranges::any_of(
        text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace

std::optional<FieldProblem> check(const OutboundContent& content) {
    shared::ContentCheck check("E-mail");
    check.length("subject", content.subject, subject_max);
    if (has_control(content.subject)) {
        check.wrong("subject", "invalid", "a subject is one line without control characters");
    }
    switch (content.type) {
        case ContentType::text:
            check.text("text", content.text, text_max);
            check.bytes("html", content.html, html_bytes_max);
            break;
        case ContentType::media:
            // An upload goes along within the mail; the door knows whether it fits.
            if (content.upload.empty()) check.url("url", content.url);
            check.length("caption", content.text, text_max);
            break;
        case ContentType::template_:
            check.not_supported("type", "templates of its own");
            break;
        case ContentType::buttons:
        case ContentType::list:
            check.not_supported("type", "buttons and lists: write links into text or html");
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

}  // namespace postern::adapters::email
