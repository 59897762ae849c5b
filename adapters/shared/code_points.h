// Unicode characters of UTF-8 text, one after another. Pure functions. Thread: any.
#pragma once

#include <string_view>

namespace postern::adapters::shared {

/// Takes the first character off `text`, which is not empty. A byte that starts no valid sequence
/// is U+FFFD, alone.
[[nodiscard]] char32_t take_character(std::string_view& text);

}  // namespace postern::adapters::shared
