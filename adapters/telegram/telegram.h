// Telegram Bot API, inbound. The only name that the registry knows of this folder.
#pragma once

#include <memory>
#include <string>

#include "adapters/adapter.h"

namespace postern::adapters::telegram {

/// Credentials: secret_token (one or two live; 1-256 of A-Z a-z 0-9 _ -, as setWebhook demands).
/// Null and a `problem` if it is missing or Telegram could never send it.
[[nodiscard]] std::unique_ptr<HttpAdapter> make(const AdapterConfig& config, std::string& problem);

}  // namespace postern::adapters::telegram
