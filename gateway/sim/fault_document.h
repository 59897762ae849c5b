// The body of POST /_sim/faults and the answer of GET: numbers by name, and what concerns single
// accounts, recipients, templates and the next sends.
#pragma once

#include <string>
#include <string_view>

#include "gateway/sim/accounts.h"
#include "gateway/sim/behaviour.h"
#include "gateway/sim/faults.h"

namespace postern::sim {

/// Every number by its name (Faults, SendFaults) and:
///   "accounts":   {"wa-main": {numbers of SendFaults} or null for everybody's}
///   "recipients": {"+573001112233": "blocked" | "closed_window" | "unreachable" | … or null}
///   "templates":  {"order_ready": "approved" | "pending" | "rejected" | "paused", or
///                {"status", "language", "category", "body"}, or null}
///   "next":       [{"fault": "no_answer", "channel", "account", "to", "count"}],
///                more of them stand behind those that wait; []: forget what waits
/// What is not named stays. False, `problem` and nothing changed if any part is wrong.
[[nodiscard]] bool apply_fault_document(std::string_view json, Faults& faults, Behaviour& behaviour,
                                        Accounts& accounts, std::string& problem);

[[nodiscard]] std::string fault_document(const Faults& faults, const Behaviour& behaviour,
                                         const Accounts& accounts);

/// "name=number,…" of the command line, both kinds of numbers.
[[nodiscard]] bool parse_all_faults(std::string_view text, Faults& faults, SendFaults& sends,
                                    std::string& problem);

}  // namespace postern::sim
