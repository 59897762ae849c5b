// Reads what a gateway posted, as strictly as a provider does: a value that has the wrong type is
// not there. One parser, reused: the simulator's I/O thread alone.
#pragma once

#include <cstddef>
#include <string_view>

#include <simdjson.h>

namespace postern::sim {

using JsonObject = simdjson::dom::object;
using JsonElement = simdjson::dom::element;

/// False if `text` is no JSON object. `text` is followed by at least 64 readable bytes (a request's
/// body is). `object` lives until the next call on the same thread.
[[nodiscard]] bool parse_object(std::string_view text, JsonObject& object);

[[nodiscard]] bool has(const JsonObject& object, std::string_view name);
/// Empty if absent or no string; `found` tells.
[[nodiscard]] std::string_view text_of(const JsonObject& object, std::string_view name,
                                       bool* found = nullptr);
[[nodiscard]] bool object_of(const JsonObject& object, std::string_view name, JsonObject& inner);
[[nodiscard]] bool array_of(const JsonObject& object, std::string_view name,
                            simdjson::dom::array& inner);
[[nodiscard]] bool number_of(const JsonObject& object, std::string_view name, double& number);

/// Code points of UTF-8 text: what providers count as characters.
[[nodiscard]] std::size_t characters(std::string_view text);

}  // namespace postern::sim
