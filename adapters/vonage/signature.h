// The `sig` of Vonage's SMS API, on what comes in and on what goes out: a digest over all fields in
// the order of their names ("Signing messages", 2026). Pure functions. Thread: any.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "adapters/model/secret.h"
#include "adapters/shared/form.h"

namespace postern::adapters::vonage {

/// Spelled as in the setting `signature_method`. `md5hash` hashes text and secret joined; the
/// others are HMACs.
enum class Method : unsigned char { md5hash, md5, sha1, sha256, sha512 };

/// Nothing for another word, and for an empty one.
[[nodiscard]] std::optional<Method> method_of(std::string_view word);

/// `&name=value` of every field but `sig`, by name; in a value `&` and `=` become `_`. Nothing if a
/// name holds one of the two: then a signed text could be cut into fields another way.
[[nodiscard]] std::optional<std::string> signed_text(std::span<const shared::FormField> fields);

/// Lower-case hexadecimal digits; empty if OpenSSL refuses.
[[nodiscard]] std::string sign(Method method, const Secret& secret, std::string_view text);

/// Whether `claimed` (hexadecimal, either case) is the signature with one of the secrets, in
/// constant time. Without a method, each that makes as many digits is tried.
[[nodiscard]] bool is_signed(std::optional<Method> method, std::span<const Secret> secrets,
                             std::string_view text, std::string_view claimed);

}  // namespace postern::adapters::vonage
