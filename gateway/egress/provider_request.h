// How a provider names the call that it answered: what its support asks for first. Pure.
#pragma once

#include <string>

#include "gateway/net/client.h"

namespace postern::egress {

/// The first known header's value, visible characters only, at most 128 bytes; else empty.
[[nodiscard]] std::string provider_request_id(const net::ClientResponse& response);

}  // namespace postern::egress
