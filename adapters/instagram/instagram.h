// Instagram messaging, inbound. The only name that the registry knows of this folder, beside
// send.h.
#pragma once

#include <memory>
#include <string>

#include "adapters/adapter.h"

namespace postern::adapters::instagram {

/// Credentials: app_secret (of the Facebook app or of its Instagram product; any number live),
/// verify_token (any number). Settings: instagram_id. Null and a `problem` if the app secret is
/// missing or instagram_id is not digits.
[[nodiscard]] std::unique_ptr<HttpAdapter> make(const AdapterConfig& config, std::string& problem);

}  // namespace postern::adapters::instagram
