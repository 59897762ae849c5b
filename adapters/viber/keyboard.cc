// One button a row: titles of any length stay readable on a phone (Viber, "Keyboards", 2026).
#include <algorithm>

#include "adapters/viber/build.h"

namespace postern::adapters::viber {
namespace {

using json::Builder;

constexpr std::int64_t columns = 6;  // the whole width
constexpr std::int64_t version_of_places = 3;
/// Viber wants a body of every action; a chosen place answers with the place itself.
constexpr std::string_view place_body = "location";
constexpr std::string_view place_words =
    "\xf0\x9f\x93\x8d";  // a pin, where the caller names nothing

void add_button(Builder& out, std::string_view action, std::string_view body,
                std::string_view words) {
    out.open().integer("Columns", columns).integer("Rows", 1);
    out.text("ActionType", action).text("ActionBody", body).text("Text", escaped(words)).close();
}

void add_button(Builder& out, const OutboundButton& button) {
    switch (button.kind) {
        case ButtonKind::reply:
            return add_button(out, "reply", button.id, button.title);
        case ButtonKind::url:
            return add_button(out, "open-url", button.url, button.title);
        case ButtonKind::location:
            return add_button(out, "location-picker", place_body,
                              button.title.empty() ? place_words : std::string_view(button.title));
        case ButtonKind::phone:
            return;
    }
}

}  // namespace

std::string escaped(std::string_view words) {
    std::string out;
    out.reserve(words.size());
    for (const char c : words) {
        if (c == '<') {
            out += "&lt;";
        } else {
            out += c;
        }
    }
    return out;
}

std::string row_words(const ListRow& row) {
    return row.description.empty() ? row.title : row.title + " – " + row.description;
}

std::int64_t api_version_of(const OutboundContent& content) {
    const bool place = std::ranges::any_of(content.buttons, [](const OutboundButton& button) {
        return button.kind == ButtonKind::location;
    });
    return place ? version_of_places : 1;
}

void add_keyboard(Builder& out, const OutboundContent& content) {
    out.open("keyboard").text("Type", "keyboard").flag("DefaultHeight", false);
    out.open_list("Buttons");
    for (const OutboundButton& button : content.buttons) add_button(out, button);
    for (const ListSection& section : content.sections) {
        for (const ListRow& row : section.rows) add_button(out, "reply", row.id, row_words(row));
    }
    out.close_list().close();
}

}  // namespace postern::adapters::viber
