// Features: CG-75…CG-78 stand on it; none-has 4, 5: what was acknowledged is there once, in order,
// in its timeline, whatever crashed; and a seed repeats to the byte.
//   POSTERN_SEEDS=n      how many seeds (default 2000)      POSTERN_SEED=k   only this one
#include <cstdlib>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/simulation/world.h"

namespace postern::simulation {
namespace {

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

/// Memory-backed where there is such a folder: the disks are simulated anyway.
std::string scratch_folder() {
    const std::string base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    return base + "/postern-simulation-" + std::to_string(getpid());
}

void expect_kept(std::uint64_t seed, const Result& result) {
    for (const std::string& failure : result.failures) {
        ADD_FAILURE() << failure << "\n  repeat with: POSTERN_SEED=" << seed
                      << " simulation_test --gtest_filter=InboundSimulation.KeepsItsPromises";
    }
}

TEST(InboundSimulation, KeepsItsPromises) {
    const std::uint64_t only = number_from("POSTERN_SEED", 0);
    const std::uint64_t first = only != 0 ? only : number_from("POSTERN_FIRST_SEED", 1);
    const std::uint64_t count = only != 0 ? 1 : number_from("POSTERN_SEEDS", 2000);
    Result total;
    for (std::uint64_t seed = first; seed < first + count && !HasFailure(); ++seed) {
        const Result result = run_seed(seed, scratch_folder(), true);
        expect_kept(seed, result);
        total.sent += result.sent;
        total.acknowledged += result.acknowledged;
        total.redelivered += result.redelivered;
        total.crashes += result.crashes;
        total.power_cuts += result.power_cuts;
        if (seed % 100 == 0) {
            std::printf(
                "seed %lu: %lu sent, %lu acknowledged, %lu redelivered, %lu kills, %lu cuts\n",
                seed, total.sent, total.acknowledged, total.redelivered, total.crashes,
                total.power_cuts);
            std::fflush(stdout);
        }
    }
    // A run without faults or redeliveries would prove nothing.
    if (count >= 50) {
        EXPECT_GT(total.crashes, count / 4);
        EXPECT_GT(total.power_cuts, count / 4);
        EXPECT_GT(total.redelivered, count);
    }
}

TEST(InboundSimulation, RepeatsToTheByte) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        const Result first = run_seed(seed, scratch_folder(), false);
        const Result second = run_seed(seed, scratch_folder(), false);
        EXPECT_EQ(first.trace, second.trace) << "seed " << seed;
        EXPECT_NE(first.trace, Result{}.trace);
    }
}

}  // namespace
}  // namespace postern::simulation
