// The answer of an account's check in words for people: a tick a step, what to do below it, and
// what is to be typed into the provider's console. Pure; answers of the API in, lines out.
#pragma once

#include <string>
#include <string_view>

#include "gateway/cli/document.h"

namespace postern::cli {

/// "✓" ok, "!" warn, "✗" fail, "·" what cannot be asked.
[[nodiscard]] std::string_view tick_of(std::string_view result);

/// "  ✓ credentials  the bot is @shop", advice in a line below ("    → …").
[[nodiscard]] std::string step_text(std::string_view result, std::string_view step,
                                    std::string_view found, std::string_view advice);

/// A step a line of `checks`.
[[nodiscard]] std::string checks_text(Element answer);

/// A heading a place of the console, "field: value" lines below; empty if nothing is left to type.
[[nodiscard]] std::string console_text(Element answer);

/// The first thing that is wrong, else the first to be warned of, else empty.
[[nodiscard]] std::string lack_of(Element answer);

/// Whether connecting would help: the provider does not send here as it should, as far as it says.
[[nodiscard]] bool wants_connecting(Element answer);

}  // namespace postern::cli
