// The media that simulated webhooks name, served as each provider serves them: WhatsApp by id and
// then by a URL, both with the token; Telegram by getFile; Twilio behind a redirect with its
// password; the generic provider as it is. Stateless.
#pragma once

#include <optional>

#include "gateway/net/http.h"

namespace postern::sim {

/// The answer of a provider that is asked for a medium; nothing: the request is for something else.
[[nodiscard]] std::optional<net::Response> serve_medium(const net::Request& request);

}  // namespace postern::sim
