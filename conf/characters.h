// The text of a configuration before TOML is looked at: it must be UTF-8 without control
// characters, and anything beyond ASCII stands in quotes or in comments. toml++ (3.2) has no
// defined answer to many letters, even in quotes; so it is given the same document in ASCII. Pure.
#pragma once

#include <string>
#include <string_view>

#include "conf/tree.h"

namespace postern::conf {

/// The same document, line for line, in ASCII: what is beyond it becomes an escape in a text (and
/// a text in single quotes one in double quotes), a question mark in a comment. False and the first
/// place at fault, with what to do. What is no TOML for other reasons stays so.
[[nodiscard]] bool write_in_ascii(std::string_view toml, std::string& ascii, TreeError& error);

}  // namespace postern::conf
