// Parts of a message object, and what of LINE's limits decides which object it is. Internal to the
// folder.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/model/outbound.h"
#include "adapters/shared/json_build.h"
#include "adapters/shared/split_text.h"

namespace postern::adapters::line {

/// LINE counts characters as UTF-16 code units ("Character counting in a text", 2026).
using shared::utf16_units;

inline constexpr std::size_t text_units_max = 5000;
inline constexpr std::size_t messages_max = 5;  // of one push

/// A text as the messages of one push; none: it is too long for that.
[[nodiscard]] std::vector<std::string_view> texts_of(std::string_view text);

// Limits that choose the form, in UTF-16 units or elements (Messaging API reference, 2026).
inline constexpr std::size_t quick_replies_max = 13;
inline constexpr std::size_t label_max = 20;  // of a template's action or a quick reply

/// The forms in which LINE shows buttons and lists, from plain to free.
enum class Form : unsigned char {
    quick_replies,  // below a text, gone after the next message; the only one that asks for a place
    buttons,        // up to 4 buttons, 160 characters
    confirm,        // exactly 2 buttons, 240 characters
    flex,           // everything else
};
/// The first form that holds this content, which is buttons or a list.
[[nodiscard]] Form form_of(const OutboundContent& content);

/// Header, text and footer as one text.
[[nodiscard]] std::string composed_text(const OutboundContent& content);
/// The same cut to what stands in notifications and where a form cannot be shown.
[[nodiscard]] std::string alternative_text(const OutboundContent& content);

/// A sticker is named by a URL whose query has packageId and stickerId.
struct Sticker {
    std::string package;  // empty: the URL names none
    std::string id;
};
[[nodiscard]] Sticker sticker_of(std::string_view url);

/// `name` of the member, or empty for an element of a list.
void add_action(json::Builder& out, std::string_view name, const OutboundButton& button);
/// A row as a button.
[[nodiscard]] OutboundButton button_of(const ListRow& row);

/// Both are one element of `messages`.
void add_choices(json::Builder& out, const OutboundContent& content, std::string_view quote_token);
void add_flex(json::Builder& out, const OutboundContent& content);

}  // namespace postern::adapters::line
