// Files that are gone or damaged, and backups: the daemon refuses to serve less than it had
// acknowledged until an operator says so, and what a backup held comes back with its limits known.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>

#include "gateway/cli/document.h"
#include "storage/layout.h"
#include "tests/crash/daemon_history.h"
#include "tests/crash/daemon_load.h"
#include "tests/crash/daemon_rig.h"

namespace postern::crash {
namespace {

using namespace std::chrono_literals;

constexpr int exit_storage = 74;

class DaemonLoss : public ::testing::Test {
  protected:
    void SetUp() override {
        // Everything stays in the log: what is removed from it is really gone.
        rig.config.storage = "ballast_bytes = 0\ncache_bytes = \"8MiB\"\n";
        ASSERT_TRUE(rig.start()) << rig.problem;
        LoadOptions options;
        options.endpoints = rig.config.endpoints;
        load = std::make_unique<DaemonLoad>(options);
        load->aim(rig.webhooks());
    }
    void send(std::uint64_t webhooks) {
        const std::uint64_t before = load->totals().acknowledged;
        load->start();
        EXPECT_TRUE(
            eventually(30s, [&] { return load->totals().acknowledged >= before + webhooks; }));
        EXPECT_TRUE(load->finish(30s));
    }
    /// Refused, in words, twice over; then started with the operator's word for it.
    void expect_refused_until_acknowledged() {
        EXPECT_EQ(rig.run(), exit_storage);
        EXPECT_EQ(rig.run(), exit_storage);
        EXPECT_NE(rig.log().find("--acknowledge-loss"), std::string::npos) << rig.log();
        ASSERT_TRUE(rig.start({"--acknowledge-loss"})) << rig.problem;
        load->aim(rig.webhooks());
        std::string problem;
        EXPECT_TRUE(eventually(10s, [&] {
            const auto events = read_events(rig.api(), "storage.loss_acknowledged", problem);
            return events.size() == 1;
        })) << problem;
        EXPECT_EQ(load->send_one(rig.config.endpoints.front()), 200);
        EXPECT_EQ(rig.stop(), 0);
        ASSERT_TRUE(rig.start()) << "once acknowledged is enough: " << rig.problem;
        load->aim(rig.webhooks());
    }

    bool sending_is_paused() {
        cli::Document status;
        EXPECT_TRUE(status.parse(rig.api().get("/v1/status").body));
        return cli::text_at(status.root(), "/sending_paused") == "true";
    }
    /// What a restore left paused goes on at an operator's word, and stays so over a start.
    void expect_resumed_for_good() {
        const cli::Answer pauses = rig.api().get("/v1/pauses");
        EXPECT_NE(pauses.body.find("a backup was restored"), std::string::npos) << pauses.body;
        EXPECT_EQ(rig.api().post("/v1/pauses/remove", "{}").status, 200);
        EXPECT_TRUE(eventually(10s, [&] { return !sending_is_paused(); }));
        EXPECT_EQ(rig.stop(), 0);
        ASSERT_TRUE(rig.start()) << rig.problem;
        EXPECT_EQ(rig.api().get("/v1/pauses").body, R"({"data":[],"next_cursor":null})");
        load->aim(rig.webhooks());
    }

    DaemonRig rig;
    std::unique_ptr<DaemonLoad> load;
};

TEST_F(DaemonLoss, RefusesToServeWithoutItsAnchor) {
    send(500);
    EXPECT_EQ(rig.stop(), 0);
    ASSERT_TRUE(std::filesystem::remove(storage::StorageLayout(rig.config.storage_path).anchor()));
    expect_refused_until_acknowledged();
    expect_nothing_lost(rig.api(), *load);  // the anchor alone was gone
}

TEST_F(DaemonLoss, RefusesToServeWithADamagedAnchor) {
    send(500);
    EXPECT_EQ(rig.stop(), 0);
    const std::string anchor = storage::StorageLayout(rig.config.storage_path).anchor();
    const auto size = std::filesystem::file_size(anchor);
    std::ofstream(anchor, std::ios::binary | std::ios::trunc) << std::string(size, '\x5a');
    EXPECT_EQ(rig.run(), exit_storage);
    EXPECT_NE(rig.log().find(anchor + " is damaged"), std::string::npos) << rig.log();
    // Nothing replaced it until an operator says so; then it is kept for whoever wants to look.
    EXPECT_EQ(std::filesystem::file_size(anchor), size);
    expect_refused_until_acknowledged();
    EXPECT_TRUE(std::filesystem::exists(anchor + ".damaged"));
    expect_nothing_lost(rig.api(), *load);
}

TEST_F(DaemonLoss, RefusesToServeWithAShorterLogThanWasAcknowledged) {
    send(500);
    // The anchor follows within a second or so; the end of a good log is what it must remember.
    const std::uint64_t acknowledged = load->totals().acknowledged;
    ASSERT_GE(acknowledged, 500u);
    ASSERT_TRUE(eventually(10s, [this] {
        EXPECT_EQ(load->send_one(rig.config.endpoints.front()), 200);
        return load->totals().sent > 560;
    }));
    (void)eventually(2500ms, [] { return false; });
    rig.kill();
    const std::string log = storage::StorageLayout(rig.config.storage_path).log();
    for (const auto& entry : std::filesystem::directory_iterator(log)) {
        std::filesystem::remove(entry.path());
    }
    expect_refused_until_acknowledged();
}

TEST_F(DaemonLoss, RestoresABackupAndSaysWhatItCannotKnow) {
    namespace fs = std::filesystem;
    send(300);
    DaemonLoad& before = *load;
    const std::string backup = rig.folder() + "/backup";
    const cli::Answer made = rig.api().post("/v1/backups", R"({"path":")" + backup + R"("})");
    ASSERT_TRUE(made.ok()) << made.problem;
    EXPECT_EQ(made.status, 201);

    LoadOptions options;
    options.endpoints = rig.config.endpoints;
    options.seed = 2;  // other ids
    DaemonLoad after(options);
    after.aim(rig.webhooks());
    for (int i = 0; i < 20; ++i) ASSERT_EQ(after.send_one(rig.config.endpoints.front()), 200);
    std::string cursor;
    ASSERT_TRUE(eventually(10s, [&] {
        std::string problem;
        const auto events = read_events(rig.api(), "message.received", problem);
        if (!events.empty()) cursor = events.back().id;
        return events.size() == before.acknowledged_ids().size() + 20;
    }));
    EXPECT_EQ(rig.api().get("/v1/events?after=" + cli::percent_encoded(cursor)).status, 200);
    EXPECT_EQ(rig.stop(), 0);

    const storage::StorageLayout layout(rig.config.storage_path);
    std::string output;
    const std::vector<std::string> restore = {built("postern"), "restore", backup, "--storage",
                                              layout.root()};
    EXPECT_NE(run_program(restore, output), 0) << "it must not replace data without --force";
    std::vector<std::string> forced = restore;
    forced.emplace_back("--force");
    ASSERT_EQ(run_program(forced, output), 0) << output;
    EXPECT_TRUE(fs::exists(layout.master_key())) << "the key is no part of what is replaced";

    ASSERT_TRUE(rig.start()) << rig.problem;
    before.aim(rig.webhooks());
    expect_nothing_lost(rig.api(), before);
    EXPECT_TRUE(sending_is_paused());
    expect_resumed_for_good();
    const cli::Answer gone = rig.api().get("/v1/events?after=" + cli::percent_encoded(cursor));
    EXPECT_EQ(gone.status, 410) << gone.body;
    EXPECT_NE(gone.body.find("cursor_expired"), std::string::npos) << gone.body;
    // New messages after the restore do not make the old cursor good again.
    for (int i = 0; i < 50; ++i) {
        ASSERT_EQ(before.send_one(rig.config.endpoints.front()), 200);
    }
    expect_nothing_lost(rig.api(), before);
    EXPECT_EQ(rig.api().get("/v1/events?after=" + cli::percent_encoded(cursor)).status, 410);
}

}  // namespace
}  // namespace postern::crash
