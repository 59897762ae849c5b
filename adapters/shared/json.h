// Reading a provider's JSON without trust: a wrong type or an absent member reads as "nothing",
// never as an error, so that one odd member cannot cost a message. Thread: any; one parser a
// thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/system/result.hpp>

#include <simdjson.h>

namespace postern::adapters::json {

using Value = simdjson::dom::element;
using Object = simdjson::dom::object;
using Array = simdjson::dom::array;

/// Nesting beyond this is refused (RELIABILITY: hostile bodies).
inline constexpr std::size_t depth_max = 32;

/// Parses `body`, which 64 readable bytes must follow. The value lives until the next `parse` on
/// this thread. Escaped lone surrogates read as U+FFFD and numbers out of range as null, because a
/// provider that cuts an emoji in half must not cost us a batch of a thousand messages.
/// Errors: not_json, too_deep.
[[nodiscard]] boost::system::result<Value> parse(std::string_view body);

/// `text` as one compact JSON object if that is what it is; leaves the value of `parse` alone. For
/// JSON that arrives inside a JSON string.
[[nodiscard]] std::optional<std::string> compact_object(std::string_view text);

/// The value as compact JSON.
[[nodiscard]] std::string compact(Value value);
[[nodiscard]] std::string compact(Object value);
[[nodiscard]] std::string compact(Array value);

[[nodiscard]] std::optional<Value> member(Object object, std::string_view key);
[[nodiscard]] std::optional<Object> object(Object object, std::string_view key);
[[nodiscard]] std::optional<Array> array(Object object, std::string_view key);
/// The string of that name, or empty.
[[nodiscard]] std::string_view text(Object object, std::string_view key);
[[nodiscard]] std::optional<std::int64_t> integer(Object object, std::string_view key);
[[nodiscard]] std::optional<double> number(Object object, std::string_view key);
[[nodiscard]] bool flag(Object object, std::string_view key);

/// An id, whether the provider spells it as a string or as an integer; empty if neither. Never
/// through double: ids exceed 2^53.
[[nodiscard]] std::string id(Object object, std::string_view key);

/// Decimal digits with an optional sign, whole and within int64; the spelling of integers in
/// strings.
[[nodiscard]] std::optional<std::int64_t> to_integer(std::string_view digits);

/// An integer spelled as a number or as a string.
[[nodiscard]] std::optional<std::int64_t> loose_integer(Object object, std::string_view key);

[[nodiscard]] std::optional<Object> as_object(Value value);

}  // namespace postern::adapters::json
