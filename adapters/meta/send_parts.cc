// Parts of the bodies (Meta, "Send API", "Quick replies", "Button template", "Generic template",
// "Sender actions"; April 2026).
#include <algorithm>

#include "adapters/meta/send_api.h"

namespace postern::adapters::meta {
namespace {

using json::Builder;

constexpr std::size_t template_buttons_max = 3;

void add_paragraph(std::string& words, std::string_view more, std::string_view between = "\n\n") {
    if (more.empty()) return;
    if (!words.empty()) words.append(between);
    words.append(more);
}

/// Quick replies show titles alone, so what else a row says stands in the text.
std::string section_words(const ListSection& section) {
    std::string words;
    const bool described = std::ranges::any_of(
        section.rows, [](const ListRow& row) { return !row.description.empty(); });
    if (section.title.empty() && !described) return words;
    words = section.title;
    for (const ListRow& row : section.rows) {
        std::string line = "\xe2\x80\xa2 " + row.title;
        if (!row.description.empty()) line.append(" \xe2\x80\x93 ").append(row.description);
        add_paragraph(words, line, "\n");
    }
    return words;
}

void add_button(Builder& out, const OutboundButton& button) {
    out.open();
    switch (button.kind) {
        case ButtonKind::url:
            out.text("type", "web_url").text("url", button.url);
            break;
        case ButtonKind::phone:
            out.text("type", "phone_number").text("payload", button.phone);
            break;
        case ButtonKind::reply:
        case ButtonKind::location:
            out.text("type", "postback").text("payload", button.id);
            break;
    }
    out.text("title", button.title).close();
}

void add_buttons(Builder& out, const OutboundContent& content) {
    out.open_list("buttons");
    for (const OutboundButton& button : content.buttons) add_button(out, button);
    out.close_list();
}

void add_quick_reply(Builder& out, std::string_view title, std::string_view payload) {
    out.open().text("content_type", "text").text("title", title).text("payload", payload).close();
}

void add_quick_replies(Builder& out, const OutboundContent& content) {
    out.text("text", composed_text(content)).open_list("quick_replies");
    for (const OutboundButton& button : content.buttons) {
        add_quick_reply(out, button.title, button.id);
    }
    for (const ListSection& section : content.sections) {
        for (const ListRow& row : section.rows) add_quick_reply(out, row.title, row.id);
    }
    out.close_list();
}

/// A picture above the buttons: the one template that has it.
void add_generic(Builder& out, const OutboundContent& content) {
    out.text("template_type", "generic").open_list("elements").open();
    out.text("title", content.text).text_if("subtitle", content.footer);
    out.text("image_url", content.header->url);
    add_buttons(out, content);
    out.close().close_list();
}

}  // namespace

std::string_view media_word(MediaKind kind) {
    switch (kind) {
        case MediaKind::image:
        case MediaKind::sticker:
            return "image";
        case MediaKind::audio:
        case MediaKind::voice:
            return "audio";
        case MediaKind::video:
            return "video";
        case MediaKind::document:
            return "file";
    }
    return "file";
}

bool has_picture(const OutboundContent& content) {
    return content.header && content.header->media;
}

bool as_quick_replies(const OutboundContent& content) {
    return content.type == ContentType::list || content.buttons.size() > template_buttons_max;
}

std::string composed_text(const OutboundContent& content) {
    std::string words;
    if (content.header && !content.header->media) words = content.header->text;
    add_paragraph(words, content.text);
    for (const ListSection& section : content.sections) {
        add_paragraph(words, section_words(section));
    }
    add_paragraph(words, content.footer);
    return words;
}

void add_recipient(Builder& out, std::string_view to) {
    const char* member = "id";
    if (to.starts_with(token_prefix)) {
        member = "notification_messages_token";
        to.remove_prefix(token_prefix.size());
    } else if (to.starts_with(user_ref_prefix)) {
        member = "user_ref";
        to.remove_prefix(user_ref_prefix.size());
    }
    out.open("recipient").text(member, to).close();
}

std::string reaction_body(std::string_view to, std::string_view message,
                          std::string_view reaction) {
    Builder out(192);
    out.open();
    add_recipient(out, to);
    out.text("sender_action", reaction.empty() ? "unreact" : "react").open("payload");
    out.text("message_id", message).text_if("reaction", reaction).close();
    return out.close().finish();
}

std::string action_body(std::string_view to, std::string_view action) {
    Builder out(96);
    out.open();
    add_recipient(out, to);
    return out.text("sender_action", action).close().finish();
}

void add_attachment(Builder& out, std::string_view name, MediaKind kind, std::string_view url) {
    out.open(name).text("type", media_word(kind));
    out.open("payload").text("url", url).close().close();
}

void add_choices(Builder& out, const OutboundContent& content) {
    if (as_quick_replies(content)) return add_quick_replies(out, content);
    out.open("attachment").text("type", "template").open("payload");
    if (has_picture(content)) {
        add_generic(out, content);
    } else {
        out.text("template_type", "button").text("text", composed_text(content));
        add_buttons(out, content);
    }
    out.close().close();
}

}  // namespace postern::adapters::meta
