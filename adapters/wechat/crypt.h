// WeChat's two digests and its cipher ("Message encryption and decryption", 2026). Pure functions.
// Thread: any.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/model/secret.h"

namespace postern::adapters::wechat {

/// Lower-case hex of SHA-1 over the parts, sorted as byte strings and joined.
[[nodiscard]] std::string signature(std::initializer_list<std::string_view> parts);
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b);

/// An EncodingAESKey: 43 letters and digits, which are 32 bytes of base64 but for two bits.
[[nodiscard]] bool is_aes_key(const Secret& key);

/// The XML within `Encrypt`. Nothing if the key does not fit or the message names another account
/// than `app_id` (empty: any).
[[nodiscard]] std::optional<std::string> decrypt(const Secret& key, std::string_view encrypted,
                                                 std::string_view app_id);

}  // namespace postern::adapters::wechat
