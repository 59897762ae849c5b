// Buttons and lists: which of LINE's forms holds them, and all forms but Flex. Limits: Messaging
// API reference, 2026.
#include <algorithm>

#include "adapters/line/build.h"

namespace postern::adapters::line {
namespace {

using json::Builder;

constexpr std::size_t template_buttons_max = 4;
constexpr std::size_t template_text_max = 160;
constexpr std::size_t template_text_below_title_max = 60;  // or below a picture
constexpr std::size_t template_title_max = 40;
constexpr std::size_t confirm_text_max = 240;
constexpr std::size_t alternative_max = 400;  // newer documents say 1,500
constexpr std::string_view place_word =
    "\xf0\x9f\x93\x8d";  // a pin, where the caller names nothing

bool asks_for_place(const OutboundContent& content) {
    return std::ranges::any_of(content.buttons, [](const OutboundButton& button) {
        return button.kind == ButtonKind::location;
    });
}

bool has_picture(const OutboundContent& content) {
    return content.header && content.header->media;
}

std::string_view title_of(const OutboundContent& content) {
    return content.header ? std::string_view(content.header->text) : std::string_view{};
}

std::string text_with_footer(const OutboundContent& content) {
    return content.footer.empty() ? content.text : content.text + "\n\n" + content.footer;
}

bool fits_buttons(const OutboundContent& content) {
    const std::string_view title = title_of(content);
    const bool headed = has_picture(content) || !title.empty();
    return content.buttons.size() <= template_buttons_max &&
           utf16_units(title) <= template_title_max &&
           utf16_units(text_with_footer(content)) <=
               (headed ? template_text_below_title_max : template_text_max);
}

bool fits_confirm(const OutboundContent& content) {
    return content.buttons.size() == 2 && !content.header &&
           utf16_units(text_with_footer(content)) <= confirm_text_max;
}

Form form_of_buttons(const OutboundContent& content) {
    if (asks_for_place(content)) return Form::quick_replies;
    const bool short_labels = std::ranges::all_of(
        content.buttons, [](const OutboundButton& b) { return utf16_units(b.title) <= label_max; });
    if (short_labels && fits_buttons(content)) return Form::buttons;
    if (short_labels && fits_confirm(content)) return Form::confirm;
    return Form::flex;
}

/// Rows with nothing but a short title read well below a text; the rest wants its own place.
Form form_of_list(const OutboundContent& content) {
    if (has_picture(content) || content.sections.size() != 1) return Form::flex;
    const ListSection& only = content.sections.front();
    const bool bare = std::ranges::all_of(only.rows, [](const ListRow& row) {
        return row.description.empty() && utf16_units(row.title) <= label_max;
    });
    const bool fits = bare && only.title.empty() && only.rows.size() <= quick_replies_max;
    return fits ? Form::quick_replies : Form::flex;
}

void add_quick_reply(Builder& out, const OutboundButton& button) {
    out.open().text("type", "action");
    add_action(out, "action", button);
    out.close();
}

void add_quick_replies(Builder& out, const OutboundContent& content, std::string_view quote_token) {
    out.open().text("type", "text").text("text", composed_text(content));
    out.text_if("quoteToken", quote_token).open("quickReply").open_list("items");
    for (const OutboundButton& button : content.buttons) add_quick_reply(out, button);
    for (const ListSection& section : content.sections) {
        for (const ListRow& row : section.rows) add_quick_reply(out, button_of(row));
    }
    out.close_list().close().close();
}

void add_template(Builder& out, const OutboundContent& content, std::string_view type) {
    out.open().text("type", "template").text("altText", alternative_text(content));
    out.open("template").text("type", type);
    if (has_picture(content)) out.text("thumbnailImageUrl", content.header->url);
    out.text_if("title", title_of(content)).text("text", text_with_footer(content));
    out.open_list("actions");
    for (const OutboundButton& button : content.buttons) add_action(out, {}, button);
    out.close_list().close().close();
}

}  // namespace

Form form_of(const OutboundContent& content) {
    return content.type == ContentType::list ? form_of_list(content) : form_of_buttons(content);
}

std::string composed_text(const OutboundContent& content) {
    std::string out(title_of(content));
    if (!out.empty()) out += "\n\n";
    return out += text_with_footer(content);
}

std::string alternative_text(const OutboundContent& content) {
    std::string out = composed_text(content);
    std::size_t units = 0;
    for (std::size_t at = 0; at < out.size(); ++at) {
        units += utf16_units(std::string_view(out).substr(at, 1));
        if (units <= alternative_max) continue;
        out.resize(at);
        break;
    }
    return out;
}

void add_action(Builder& out, std::string_view name, const OutboundButton& button) {
    out.open(name);
    switch (button.kind) {
        case ButtonKind::reply:
            out.text("type", "postback").text("label", button.title).text("data", button.id);
            out.text("displayText", button.title);
            break;
        case ButtonKind::url:
            out.text("type", "uri").text("label", button.title).text("uri", button.url);
            break;
        case ButtonKind::phone:
            out.text("type", "uri").text("label", button.title).text("uri", "tel:" + button.phone);
            break;
        case ButtonKind::location:
            out.text("type", "location");
            out.text("label", button.title.empty() ? place_word : std::string_view(button.title));
            break;
    }
    out.close();
}

OutboundButton button_of(const ListRow& row) {
    OutboundButton button;
    button.id = row.id;
    button.title = row.title;
    return button;
}

void add_choices(Builder& out, const OutboundContent& content, std::string_view quote_token) {
    switch (form_of(content)) {
        case Form::quick_replies:
            return add_quick_replies(out, content, quote_token);
        case Form::buttons:
            return add_template(out, content, "buttons");
        case Form::confirm:
            return add_template(out, content, "confirm");
        case Form::flex:
            return add_flex(out, content);
    }
}

}  // namespace postern::adapters::line
