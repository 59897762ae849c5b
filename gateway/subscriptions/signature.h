// The Standard Webhooks signature: v1, HMAC-SHA256 over id.timestamp.body. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace postern::subscriptions {

/// "v1,<base64>". `secret` is raw bytes; `timestamp` in seconds since 1970.
[[nodiscard]] std::string sign(std::string_view secret, std::string_view id, std::int64_t timestamp,
                               std::string_view body);

}  // namespace postern::subscriptions
