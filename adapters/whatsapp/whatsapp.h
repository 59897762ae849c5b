// WhatsApp Cloud API, inbound. The only name that the registry knows of this folder.
#pragma once

#include <memory>
#include <string>

#include "adapters/adapter.h"

namespace postern::adapters::whatsapp {

/// Credentials: app_secret (one or two live), verify_token (any number). Settings: phone_number_id.
/// Null and a `problem` if the app secret is missing or phone_number_id is not digits.
[[nodiscard]] std::unique_ptr<HttpAdapter> make(const AdapterConfig& config, std::string& problem);

}  // namespace postern::adapters::whatsapp
