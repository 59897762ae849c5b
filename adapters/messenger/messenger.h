// Facebook Messenger (Messenger Platform), inbound. The only name that the registry knows of this
// folder, beside send.h.
#pragma once

#include <memory>
#include <string>

#include "adapters/adapter.h"

namespace postern::adapters::messenger {

/// Credentials: app_secret (one or two live), verify_token (any number). Settings: page_id. Null
/// and a `problem` if the app secret is missing or page_id is not digits.
[[nodiscard]] std::unique_ptr<HttpAdapter> make(const AdapterConfig& config, std::string& problem);

}  // namespace postern::adapters::messenger
