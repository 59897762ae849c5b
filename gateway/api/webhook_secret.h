// Secrets of subscriptions as people pass them on: `whsec_` and base64 of 24 to 64 bytes (Standard
// Webhooks). Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace postern::api {

/// 32 random bytes.
[[nodiscard]] std::string make_webhook_secret();
[[nodiscard]] std::string format_webhook_secret(std::string_view bytes);
/// The bytes; nothing if the text is no such secret.
[[nodiscard]] std::optional<std::string> parse_webhook_secret(std::string_view text);

}  // namespace postern::api
