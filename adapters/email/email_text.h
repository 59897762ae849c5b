// Small questions about ASCII text, which is all that the structure of a mail is made of. Thread:
// any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace postern::adapters::email {

[[nodiscard]] std::string lower(std::string_view text);
/// Without blanks, tabs and line ends at both ends.
[[nodiscard]] std::string_view trim(std::string_view text);
[[nodiscard]] bool same(std::string_view a, std::string_view b);  // ASCII case folded
[[nodiscard]] bool begins(std::string_view text, std::string_view with);
[[nodiscard]] bool contains(std::string_view text, std::string_view what);
/// Any of `words`, which are lower case.
[[nodiscard]] bool contains_any(std::string_view text, const std::vector<std::string_view>& words);
[[nodiscard]] bool blank(std::string_view text);
/// Cut at a character's end, so that UTF-8 stays UTF-8.
[[nodiscard]] std::string_view cut(std::string_view text, std::size_t bytes_max);
/// Line by line, without the line ends (LF or CRLF).
[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);

}  // namespace postern::adapters::email
