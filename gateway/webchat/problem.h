// Refusals on the way to a chat, as problem documents (private). Pure.
#pragma once

#include <string_view>

#include "gateway/net/http.h"

namespace postern::webchat {

/// A status below 400 has no body.
[[nodiscard]] net::Response problem(int status, std::string_view code);

}  // namespace postern::webchat
