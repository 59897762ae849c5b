// Text in whatever charset it is declared, really is, or both: UTF-8 goes out. Thread: any.
#pragma once

#include <string>
#include <string_view>

namespace postern::adapters::email {

/// Declarations that are wrong are common: UTF-8 called Latin-1 or ASCII reads as UTF-8, Latin-1 is
/// windows-1252, what cannot be converted becomes U+FFFD. `charset` may be empty or unknown. A byte
/// order mark wins. Line ends become LF, NUL and other controls go.
[[nodiscard]] std::string text_to_utf8(std::string_view bytes, std::string_view charset);

}  // namespace postern::adapters::email
