// The text of an API key, made once and never stored:
//
//   token    := "pk_" id(26) "_" secret(52) "_" checksum(7)
//   id       := the key's ULID: which key it is, for a person who finds one in a log
//   secret   := 256 random bits in base 32
//   checksum := CRC-32 of what stands before it: tells a typing error from a revoked key, and lets
//   a
//               scanner of repositories recognise a leaked one
//
// Stored is SHA-256 of the secret. Any other text can be a key, too (the bootstrap key is an
// operator's own): then the hash is of the whole text. Pure, but for make_secret().
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/model/ids.h"

namespace postern::api {

using KeyHash = std::array<std::uint8_t, 32>;

/// 52 characters from the system's random source.
[[nodiscard]] std::string make_secret();

[[nodiscard]] std::string make_token(const model::KeyId& id, std::string_view secret);

/// What is stored of a secret.
[[nodiscard]] KeyHash hash_secret(std::string_view secret);

/// What is stored of a token as a client sends it (or of an operator's bootstrap key).
[[nodiscard]] KeyHash hash_token(std::string_view token);

/// In constant time; an empty hash equals nothing.
[[nodiscard]] bool same_hash(const KeyHash& a, const KeyHash& b);

}  // namespace postern::api
