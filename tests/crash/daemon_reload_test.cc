// What an operator does to a running daemon: new accounts and secrets with SIGHUP, a bad file, an
// orderly end under load, a second daemon by mistake, and --check.
#include <gtest/gtest.h>

#include <signal.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "tests/crash/daemon_history.h"
#include "tests/crash/daemon_load.h"
#include "tests/crash/daemon_rig.h"

namespace postern::crash {
namespace {

using namespace std::chrono_literals;

constexpr auto reloads_within = 10s;
constexpr int exit_config = 78;
constexpr int exit_storage = 74;

class DaemonReload : public ::testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(rig.start()) << rig.problem;
        LoadOptions options;
        options.endpoints = rig.config.endpoints;
        load = std::make_unique<DaemonLoad>(options);
        load->aim(rig.webhooks());
    }
    [[nodiscard]] bool log_says(const std::string& text) {
        return eventually(reloads_within,
                          [&] { return rig.log().find(text) != std::string::npos; });
    }
    /// Writes the configuration as it is now and has it read.
    void reload() {
        rig.write_config();
        rig.send_signal(SIGHUP);
    }

    DaemonRig rig;
    std::unique_ptr<DaemonLoad> load;
};

TEST_F(DaemonReload, TakesAChangedSecretAndAChangedListOfAccounts) {
    const sim::Endpoint before = rig.config.endpoints.front();
    const sim::Endpoint dropped = rig.config.endpoints.back();
    ASSERT_EQ(load->send_one(before), 200);
    ASSERT_EQ(load->send_one(dropped), 200);

    rig.config.endpoints.front().secret = "another-app-secret";
    rig.config.endpoints.pop_back();
    sim::Endpoint added = dropped;
    added.account = "web-second";
    added.secret = "the-secret-of-the-second";
    EXPECT_EQ(load->send_one(added), 401);
    rig.config.endpoints.push_back(added);
    reload();
    ASSERT_TRUE(log_says(" reloaded")) << rig.log();

    EXPECT_EQ(load->send_one(rig.config.endpoints.front()), 200);
    EXPECT_EQ(load->send_one(before), 401);
    EXPECT_EQ(load->send_one(added), 200);
    EXPECT_EQ(load->send_one(dropped), 401);
    EXPECT_EQ(load->send_one(rig.config.endpoints[1]), 200);
    expect_nothing_lost(rig.api(), *load);
}

TEST_F(DaemonReload, LosesNothingWhenItReloadsUnderLoad) {
    load->start();
    for (int i = 0; i < 20; ++i) {
        reload();
        const std::uint64_t before = load->totals().acknowledged;
        EXPECT_TRUE(
            eventually(reloads_within, [&] { return load->totals().acknowledged > before + 100; }));
    }
    EXPECT_TRUE(load->finish(30s));
    const LoadTotals totals = load->totals();
    EXPECT_EQ(totals.acknowledged, totals.sent);
    EXPECT_EQ(totals.by_status.size(), 1u) << "something else than 200 was answered";
    expect_nothing_lost(rig.api(), *load);
}

TEST_F(DaemonReload, RefusesABadConfigurationAndGoesOnWithTheOld) {
    rig.config.sections = "\n[limits]\ninbox_commands_maxx = 64\n";
    rig.config.endpoints.front().secret = "another-app-secret";
    reload();
    ASSERT_TRUE(log_says("reload_refused")) << rig.log();
    EXPECT_NE(rig.log().find("inbox_commands_max"), std::string::npos);
    EXPECT_EQ(load->send_one(rig.config.endpoints.front()), 401);
    EXPECT_EQ(load->send_one(all_endpoints().front()), 200);
    EXPECT_EQ(rig.api().get("/readyz").status, 200);
}

TEST_F(DaemonReload, RefusesAnAccountIdThatMovesToAnotherChannel) {
    const std::vector<sim::Endpoint> before = rig.config.endpoints;
    std::swap(rig.config.endpoints[0].account, rig.config.endpoints[1].account);
    reload();
    ASSERT_TRUE(log_says("account_refused")) << rig.log();
    EXPECT_NE(rig.log().find("give the"), std::string::npos);  // CG-102: says what to do
    EXPECT_EQ(load->send_one(before.front()), 200);
    EXPECT_EQ(rig.stop(), 0);
    EXPECT_EQ(rig.run(), exit_config);
    rig.config.endpoints = before;
    EXPECT_TRUE(rig.start()) << rig.problem;
}

TEST_F(DaemonReload, RefusesAsAWholeWhatOneAccountCannotBeSentThrough) {
    rig.config.sections = R"(
[[account]]
id = "tg-second"
channel = "telegram"
ca_file = "there-is-none.pem"
credentials.bot_token = "1:a"
credentials.secret_token = "b"
)";
    rig.config.endpoints.front().secret = "another-app-secret";
    reload();
    ASSERT_TRUE(log_says("reload_refused")) << rig.log();
    EXPECT_NE(rig.log().find("tg-second"), std::string::npos);
    EXPECT_NE(rig.log().find("there-is-none.pem"), std::string::npos);
    // Neither the ways in have changed …
    EXPECT_EQ(load->send_one(rig.config.endpoints.front()), 401);
    EXPECT_EQ(load->send_one(all_endpoints().front()), 200);
    // … nor what is written down: the id may still be another channel's.
    EXPECT_EQ(rig.api().get("/v1/accounts/tg-second").status, 404);
    rig.config.sections.clear();
    reload();
    ASSERT_TRUE(log_says(" reloaded")) << rig.log();
    EXPECT_EQ(load->send_one(rig.config.endpoints.front()), 200);
}

TEST_F(DaemonReload, SaysWhatOnlyARestartCanChange) {
    rig.config.storage += "sync = false\n";
    reload();
    ASSERT_TRUE(log_says("storage.sync")) << rig.log();
    EXPECT_EQ(load->send_one(rig.config.endpoints.front()), 200);
}

TEST_F(DaemonReload, DrainsOnTermUnderLoadAndExitsWithZero) {
    load->start();
    ASSERT_TRUE(eventually(20s, [this] { return load->totals().acknowledged > 1000; }));
    EXPECT_EQ(rig.stop(), 0);
    ASSERT_TRUE(rig.start()) << rig.problem;
    load->aim(rig.webhooks());
    EXPECT_TRUE(load->finish(30s));
    expect_nothing_lost(rig.api(), *load);
    // What was drained was written down: nothing of it had to be replayed twice or dropped.
    EXPECT_EQ(rig.log().find("tail_dropped=true"), std::string::npos) << rig.log();
}

TEST_F(DaemonReload, RefusesASecondDaemonOnTheSameFolder) {
    EXPECT_EQ(rig.run(), exit_storage);
    EXPECT_NE(rig.log().find("another process"), std::string::npos) << rig.log();
    EXPECT_EQ(load->send_one(rig.config.endpoints.front()), 200);
}

TEST(DaemonCheck, SaysThatAConfigurationIsGoodAndTouchesNothing) {
    DaemonRig rig;
    rig.write_config();
    EXPECT_EQ(rig.run({"--check"}), 0) << rig.log();
    EXPECT_NE(rig.problem.find("good, 4 accounts"), std::string::npos) << rig.problem;
    EXPECT_FALSE(std::filesystem::exists(rig.config.storage_path));
}

TEST(DaemonCheck, NamesFileLineAndTheNearestKey) {
    DaemonRig rig;
    rig.config.sections = "\n[limits]\ninbox_commands_maxx = 64\n";
    rig.write_config();
    EXPECT_EQ(rig.run({"--check"}), exit_config);
    const std::string said = rig.log();
    EXPECT_NE(said.find(rig.config_file() + ":"), std::string::npos) << said;
    EXPECT_NE(said.find("did you mean \"inbox_commands_max\""), std::string::npos) << said;
    // The same file does not start either.
    EXPECT_EQ(rig.run(), exit_config);
}

TEST(DaemonCheck, RefusesZonesAndCalendarsThatAStartWouldRefuse) {
    for (const std::string hours : {R"(allow = "08:00-20:00", timezone = "Mars/Olympus")",
                                    R"(timezone = "Europe/Rome", holidays = ["mars"])"}) {
        DaemonRig rig;
        rig.config.sections =
            "\n[[account]]\nid = \"quiet\"\nchannel = \"telegram\"\n"
            "credentials.secret_token = \"s\"\nquiet_hours = { " +
            hours + " }\n";
        rig.write_config();
        EXPECT_EQ(rig.run({"--check"}), exit_config) << hours;
        EXPECT_NE(rig.log().find("quiet_hours."), std::string::npos) << rig.log();
    }
}

}  // namespace
}  // namespace postern::crash
