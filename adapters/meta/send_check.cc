// Which contents Messenger and Instagram take: the kinds are the same, but for templates.
#include "adapters/meta/send_api.h"

namespace postern::adapters::meta {
namespace {

using shared::ContentCheck;

void check_media(const OutboundContent& content, ContentCheck& check) {
    if (content.upload.empty() || !content.url.empty()) check.url("url", content.url);
    if (content.media == MediaKind::sticker) {
        check.not_supported("kind", "sticker of one's own");
    }
    check.absent("caption", content.text, "caption: send the words as a text of their own");
}

}  // namespace

std::optional<FieldProblem> check_message(const OutboundContent& content,
                                          const MessageLimits& limits) {
    ContentCheck check(limits.channel);
    switch (content.type) {
        case ContentType::text:
            check.required("text", content.text);
            check_words("text", content.text, limits.words, check);
            break;
        case ContentType::media:
            check_media(content, check);
            break;
        case ContentType::template_:
            if (limits.check_template != nullptr) {
                limits.check_template(content, check);
            } else {
                check.not_supported("type", "templates: send the text itself");
            }
            break;
        case ContentType::buttons:
            check_buttons(content, limits.words, limits.phone_buttons, check);
            break;
        case ContentType::list:
            check_list(content, limits.words, check);
            break;
        case ContentType::reaction:
            check.required("message", content.reaction_to);
            break;
        case ContentType::location:
            check.not_supported("type", "location to send: send a link to a map");
            break;
        case ContentType::contacts:
            check.not_supported("type", "contact cards");
            break;
        case ContentType::choice:
        case ContentType::unsupported:
            check.no_messages(content.type);
            break;
    }
    return check.take();
}

}  // namespace postern::adapters::meta
