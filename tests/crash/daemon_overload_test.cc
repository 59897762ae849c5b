// More than the daemon takes: with room for 64 commands and hundreds of connections it must refuse
// some webhooks, say when to come back, keep what it took, stay small, and be itself afterwards.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <future>

#include "tests/crash/daemon_history.h"
#include "tests/crash/daemon_load.h"
#include "tests/crash/daemon_rig.h"

namespace postern::crash {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t connections = 400;
constexpr std::uint64_t refusals_wanted = 200;
/// Small caches, 400 connections and the code itself; without bounds it would be gigabytes.
constexpr std::uint64_t resident_bytes_max = 384ull << 20;

TEST(DaemonOverload, RefusesWithRetryAfterAndLosesNothing) {
    DaemonRig rig;
    rig.config.sections = "\n[limits]\ninbox_commands_max = 64\n";
    ASSERT_TRUE(rig.start()) << rig.problem;
    LoadOptions options;
    options.endpoints = rig.config.endpoints;
    options.window = connections;
    DaemonLoad load(options);
    load.aim(rig.webhooks());
    load.start();

    const auto enough = [&load] {
        const LoadTotals totals = load.totals();
        const auto refused = totals.by_status.find(503);
        return refused != totals.by_status.end() && refused->second >= refusals_wanted;
    };
    EXPECT_TRUE(eventually(30s, enough)) << "nothing was refused";
    (void)std::promise<void>().get_future().wait_for(3s);  // the load goes on for a while
    const std::uint64_t resident = rig.resident_peak_bytes();
    EXPECT_TRUE(load.finish(60s)) << "refused webhooks were not taken later";

    const LoadTotals totals = load.totals();
    for (const auto& [status, count] : totals.by_status) {
        EXPECT_TRUE(status == 200 || status == 503) << count << " times " << status;
        std::printf("%d: %lu\n", status, static_cast<unsigned long>(count));
    }
    EXPECT_EQ(totals.refused_without_retry_after, 0u);
    EXPECT_GT(resident, 0u);
    EXPECT_LT(resident, resident_bytes_max);
    std::printf("peak resident memory %lu MiB\n", static_cast<unsigned long>(resident >> 20));

    for (const sim::Endpoint& endpoint : rig.config.endpoints) {
        EXPECT_EQ(load.send_one(endpoint), 200) << endpoint.channel;
    }
    EXPECT_EQ(rig.api().get("/readyz").status, 200);
    expect_nothing_lost(rig.api(), load);
    EXPECT_EQ(rig.stop(), 0);
}

}  // namespace
}  // namespace postern::crash
