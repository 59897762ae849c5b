// The envelope and the plain kinds of message (Meta, "Cloud API: Messages", v25.0).
#include "adapters/whatsapp/build.h"

#include <algorithm>

#include "adapters/whatsapp/send.h"

namespace postern::adapters::whatsapp {
namespace {

using json::Builder;

/// A business-scoped user id: a country's two letters, a dot, then letters, digits and dots.
bool is_user_id(std::string_view to) {
    const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
    return to.size() > 3 && capital(to[0]) && capital(to[1]) && to[2] == '.';
}

bool is_number(std::string_view to) {
    if (to.starts_with('+')) to.remove_prefix(1);
    return !to.empty() && std::ranges::all_of(to, [](char c) { return c >= '0' && c <= '9'; });
}

void add_recipient(Builder& out, std::string_view to) {
    const bool person = is_user_id(to) || is_number(to);
    out.text("recipient_type", person ? "individual" : "group");
    out.text(is_user_id(to) ? "recipient" : "to", to);
}

std::string_view type_word(const OutboundContent& content) {
    switch (content.type) {
        case ContentType::media:
            return media_word(content.media);
        case ContentType::buttons:
        case ContentType::list:
            return "interactive";
        default:
            return to_string(content.type);
    }
}

void add_media(Builder& out, const OutboundContent& content, std::string_view media_id) {
    out.open(media_word(content.media));
    if (media_id.empty()) {
        out.text("link", content.url);
    } else {
        out.text("id", media_id);
    }
    out.text_if("caption", content.text);
    if (content.media == MediaKind::document) out.text_if("filename", content.filename);
    if (content.media == MediaKind::voice) out.flag("voice", true);
    out.close();
}

void add_location(Builder& out, const OutboundContent& content) {
    out.open("location");
    out.number("latitude", content.point->latitude).number("longitude", content.point->longitude);
    out.text_if("name", content.name).text_if("address", content.address).close();
}

/// Meta wants one part of the name besides the whole; which part a name of ours is, nobody knows,
/// so the whole stands as the first.
void add_contacts(Builder& out, const OutboundContent& content) {
    out.open_list("contacts");
    for (const ContactCard& card : content.contacts) {
        out.open().open("name").text("formatted_name", card.name).text("first_name", card.name);
        out.close();
        if (!card.phones.empty()) {
            out.open_list("phones");
            for (const std::string& phone : card.phones) out.open().text("phone", phone).close();
            out.close_list();
        }
        if (!card.emails.empty()) {
            out.open_list("emails");
            for (const std::string& email : card.emails) out.open().text("email", email).close();
            out.close_list();
        }
        if (!card.organization.empty()) {
            out.open("org").text("company", card.organization).close();
        }
        out.close();
    }
    out.close_list();
}

void add_content(Builder& out, const OutboundContent& content, std::string_view media_id) {
    switch (content.type) {
        case ContentType::text:
            out.open("text").text("body", content.text).flag("preview_url", content.preview_url);
            out.close();
            return;
        case ContentType::media:
            return add_media(out, content, media_id);
        case ContentType::template_:
            return add_template(out, content);
        case ContentType::buttons:
        case ContentType::list:
            return add_interactive(out, content);
        case ContentType::location:
            return add_location(out, content);
        case ContentType::contacts:
            return add_contacts(out, content);
        case ContentType::reaction:
            out.open("reaction").text("message_id", content.reaction_to);
            out.text("emoji", content.emoji).close();
            return;
        case ContentType::choice:
        case ContentType::unsupported:
            return;
    }
}

}  // namespace

std::string_view media_word(MediaKind kind) {
    return kind == MediaKind::voice ? "audio" : to_string(kind);
}

void add_link(Builder& out, MediaKind kind, std::string_view url) {
    out.open(media_word(kind)).text("link", url).close();
}

void add_message(Builder& out, const OutboundContent& content, std::string_view media_id) {
    out.text("type", type_word(content));
    add_content(out, content, media_id);
}

std::string message_body(const SendRequest& request, std::string_view media_id) {
    Builder out;
    out.open().text("messaging_product", "whatsapp");
    add_recipient(out, request.to);
    // A reaction names its message itself and takes no context.
    if (!request.reply_to.empty() && request.content.type != ContentType::reaction) {
        out.open("context").text("message_id", request.reply_to).close();
    }
    out.text_if("biz_opaque_callback_data", request.echo);
    add_message(out, request.content, media_id);
    return out.close().finish();
}

std::string read_body(std::string_view external_id, bool typing) {
    Builder out(192);
    out.open().text("messaging_product", "whatsapp").text("status", "read");
    out.text("message_id", external_id);
    if (typing) out.open("typing_indicator").text("type", "text").close();
    return out.close().finish();
}

}  // namespace postern::adapters::whatsapp
