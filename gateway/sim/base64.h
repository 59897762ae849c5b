// Base64 as the Basic scheme writes it (RFC 4648, padded).
#pragma once

#include <string>
#include <string_view>

namespace postern::sim {

/// False if `text` is not base64; `out` is then unspecified.
[[nodiscard]] bool base64_decode(std::string_view text, std::string& out);

[[nodiscard]] std::string base64_encode(std::string_view bytes);

}  // namespace postern::sim
