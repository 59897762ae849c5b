// A seeded app, people and operators around a gateway that sends, crashes and loses power; a seeded
// provider behind it; and every promise of sending, checked.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace postern::simulation {

struct SendingResult {
    std::uint64_t trace = 0;
    std::uint64_t submitted = 0;
    std::uint64_t accepted = 0;  // by the gateway
    std::uint64_t sends = 0;
    std::uint64_t taken = 0;  // by the provider
    std::uint64_t unknown = 0;
    std::uint64_t passes = 0;
    std::uint64_t bounces = 0;  // taken, came back, and went once more
    std::uint64_t crashes = 0;
    std::vector<std::string> failures;  // empty: every promise was kept
};

/// One seed: load with faults, two virtual hours of quiet, every check, and a last restart.
/// `cut_inside`: see world.h.
[[nodiscard]] SendingResult run_sending_seed(std::uint64_t seed, const std::string& folder,
                                             bool cut_inside);

}  // namespace postern::simulation
