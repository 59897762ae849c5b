// kill -9 of the whole daemon under load, again and again on the same storage: providers redeliver
// what was not answered 200, and in the end every acknowledged message is an event exactly once.
//
// POSTERN_DAEMON_KILLS: cycles on the commit log (100); a fifth of them on RocksDB's own log.
// POSTERN_SEED: the random moments.
#include <gtest/gtest.h>

#include <stdlib.h>

#include <chrono>
#include <cstdio>
#include <future>
#include <random>

#include "tests/crash/daemon_history.h"
#include "tests/crash/daemon_load.h"
#include "tests/crash/daemon_rig.h"

namespace postern::crash {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

constexpr int kills_default = 100;
constexpr int life_ms_min = 5;
constexpr int life_ms_max = 250;

int kills() {
    const char* text = ::getenv("POSTERN_DAEMON_KILLS");
    return text != nullptr ? std::atoi(text) : kills_default;
}

unsigned seed() {
    const char* text = ::getenv("POSTERN_SEED");
    return text != nullptr ? static_cast<unsigned>(std::strtoul(text, nullptr, 10))
                           : std::random_device()();
}

/// The daemon lives for a random moment and dies in the middle of the load.
void kill_again_and_again(DaemonRig& rig, DaemonLoad& load, int cycles, unsigned seed) {
    std::mt19937 random(seed);
    std::uniform_int_distribution<int> life(life_ms_min, life_ms_max);
    const auto begun = Steady::now();
    std::chrono::duration<double> slowest_start{0};
    for (int cycle = 1; cycle <= cycles; ++cycle) {
        const auto starting = Steady::now();
        ASSERT_TRUE(rig.start()) << "cycle " << cycle << ": " << rig.problem;
        slowest_start =
            std::max<std::chrono::duration<double>>(slowest_start, Steady::now() - starting);
        load.aim(rig.webhooks());
        if (cycle == 1) load.start();
        (void)std::promise<void>().get_future().wait_for(std::chrono::milliseconds(life(random)));
        rig.kill();
        if (cycle % 10 != 0) continue;
        const LoadTotals totals = load.totals();
        const std::chrono::duration<double> passed = Steady::now() - begun;
        std::printf("%d kills in %.1f s: %lu acknowledged, %lu redelivered, slowest start %.2f s\n",
                    cycle, passed.count(), static_cast<unsigned long>(totals.acknowledged),
                    static_cast<unsigned long>(totals.redelivered), slowest_start.count());
        std::fflush(stdout);
    }
}

void survive(DaemonRig& rig, int cycles) {
    const unsigned chosen = seed();
    std::printf("POSTERN_SEED=%u\n", chosen);
    LoadOptions options;
    options.endpoints = rig.config.endpoints;
    options.seed = chosen;
    DaemonLoad load(options);
    ASSERT_NO_FATAL_FAILURE(kill_again_and_again(rig, load, cycles, chosen));

    ASSERT_TRUE(rig.start()) << rig.problem;
    load.aim(rig.webhooks());
    EXPECT_TRUE(load.finish(60s)) << "webhooks stay unanswered";
    for (const auto& [status, count] : load.totals().by_status) {
        EXPECT_TRUE(status == 200 || status == 0 || status == 503) << count << " times " << status;
    }
    EXPECT_EQ(load.totals().refused_without_retry_after, 0u);
    EXPECT_GT(load.totals().acknowledged, static_cast<std::uint64_t>(cycles));
    expect_nothing_lost(rig.api(), load);
    EXPECT_EQ(rig.stop(), 0);
    // Once more after an orderly end: what was in memory alone would be gone now.
    ASSERT_TRUE(rig.start()) << rig.problem;
    expect_nothing_lost(rig.api(), load);
}

TEST(DaemonKill, LosesNothingAcknowledgedOnTheCommitLog) {
    DaemonRig rig;
    survive(rig, kills());
}

TEST(DaemonKill, LosesNothingAcknowledgedOnTheLogOfRocksDb) {
    DaemonRig rig("posternd-epoll");
    rig.config.storage = "log = \"rocksdb\"\n" + small_storage;
    survive(rig, std::max(kills() / 5, 1));
}

}  // namespace
}  // namespace postern::crash
