// Web chat: the gateway itself is the provider. This adapter reads what the gateway's own sockets
// hand in (arrival.h); nobody posts webhooks to it.
#pragma once

#include <memory>
#include <string>

#include "adapters/adapter.h"

namespace postern::adapters::webchat {

/// Needs `visitor_secret` and `origins`; `form` is optional.
[[nodiscard]] std::unique_ptr<HttpAdapter> make(const AdapterConfig& config, std::string& problem);

}  // namespace postern::adapters::webchat
