// The simulated relay: listens for SMTP on an address of its own and writes what it takes into the
// ledger, under the account whose login it is, else the first that has no password. With a
// certificate (Engine::certificate) nothing but STARTTLS goes in clear, or TLS is there from the
// first byte; without one all is in clear, for accounts with smtp_tls = "none" on loopback. Faults
// are those of every provider; «no answer» ends the connection at once. What fails later is told by
// a delivery status notification to the envelope sender.
#pragma once

#include <memory>
#include <string>

#include "gateway/sim/listeners.h"

namespace postern::sim {

/// Starts of ListenerKinds, both of the channel "email": in clear or by STARTTLS, and TLS at once.
[[nodiscard]] std::unique_ptr<SideListener> start_smtp(Engine& engine, const std::string& listen,
                                                       std::string& problem);
[[nodiscard]] std::unique_ptr<SideListener> start_smtps(Engine& engine, const std::string& listen,
                                                        std::string& problem);

}  // namespace postern::sim
