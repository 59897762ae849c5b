// SHA-256 for what every request needs. A context a thread: OpenSSL 3 looks the algorithm up anew
// for each digest otherwise, which costs more than the digest. Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace postern::api {

/// Of the parts one behind the other.
[[nodiscard]] std::array<std::uint8_t, 32> sha256(std::initializer_list<std::string_view> parts);

}  // namespace postern::api
