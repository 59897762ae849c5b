// Encoded words (RFC 2047) as mailers really cut them: in the middle of a character, each with its
// own padding, in charsets that are misnamed. Thread: any.
#pragma once

#include <string>
#include <string_view>

namespace postern::adapters::email {

/// `line` in UTF-8, its encoded words read; bytes that nobody declared are guessed.
[[nodiscard]] std::string words_text(std::string_view line);

/// `line` with each run of encoded words as one word in UTF-8, for a parser of addresses.
[[nodiscard]] std::string words_merged(std::string_view line);

}  // namespace postern::adapters::email
