// E-mail, the way in: one webhook for whoever delivers the account's mail (`inbound`) and tells
// what became of what it sent. The way out is smtp_*.h. Thread: any.
#pragma once

#include <memory>
#include <string>

#include "adapters/adapter.h"

namespace postern::adapters::email {

/// An account without `inbound` only sends: its webhook refuses everything. Null with words in
/// `problem` when the settings make no sense.
[[nodiscard]] std::unique_ptr<HttpAdapter> make(const AdapterConfig& config, std::string& problem);

}  // namespace postern::adapters::email
