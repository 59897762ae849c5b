// Buttons and lists: Meta's interactive messages of four types, chosen by what the buttons do.
#include "adapters/whatsapp/build.h"

namespace postern::adapters::whatsapp {
namespace {

using json::Builder;

void add_header(Builder& out, const OutboundContent& content) {
    if (!content.header) return;
    const OutboundHeader& header = *content.header;
    out.open("header");
    if (header.media) {
        out.text("type", media_word(*header.media));
        add_link(out, *header.media, header.url);
    } else {
        out.text("type", "text").text("text", header.text);
    }
    out.close();
}

void add_words(Builder& out, std::string_view type, const OutboundContent& content) {
    out.text("type", type);
    add_header(out, content);
    out.open("body").text("text", content.text).close();
    if (!content.footer.empty()) out.open("footer").text("text", content.footer).close();
}

void add_buttons(Builder& out, const OutboundContent& content) {
    const OutboundButton& first = content.buttons.front();
    if (first.kind == ButtonKind::url) {
        add_words(out, "cta_url", content);
        out.open("action").text("name", "cta_url").open("parameters");
        out.text("display_text", first.title).text("url", first.url).close().close();
        return;
    }
    if (first.kind == ButtonKind::location) {
        add_words(out, "location_request_message", content);
        out.open("action").text("name", "send_location").close();
        return;
    }
    add_words(out, "button", content);
    out.open("action").open_list("buttons");
    for (const OutboundButton& button : content.buttons) {
        out.open().text("type", "reply").open("reply");
        out.text("id", button.id).text("title", button.title).close().close();
    }
    out.close_list().close();
}

void add_list(Builder& out, const OutboundContent& content) {
    add_words(out, "list", content);
    out.open("action").text("button", content.button).open_list("sections");
    for (const ListSection& section : content.sections) {
        out.open().text_if("title", section.title).open_list("rows");
        for (const ListRow& row : section.rows) {
            out.open().text("id", row.id).text("title", row.title);
            out.text_if("description", row.description).close();
        }
        out.close_list().close();
    }
    out.close_list().close();
}

}  // namespace

void add_interactive(Builder& out, const OutboundContent& content) {
    out.open("interactive");
    if (content.type == ContentType::list) {
        add_list(out, content);
    } else {
        add_buttons(out, content);
    }
    out.close();
}

}  // namespace postern::adapters::whatsapp
