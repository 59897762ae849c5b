// The keys that are derived from the master key, one a purpose, so that none serves two.
#pragma once

#include <string_view>

#include "storage/seal.h"

namespace postern::storage {

/// HKDF-SHA256 (RFC 5869) of 32 bytes, no salt; `label` separates the purposes. Deterministic.
[[nodiscard]] KeyBytes derive_key(const KeyBytes& master, std::string_view label);

inline constexpr std::string_view workspace_key_label = "postern v1 workspace";
inline constexpr std::string_view wrap_key_label = "postern v1 wrap";
inline constexpr std::string_view blind_key_label = "postern v1 blind";

/// Ends the process: the cipher library failed where only a defect or lack of memory can make it,
/// and going on would store something unreadable.
[[noreturn]] void cipher_broken(const char* step);

}  // namespace postern::storage
