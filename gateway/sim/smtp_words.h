// The words of an SMTP command: paths, their options, xtext. Pure.
#pragma once

#include <string>
#include <string_view>

namespace postern::sim {

[[nodiscard]] std::string upper(std::string_view text);
/// The address between the angle brackets behind `word` ("FROM:"), and what follows them; empty if
/// there is none, or none that may be.
[[nodiscard]] std::string_view path_of(std::string_view text, std::string_view word,
                                       std::string_view& rest);
[[nodiscard]] bool is_ascii(std::string_view text);
/// RFC 3461: "+HH" stands for an octet. False if it is not so written.
[[nodiscard]] bool from_xtext(std::string_view text, std::string& out);
/// Takes the next of the options that follow a path; empty: there is none.
[[nodiscard]] std::string_view take_option(std::string_view& rest);

}  // namespace postern::sim
