// One method of the Bot API a message (core.telegram.org/bots/api, 10.1). No parse mode is ever
// set: text goes out as it is, so that nothing in it can break a message or become a link.
#include <algorithm>

#include "adapters/shared/file_form.h"
#include "adapters/shared/json.h"
#include "adapters/shared/json_build.h"
#include "adapters/telegram/decode.h"
#include "adapters/telegram/keyboard.h"
#include "adapters/telegram/send.h"

namespace postern::adapters::telegram {
namespace {

using json::Builder;

bool is_integer(std::string_view text) {
    return json::to_integer(text).has_value();
}

/// A chat's id is a number; a public channel may go by its @name.
void add_chat(Builder& out, std::string_view chat) {
    if (is_integer(chat) && !chat.starts_with('+')) {
        out.raw("chat_id", chat);
    } else {
        out.text("chat_id", chat);
    }
}

/// What answers a message that one person alone sees is seen by that person alone, and must not go
/// to all of the group because that message is gone.
void fill_reply(Builder& out, const MessageRef& ref) {
    if (ref.message.empty()) {
        out.raw("ephemeral_message_id", ref.ephemeral);
    } else {
        out.raw("message_id", ref.message).flag("allow_sending_without_reply", true);
    }
}

void add_reply(Builder& out, std::string_view reply_to) {
    const MessageRef ref = message_ref(reply_to);
    if (ref.message.empty() && ref.ephemeral.empty()) return;
    out.text_if("business_connection_id", ref.connection);
    out.open("reply_parameters");
    fill_reply(out, ref);
    out.close();
}

struct MediaMethod {
    std::string_view method;
    std::string_view member;
};

MediaMethod media_method(MediaKind kind) {
    switch (kind) {
        case MediaKind::image:
            return {"sendPhoto", "photo"};
        case MediaKind::audio:
            return {"sendAudio", "audio"};
        case MediaKind::voice:
            return {"sendVoice", "voice"};
        case MediaKind::video:
            return {"sendVideo", "video"};
        case MediaKind::sticker:
            return {"sendSticker", "sticker"};
        case MediaKind::document:
            break;
    }
    return {"sendDocument", "document"};
}

std::string_view add_media(Builder& out, MediaKind kind, std::string_view url,
                           std::string_view caption) {
    const MediaMethod method = media_method(kind);
    out.text(method.member, url).text_if("caption", caption);
    return method.method;
}

std::string_view add_text(Builder& out, std::string_view text, bool preview) {
    out.text("text", text);
    if (!preview) out.open("link_preview_options").flag("is_disabled", true).close();
    return "sendMessage";
}

std::string_view add_choices(Builder& out, const OutboundContent& content) {
    const std::string words = composed_text(content);
    const bool media = content.header && content.header->media;
    const std::string_view method =
        media ? add_media(out, *content.header->media, content.header->url, words)
              : add_text(out, words, content.preview_url);
    add_keyboard(out, content);
    return method;
}

std::string_view add_location(Builder& out, const OutboundContent& content) {
    out.number("latitude", content.point->latitude).number("longitude", content.point->longitude);
    if (content.name.empty()) return "sendLocation";
    out.text("title", content.name).text("address", content.address);
    return "sendVenue";
}

std::string_view add_contact(Builder& out, const ContactCard& card) {
    out.text("phone_number", card.phones.front()).text("first_name", card.name);
    out.text_if("vcard", vcard(card));
    return "sendContact";
}

Method reaction_method(const OutboundContent& content) {
    const MessageRef ref = message_ref(content.reaction_to);
    Builder out(128);
    out.open();
    add_chat(out, ref.chat);
    out.raw("message_id", ref.message).open_list("reaction");
    if (!content.emoji.empty()) {
        out.open().text("type", "emoji").text("emoji", content.emoji).close();
    }
    return {"setMessageReaction", out.close_list().close().finish()};
}

std::string_view add_content(Builder& out, const OutboundContent& content) {
    switch (content.type) {
        case ContentType::media:
            return add_media(out, content.media, content.url, content.text);
        case ContentType::buttons:
        case ContentType::list:
            return add_choices(out, content);
        case ContentType::location:
            return add_location(out, content);
        case ContentType::contacts:
            return add_contact(out, content.contacts.front());
        default:
            return add_text(out, content.text, content.preview_url);
    }
}

/// Text of a vCard value: RFC 6350 escapes these.
std::string escaped(std::string_view value) {
    std::string out;
    for (const char c : value) {
        if (c == '\r') continue;
        if (c == '\\' || c == ',' || c == ';') out += '\\';
        if (c == '\n') {
            out += "\\n";
        } else {
            out += c;
        }
    }
    return out;
}

}  // namespace

MessageRef message_ref(std::string_view external_id) {
    const std::size_t last = external_id.rfind(':');
    if (last == std::string_view::npos || last == 0) return {};
    const std::size_t before = external_id.rfind(':', last - 1);
    const std::size_t chat = before == std::string_view::npos ? 0 : before + 1;
    MessageRef ref;
    ref.connection = external_id.substr(0, chat == 0 ? 0 : chat - 1);
    ref.chat = external_id.substr(chat, last - chat);
    ref.message = external_id.substr(last + 1);
    if (ref.message.starts_with(ephemeral_mark)) {
        ref.ephemeral = ref.message.substr(1);
        ref.message = {};
    }
    const std::string_view number = ref.message.empty() ? ref.ephemeral : ref.message;
    if (!is_integer(ref.chat) || !is_integer(number)) return {};
    return ref;
}

std::string composed_text(const OutboundContent& content) {
    std::string out;
    if (content.header) out = content.header->text;
    for (const std::string* part : {&content.text, &content.footer}) {
        if (part->empty()) continue;
        if (!out.empty()) out += "\n\n";
        out += *part;
    }
    return out;
}

std::string vcard(const ContactCard& card) {
    if (card.phones.size() < 2 && card.emails.empty() && card.organization.empty()) return {};
    std::string out = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:" + escaped(card.name) +
                      ";;;;\r\nFN:" + escaped(card.name) + "\r\n";
    for (const std::string& phone : card.phones) out += "TEL:" + escaped(phone) + "\r\n";
    for (const std::string& email : card.emails) out += "EMAIL:" + escaped(email) + "\r\n";
    if (!card.organization.empty()) out += "ORG:" + escaped(card.organization) + "\r\n";
    return out + "END:VCARD\r\n";
}

Method message_method(const SendRequest& request, std::string_view chat) {
    if (request.content.type == ContentType::reaction) return reaction_method(request.content);
    Builder out;
    out.open();
    add_chat(out, chat);
    Method method;
    method.name = add_content(out, request.content);
    add_reply(out, request.reply_to);
    method.parameters = out.close().finish();
    return method;
}

/// Parameters of a form are texts; what is an object in JSON is its text.
std::string_view fill_with_file(const SendRequest& request, std::string_view chat,
                                ProviderCall& call) {
    const MediaMethod method = media_method(request.content.media);
    shared::FileForm form(*request.file);
    form.field("chat_id", chat);
    if (!request.content.text.empty()) form.field("caption", request.content.text);
    const MessageRef ref = message_ref(request.reply_to);
    if (!ref.connection.empty()) form.field("business_connection_id", ref.connection);
    if (!ref.message.empty() || !ref.ephemeral.empty()) {
        Builder reply(96);
        fill_reply(reply.open(), ref);
        form.field("reply_parameters", reply.close().finish());
    }
    form.finish(method.member, call);
    return method.method;
}

std::string typing_parameters(std::string_view chat) {
    Builder out(64);
    out.open();
    add_chat(out, chat);
    return out.text("action", "typing").close().finish();
}

}  // namespace postern::adapters::telegram
