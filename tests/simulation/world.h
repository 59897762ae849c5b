// A seeded provider against the gateway: new and known senders, batches, redeliveries, receipts,
// signals, crashes and power cuts; and the provider's own ledger of what it was told 200 for.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/simulation/gateway.h"

namespace postern::simulation {

struct Result {
    std::uint64_t trace = 0;
    std::uint64_t sent = 0;
    std::uint64_t acknowledged = 0;
    std::uint64_t redelivered = 0;
    std::uint64_t crashes = 0;
    std::uint64_t power_cuts = 0;
    std::vector<std::string> failures;  // empty: every promise was kept
};

/// One seed from start to end: load with faults, then quiet, then every check. `cut_inside`: the
/// power may also go in the middle of a disk operation. Which one is then up to the background
/// threads of log and store, so such a run keeps every promise but does not repeat to the byte.
[[nodiscard]] Result run_seed(std::uint64_t seed, const std::string& folder, bool cut_inside);

}  // namespace postern::simulation
