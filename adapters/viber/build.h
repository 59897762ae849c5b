// Parts of the body of POST /send_message. Internal to the folder.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/model/outbound.h"
#include "adapters/shared/json_build.h"

namespace postern::adapters::viber {

/// Header, text and footer of buttons and lists as one text.
[[nodiscard]] std::string composed_text(const OutboundContent& content);
/// What a file is called: its name, else the last part of its URL. Without an ending (".pdf") the
/// person's app may not open it.
[[nodiscard]] std::string file_name_of(const OutboundContent& content);
[[nodiscard]] bool has_ending(std::string_view name);
/// A sticker is named by a URL whose query has stickerId; empty if it has not.
[[nodiscard]] std::string sticker_of(std::string_view url);

/// The lowest API version of a client that shows this content.
[[nodiscard]] std::int64_t api_version_of(const OutboundContent& content);
/// `keyboard`, for buttons and lists.
void add_keyboard(json::Builder& out, const OutboundContent& content);
/// What stands on a list's row.
[[nodiscard]] std::string row_words(const ListRow& row);
/// A keyboard's words are read as HTML.
[[nodiscard]] std::string escaped(std::string_view words);

}  // namespace postern::adapters::viber
