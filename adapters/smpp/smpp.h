// SMPP 3.4 to a message centre: SMS over a connection that stays. There are no webhooks and no
// requests; the connection's machine is session.h, its driver is the gateway's. Thread: any.
#pragma once

#include <memory>
#include <string>

#include "adapters/adapter.h"

namespace postern::adapters::smpp {

/// Credentials: `password`. Settings: README.md. Null and a `problem` if one makes no sense. The
/// adapter refuses every webhook; it decodes whole PDUs, as quarantine keeps them.
[[nodiscard]] std::unique_ptr<HttpAdapter> make(const AdapterConfig& config, std::string& problem);

}  // namespace postern::adapters::smpp
