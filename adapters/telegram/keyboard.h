// Buttons and lists as Telegram's keyboards. Internal to the folder.
#pragma once

#include "adapters/model/outbound.h"
#include "adapters/shared/json_build.h"

namespace postern::adapters::telegram {

/// `reply_markup`, for buttons and lists; a button that asks for the location needs a keyboard of
/// the other sort.
void add_keyboard(json::Builder& out, const OutboundContent& content);

/// What stands on a list's row.
[[nodiscard]] std::string row_words(const ListRow& row);

}  // namespace postern::adapters::telegram
