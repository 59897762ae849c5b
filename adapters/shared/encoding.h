// Bytes from their spellings: hexadecimal and the two base64 alphabets, strictly. Thread: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace postern::adapters::shared {

/// Either case; nothing for an odd number of digits or another character.
[[nodiscard]] std::optional<std::string> from_hex(std::string_view text);

/// The alphabet of RFC 4648 section 4, padded or not; unused bits must be zero, so that bytes have
/// one spelling.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

/// The reverse, padded.
[[nodiscard]] std::string to_base64(std::string_view bytes);

/// The alphabet of RFC 4648 section 5 (`-` and `_`).
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

}  // namespace postern::adapters::shared
