// The two nested documents of WhatsApp's messages: interactive ones and template components, with
// the checks of length that all types share (private header).
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "gateway/sim/whatsapp_content.h"

namespace postern::sim {

[[nodiscard]] GraphProblem unexpected_key(std::string_view key, std::string_view object);
/// Keys beyond `allowed` are refused, as Graph does.
[[nodiscard]] GraphProblem check_keys(const JsonObject& object, std::string_view name,
                                      std::initializer_list<std::string_view> allowed);
/// Characters; with a minimum, an absent text is refused too.
[[nodiscard]] GraphProblem check_length(std::string_view object, std::string_view key,
                                        std::string_view text, std::size_t min, std::size_t max);

[[nodiscard]] GraphProblem read_interactive(const JsonObject& object, std::string_view type,
                                            GraphMessage& out);
/// Appends the component's parameters to `text`, each behind a '|'.
[[nodiscard]] GraphProblem read_component(JsonElement component, std::string& text);

}  // namespace postern::sim
