// The real daemon records what it does under webhooks and sends, through a kill; the recordings are
// replayed by the same program on nothing but their bytes.
#include <gtest/gtest.h>

#include <chrono>

#include "tests/crash/daemon_load.h"
#include "tests/crash/daemon_rig.h"
#include "tests/crash/send_load.h"
#include "tests/crash/simulator.h"

namespace postern::crash {
namespace {

using namespace std::chrono_literals;

constexpr const char* same = "the same, to the byte";

struct Traffic {
    explicit Traffic(const DaemonRig& rig)
        : sends(
              {.endpoints = {sim::demo_endpoint("whatsapp", {}), sim::demo_endpoint("twilio", {})},
               .key = rig.key()}),
          webhooks({.endpoints = all_endpoints()}) {
        sends.aim(rig.api_url());
        webhooks.aim(rig.webhooks());
        sends.start();
        webhooks.start();
    }
    [[nodiscard]] bool busy(std::uint64_t messages) {
        return eventually(30s, [&] {
            return webhooks.totals().acknowledged > messages && sends.totals().requests > 20;
        });
    }

    SendLoad sends;
    DaemonLoad webhooks;
};

class DaemonRecording : public ::testing::Test {
  protected:
    void SetUp() override {
        std::string problem;
        simulator = Simulator::start("whatsapp,twilio", 1, rig.folder(), problem);
        ASSERT_NE(simulator, nullptr) << problem;
        rig.config.endpoints = all_endpoints();
        rig.config.providers = simulator->url();
    }
    std::string path(const std::string& name) { return rig.folder() + "/" + name; }

    DaemonRig rig{"posternd-epoll"};
    std::unique_ptr<Simulator> simulator;
};

TEST_F(DaemonRecording, ReplaysToTheByteAfterAnEndAndAfterAKill) {
    ASSERT_TRUE(rig.start({"--record", path("first")})) << rig.problem;
    {
        Traffic traffic(rig);
        ASSERT_TRUE(traffic.busy(500));
        EXPECT_TRUE(traffic.sends.finish(30s));
        EXPECT_TRUE(traffic.webhooks.finish(30s));
    }
    EXPECT_EQ(rig.stop(), 0);
    // The second start goes on with what the first has stored: rows are loaded and recorded.
    ASSERT_TRUE(rig.start({"--record", path("second")})) << rig.problem;
    {
        Traffic traffic(rig);
        ASSERT_TRUE(traffic.busy(500));
        rig.kill();
    }
    EXPECT_EQ(rig.run({"--replay", path("first")}), 0) << rig.problem << rig.log();
    EXPECT_NE(rig.problem.find(same), std::string::npos) << rig.problem;
    EXPECT_EQ(rig.run({"--replay", path("second")}), 0) << rig.problem << rig.log();
    EXPECT_NE(rig.problem.find(same), std::string::npos) << rig.problem;
}

TEST_F(DaemonRecording, IsRefusedWithAnotherConfiguration) {
    ASSERT_TRUE(rig.start({"--record", path("first")})) << rig.problem;
    EXPECT_EQ(rig.stop(), 0);
    rig.config.account_lines = "rate = { per_second = 7 }\n";
    rig.write_config();
    EXPECT_EQ(rig.run({"--replay", path("first")}), 1);
    EXPECT_NE(rig.problem.find("another configuration"), std::string::npos) << rig.problem;
}

}  // namespace
}  // namespace postern::crash
