// Twilio's Messages resource: SMS, MMS, and WhatsApp or RCS through Twilio. Inbound half: messages
// and status callbacks at one URL. Thread: any.
#pragma once

#include <memory>
#include <string>

#include "adapters/adapter.h"

namespace postern::adapters::twilio {

/// Credentials: `auth_token` (one, or two while it is being rotated). Settings: `public_url`, the
/// URL that Twilio signs; `account_sid`. Null and a `problem` if one makes no sense.
[[nodiscard]] std::unique_ptr<HttpAdapter> make(const AdapterConfig& config, std::string& problem);

}  // namespace postern::adapters::twilio
