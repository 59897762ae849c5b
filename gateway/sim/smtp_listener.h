// The simulated relay: listens for SMTP on an address of its own and writes what it takes into the
// ledger, under the account whose login, or whose sender, it is. In clear: accounts point here with
// smtp_tls = "none", on loopback. Faults are those of every provider; «no answer» ends the
// connection at once.
#pragma once

#include <memory>
#include <string>

#include "gateway/sim/listeners.h"

namespace postern::sim {

/// A ListenerKind's start, channel "email".
[[nodiscard]] std::unique_ptr<SideListener> start_smtp(Engine& engine, const std::string& listen,
                                                       std::string& problem);

}  // namespace postern::sim
