// The end of a tap: until a button's callback query is answered, the person's app shows it as
// waiting, for up to a minute. The answer says nothing and is no message. Pure functions. Thread:
// any.
#pragma once

#include <string>
#include <string_view>

#include "adapters/sending_adapter.h"

namespace postern::adapters::telegram {

/// The id of the callback query in an update, which 64 readable bytes must follow; empty: it has
/// none.
[[nodiscard]] std::string callback_id(std::string_view update);

/// What the 200 to a webhook says, so that Telegram does it without another request.
[[nodiscard]] std::string inline_answer(std::string_view callback);

/// The same as a request of its own, for updates that are polled for.
[[nodiscard]] ProviderCall answer_callback(const AdapterConfig& config, std::string_view callback);

}  // namespace postern::adapters::telegram
