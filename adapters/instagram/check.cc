// Meta's limits of a message ("Send Messages", Instagram Platform, read 2026), so that a mistake is
// the caller's 422.
#include "adapters/instagram/send.h"
#include "adapters/meta/send_api.h"

namespace postern::adapters::instagram {
namespace {

using shared::ContentCheck;

constexpr meta::WordsLimit text_limit{.bytes_max = 1000};

void check_media(const OutboundContent& content, ContentCheck& check) {
    check.url("url", content.url);
    if (content.media == MediaKind::sticker) {
        check.not_supported("kind", "sticker of one's own");
    }
    check.absent("caption", content.text, "caption: send the words as a text of their own");
}

}  // namespace

std::optional<FieldProblem> check(const OutboundContent& content) {
    ContentCheck check("Instagram");
    switch (content.type) {
        case ContentType::text:
            check.required("text", content.text);
            meta::check_words("text", content.text, text_limit, check);
            break;
        case ContentType::media:
            check_media(content, check);
            break;
        case ContentType::buttons:
            meta::check_buttons(content, text_limit, false, check);
            break;
        case ContentType::list:
            meta::check_list(content, text_limit, check);
            break;
        case ContentType::reaction:
            check.required("message", content.reaction_to);
            break;
        case ContentType::template_:
            check.not_supported("type", "templates: send the text itself");
            break;
        case ContentType::location:
            check.not_supported("type", "location to send: send a link to a map");
            break;
        case ContentType::contacts:
            check.not_supported("type", "contact cards");
            break;
        case ContentType::choice:
        case ContentType::unsupported:
            check.not_supported("type", "such message to send");
            break;
    }
    return check.take();
}

}  // namespace postern::adapters::instagram
