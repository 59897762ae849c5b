// A parsed JSON answer: values by pointer, as text. Wraps simdjson so that commands read like
// tables.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include <simdjson.h>

namespace postern::cli {

using Element = simdjson::dom::element;

/// Owns what it parsed. Not thread-safe.
class Document final {
  public:
    /// False if `json` is no JSON document.
    [[nodiscard]] bool parse(std::string_view json);
    [[nodiscard]] Element root() const { return root_; }

  private:
    simdjson::dom::parser parser_;
    Element root_;
};

/// The value at a JSON pointer ("/health/state", "" is the element itself): a string's text, a
/// number or truth value as written, an array or object as JSON; empty for null and for what is not
/// there.
[[nodiscard]] std::string text_at(Element element, std::string_view pointer);
[[nodiscard]] bool has(Element element, std::string_view pointer);
/// 0 if it is not there or no integer.
[[nodiscard]] std::int64_t integer_at(Element element, std::string_view pointer);
/// Calls `each` for every element of the array at `pointer`; nothing if there is none.
void for_each_at(Element element, std::string_view pointer,
                 const std::function<void(Element)>& each);

}  // namespace postern::cli
