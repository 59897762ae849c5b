// Features: none-has 3, 4, 5 of sending: what was accepted ends, once, in order and by the rules,
// whatever crashed; and a seed repeats to the byte.
//   POSTERN_SEEDS=n      how many seeds (default 2000)      POSTERN_SEED=k   only this one
#include <cstdlib>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/simulation/sending_world.h"

namespace postern::simulation {
namespace {

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

/// Memory-backed where there is such a folder: the disks are simulated anyway.
std::string scratch_folder() {
    const std::string base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    return base + "/postern-sending-" + std::to_string(getpid());
}

TEST(SendingSimulation, KeepsItsPromises) {
    const std::uint64_t only = number_from("POSTERN_SEED", 0);
    const std::uint64_t first = only != 0 ? only : number_from("POSTERN_FIRST_SEED", 1);
    const std::uint64_t count = only != 0 ? 1 : number_from("POSTERN_SEEDS", 2000);
    SendingResult total;
    for (std::uint64_t seed = first; seed < first + count && !HasFailure(); ++seed) {
        const SendingResult result = run_sending_seed(seed, scratch_folder(), true);
        for (const std::string& failure : result.failures) {
            ADD_FAILURE() << failure << "\n  repeat with: POSTERN_SEED=" << seed
                          << " simulation_test "
                             "--gtest_filter=SendingSimulation.KeepsItsPromises";
        }
        total.submitted += result.submitted;
        total.accepted += result.accepted;
        total.sends += result.sends;
        total.taken += result.taken;
        total.unknown += result.unknown;
        total.passes += result.passes;
        total.bounces += result.bounces;
        total.crashes += result.crashes;
        if (seed % 100 != 0 && only == 0) continue;
        std::printf(
            "seed %lu: %lu submitted, %lu accepted, %lu attempts, %lu taken, %lu hidden, "
            "%lu past quiet hours, %lu came back, %lu crashes\n",
            seed, total.submitted, total.accepted, total.sends, total.taken, total.unknown,
            total.passes, total.bounces, total.crashes);
        std::fflush(stdout);
    }
    // A run without faults, attempts or unknown ends would prove nothing.
    if (count >= 25) {
        EXPECT_GT(total.crashes, count);
        EXPECT_GT(total.taken, count * 20);
        EXPECT_GT(total.unknown, count);
        EXPECT_GT(total.bounces, count / 4);
    }
}

TEST(SendingSimulation, RepeatsToTheByte) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        const SendingResult first = run_sending_seed(seed, scratch_folder(), false);
        const SendingResult second = run_sending_seed(seed, scratch_folder(), false);
        EXPECT_EQ(first.trace, second.trace) << "seed " << seed;
        EXPECT_NE(first.trace, SendingResult{}.trace);
    }
}

}  // namespace
}  // namespace postern::simulation
