// Bodies of requests (WeChat, "Send customer service messages", "Template Message Interface",
// "Stable access token", 2026). Text goes out as UTF-8, never as \u escapes, which have been shown
// to people as they are.
#include "adapters/shared/form.h"
#include "adapters/shared/json_build.h"
#include "adapters/wechat/send.h"

namespace postern::adapters::wechat {
namespace {

using json::Builder;

void add_text(Builder& out, std::string_view text) {
    out.text("msgtype", "text").open("text").text("content", text).close();
}

constexpr std::string_view untitled = "\xf0\x9f\x96\xbc";  // a picture in its frame

/// A picture that WeChat does not have: a card of one article, whose cover WeChat does fetch. It
/// opens the picture.
void add_card(Builder& out, const OutboundContent& content) {
    const std::string& words = content.text.empty() ? content.filename : content.text;
    out.text("msgtype", "news").open("news").open_list("articles").open();
    out.text("title", words.empty() ? untitled : std::string_view(words));
    out.text("url", content.url).text("picurl", content.url).close().close_list().close();
}

void add_media(Builder& out, const OutboundContent& content, std::string_view media_id) {
    UploadedMedia media = media_of(content.url);
    if (!media_id.empty()) media = {std::string(media_id), {}};
    if (content.media == MediaKind::image && media.id.empty()) return add_card(out, content);
    const std::string_view type = media_word(content.media);
    out.text("msgtype", type).open(type).text("media_id", media.id);
    if (content.media == MediaKind::video) {
        out.text_if("thumb_media_id", media.thumb).text_if("title", content.filename);
        out.text_if("description", content.text);
    }
    out.close();
}

void add_item(Builder& out, std::string_view id, std::string_view words) {
    out.open().text("id", id).text("content", words).close();
}

void add_menu(Builder& out, const OutboundContent& content) {
    out.text("msgtype", "msgmenu").open("msgmenu").text("head_content", menu_head(content));
    out.open_list("list");
    for (const OutboundButton& button : content.buttons) add_item(out, button.id, button.title);
    for (const ListSection& section : content.sections) {
        for (const ListRow& row : section.rows) add_item(out, row.id, row_words(row));
    }
    out.close_list().text_if("tail_content", content.footer).close();
}

/// `client_msg_id` keeps WeChat from taking a repeat for some minutes; it promises no more.
void add_template(Builder& out, const SendRequest& request) {
    const OutboundContent& content = request.content;
    out.text("template_id", content.name).text_if("client_msg_id", request.echo);
    for (const TemplateButton& button : content.template_buttons) {
        out.text("url", button.payload);
    }
    out.open("data");
    for (const auto& [name, value] : content.variables) {
        out.open(name).text("value", value).close();
    }
    out.close();
}

}  // namespace

std::string_view media_word(MediaKind kind) {
    return kind == MediaKind::image ? "image" : kind == MediaKind::video ? "video" : "voice";
}

std::string menu_head(const OutboundContent& content) {
    const std::string title = content.header ? content.header->text : std::string();
    return title.empty() ? content.text : title + "\n\n" + content.text;
}

std::string row_words(const ListRow& row) {
    return row.description.empty() ? row.title : row.title + " – " + row.description;
}

UploadedMedia media_of(std::string_view url) {
    const std::size_t mark = url.find('?');
    if (mark == std::string_view::npos) return {};
    const std::string_view query = url.substr(mark + 1);
    const auto form = shared::parse_form(query.substr(0, query.find('#')));
    if (!form) return {};
    return {std::string(form->value("media_id")), std::string(form->value("thumb_media_id"))};
}

std::string token_body(std::string_view app_id, std::string_view app_secret) {
    Builder out(160);
    out.open().text("grant_type", "client_credential").text("appid", app_id);
    return out.text("secret", app_secret).flag("force_refresh", false).close().finish();
}

std::string typing_body(std::string_view to) {
    return Builder(96).open().text("touser", to).text("command", "Typing").close().finish();
}

std::string message_body(const SendRequest& request, std::string_view media_id) {
    const OutboundContent& content = request.content;
    Builder out;
    out.open().text("touser", request.to);
    switch (content.type) {
        case ContentType::media:
            add_media(out, content, media_id);
            break;
        case ContentType::buttons:
        case ContentType::list:
            add_menu(out, content);
            break;
        case ContentType::template_:
            add_template(out, request);
            break;
        default:
            add_text(out, content.text);
            break;
    }
    return out.close().finish();
}

}  // namespace postern::adapters::wechat
