// One button a row: titles of any length stay readable on a phone.
#include "adapters/telegram/keyboard.h"

#include <algorithm>

namespace postern::adapters::telegram {
namespace {

using json::Builder;

void add_button(Builder& out, std::string_view title, std::string_view member,
                std::string_view value) {
    out.open_list().open().text("text", title).text(member, value).close().close_list();
}

void add_location_request(Builder& out, const OutboundContent& content) {
    out.open_list("keyboard");
    for (const OutboundButton& button : content.buttons) {
        out.open_list().open().text("text", button.title).flag("request_location", true);
        out.close().close_list();
    }
    out.close_list().flag("resize_keyboard", true).flag("one_time_keyboard", true);
}

}  // namespace

std::string row_words(const ListRow& row) {
    return row.description.empty() ? row.title : row.title + " – " + row.description;
}

void add_keyboard(Builder& out, const OutboundContent& content) {
    out.open("reply_markup");
    const auto asks = [](const OutboundButton& b) { return b.kind == ButtonKind::location; };
    if (std::ranges::any_of(content.buttons, asks)) {
        add_location_request(out, content);
        out.close();
        return;
    }
    out.open_list("inline_keyboard");
    for (const OutboundButton& button : content.buttons) {
        const bool url = button.kind == ButtonKind::url;
        add_button(out, button.title, url ? "url" : "callback_data", url ? button.url : button.id);
    }
    for (const ListSection& section : content.sections) {
        for (const ListRow& row : section.rows) {
            add_button(out, row_words(row), "callback_data", row.id);
        }
    }
    out.close_list().close();
}

}  // namespace postern::adapters::telegram
