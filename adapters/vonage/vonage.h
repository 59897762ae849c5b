// Vonage: the SMS API (formerly Nexmo) and the Messages API. Inbound half: messages and receipts of
// both at one URL. Thread: any.
#pragma once

#include <memory>
#include <string>

#include "adapters/adapter.h"

namespace postern::adapters::vonage {

/// Credential: `signature_secret` (one, or two while it is being changed). Settings: `api`,
/// `api_key`, `application_id`, `signature_method`. Null and a `problem` if one makes no sense.
[[nodiscard]] std::unique_ptr<HttpAdapter> make(const AdapterConfig& config, std::string& problem);

}  // namespace postern::adapters::vonage
