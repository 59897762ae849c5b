// LINE Messaging API, inbound. The only name that the registry knows of this folder.
#pragma once

#include <memory>
#include <string>

#include "adapters/adapter.h"

namespace postern::adapters::line {

/// Credentials: channel_secret (one or two live). Null and a `problem` if it is missing.
[[nodiscard]] std::unique_ptr<HttpAdapter> make(const AdapterConfig& config, std::string& problem);

}  // namespace postern::adapters::line
