// A Flex message of one bubble: what is too long or too much for a template (LINE, "Flex Message
// elements", 2026). Words wrap; nothing is cut.
#include "adapters/line/build.h"

namespace postern::adapters::line {
namespace {

using json::Builder;

constexpr std::string_view faint_color = "#888888";
constexpr std::string_view link_color = "#06632f";

/// What an action's label may hold; in a row it is only read aloud, the words stand beside it.
constexpr std::size_t row_label_max = 40;

enum class Weight : unsigned char { plain, bold, faint, link };

void add_words(Builder& out, std::string_view words, Weight weight) {
    if (words.empty()) return;
    out.open().text("type", "text").text("text", words).flag("wrap", true);
    if (weight == Weight::bold) out.text("weight", "bold");
    if (weight == Weight::faint) out.text("size", "sm").text("color", faint_color);
    if (weight == Weight::link) out.text("color", link_color);
    out.close();
}

void open_box(Builder& out, std::string_view name, std::string_view spacing) {
    out.open(name).text("type", "box").text("layout", "vertical").text("spacing", spacing);
}

void add_row(Builder& out, const ListRow& row) {
    OutboundButton button = button_of(row);
    open_box(out, {}, "xs");
    out.text("paddingAll", "sm");
    if (utf16_units(button.title) > row_label_max) {
        out.open("action").text("type", "postback").text("data", button.id);
        out.text("displayText", button.title).close();
    } else {
        add_action(out, "action", button);
    }
    out.open_list("contents");
    add_words(out, row.title, Weight::link);
    add_words(out, row.description, Weight::faint);
    out.close_list().close();
}

void add_sections(Builder& out, const OutboundContent& content) {
    for (const ListSection& section : content.sections) {
        out.open().text("type", "separator").close();
        add_words(out, section.title, Weight::bold);
        for (const ListRow& row : section.rows) add_row(out, row);
    }
}

void add_body(Builder& out, const OutboundContent& content) {
    open_box(out, "body", "md");
    out.open_list("contents");
    if (content.header) add_words(out, content.header->text, Weight::bold);
    add_words(out, content.text, Weight::plain);
    add_sections(out, content);
    add_words(out, content.footer, Weight::faint);
    out.close_list().close();
}

void add_buttons(Builder& out, const OutboundContent& content) {
    open_box(out, "footer", "sm");
    out.open_list("contents");
    for (const OutboundButton& button : content.buttons) {
        out.open().text("type", "button").text("style", "link").text("height", "sm");
        add_action(out, "action", button);
        out.close();
    }
    out.close_list().close();
}

}  // namespace

void add_flex(Builder& out, const OutboundContent& content) {
    out.open().text("type", "flex").text("altText", alternative_text(content));
    out.open("contents").text("type", "bubble");
    if (content.header && content.header->media) {
        out.open("hero").text("type", "image").text("url", content.header->url);
        out.text("size", "full").text("aspectRatio", "20:13").text("aspectMode", "cover").close();
    }
    add_body(out, content);
    if (!content.buttons.empty()) add_buttons(out, content);
    out.close().close();
}

}  // namespace postern::adapters::line
