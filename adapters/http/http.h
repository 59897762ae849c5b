// The channel "http". The only name that the registry knows of this folder.
#pragma once

#include <memory>
#include <string>

#include "adapters/adapter.h"

namespace postern::adapters::http {

/// Null and a `problem` for the operator if a setting makes no sense.
[[nodiscard]] std::unique_ptr<HttpAdapter> make(const AdapterConfig& config, std::string& problem);

}  // namespace postern::adapters::http
