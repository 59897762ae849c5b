// The body of POST /{instagram_id}/messages (Meta, "Send Messages", Instagram API with Instagram
// Login, v25.0), or of /{page_id}/messages of the page that the account is linked to ("Send a
// Message", Instagram Messaging).
#include "adapters/instagram/send.h"
#include "adapters/meta/send_api.h"

namespace postern::adapters::instagram {
namespace {

using json::Builder;

/// A file that Meta has already ("Upload Media for Instagram Messaging", June 2026): whatever it
/// is, it goes as that type.
void add_held(Builder& out, std::string_view attachment) {
    out.open("attachment").text("type", "MEDIA_SHARE");
    out.open("payload").text("id", attachment).close().close();
}

/// The Instagram API alone calls an image `attachments`: there may be several.
void add_content(Builder& out, const OutboundContent& content, std::string_view attachment,
                 bool linked) {
    const bool image = content.media == MediaKind::image;
    switch (content.type) {
        case ContentType::media:
            if (!attachment.empty()) return add_held(out, attachment);
            return meta::add_attachment(out, image && !linked ? "attachments" : "attachment",
                                        content.media, content.url);
        case ContentType::buttons:
        case ContentType::list:
            return meta::add_choices(out, content);
        default:
            out.text("text", content.text);
    }
}

std::string body(const SendRequest& request, std::string_view attachment, bool linked) {
    const OutboundContent& content = request.content;
    if (content.type == ContentType::reaction) {
        return meta::reaction_body(request.to, content.reaction_to, content.emoji);
    }
    Builder out;
    out.open();
    meta::add_recipient(out, request.to);
    if (request.human_agent) out.text("messaging_type", "MESSAGE_TAG").text("tag", "HUMAN_AGENT");
    if (!request.reply_to.empty()) out.open("reply_to").text("mid", request.reply_to).close();
    out.open("message");
    add_content(out, content, attachment, linked);
    out.close();
    return out.close().finish();
}

}  // namespace

std::string message_body(const SendRequest& request, std::string_view attachment) {
    return body(request, attachment, false);
}

std::string linked_message_body(const SendRequest& request, std::string_view attachment) {
    return body(request, attachment, true);
}

}  // namespace postern::adapters::instagram
