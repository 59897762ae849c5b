// `postern restore` killed, and failing, at each of its steps: afterwards the folder holds what was
// there before, or refuses to serve, or holds the backup; never a mix of both. The same restore
// once more always ends with the backup in place. CG-86.
#include <gtest/gtest.h>

#include <filesystem>
#include <unordered_set>

#include <fmt/format.h>

#include "storage/failpoint.h"
#include "tests/crash/daemon_history.h"
#include "tests/crash/daemon_load.h"
#include "tests/crash/daemon_rig.h"

namespace postern::crash {
namespace {

namespace fs = std::filesystem;
using Ids = std::unordered_set<std::string>;

/// A daemon's folder with a backup of an earlier moment: the old data hold everything, the backup
/// what was there when it was made.
class RestoreCut : public ::testing::Test {
  protected:
    RestoreCut() : rig_("posternd-epoll") {
        LoadOptions options;
        options.endpoints = rig_.config.endpoints;
        load_ = std::make_unique<DaemonLoad>(options);
    }

    void SetUp() override {
        ASSERT_TRUE(rig_.start()) << rig_.problem;
        load_->aim(rig_.webhooks());
        ASSERT_NO_FATAL_FAILURE(receive(40));
        const cli::Answer made =
            rig_.api().post("/v1/backups", R"({"path":")" + backup() + R"("})");
        ASSERT_EQ(made.status, 201) << made.body;
        backed_up_ = load_->acknowledged_ids();
        ASSERT_NO_FATAL_FAILURE(receive(40));
        all_ = load_->acknowledged_ids();
        ASSERT_EQ(rig_.stop(), 0);
        fs::copy(rig_.config.storage_path, kept(), fs::copy_options::recursive);
    }

    void receive(int webhooks) {
        for (int i = 0; i < webhooks; ++i) {
            const auto& endpoints = rig_.config.endpoints;
            ASSERT_EQ(load_->send_one(endpoints[static_cast<std::size_t>(i) % endpoints.size()]),
                      200);
        }
    }

    [[nodiscard]] std::string backup() const { return rig_.folder() + "/backup"; }
    [[nodiscard]] std::string kept() const { return rig_.folder() + "/kept"; }

    /// The old data again, as after the stop.
    void put_old_back() {
        fs::remove_all(rig_.config.storage_path);
        fs::copy(kept(), rig_.config.storage_path, fs::copy_options::recursive);
    }

    [[nodiscard]] int restore(const std::string& environment, std::string& output,
                              bool force = true) {
        std::vector<std::string> set;
        if (!environment.empty()) set.push_back(environment);
        std::vector<std::string> arguments = {built("postern"), "restore", backup(), "--storage",
                                              rig_.config.storage_path};
        if (force) arguments.emplace_back("--force");
        return run_program(arguments, output, set);
    }

    [[nodiscard]] Ids stored(std::string& problem) {
        Ids ids;
        for (const SeenEvent& event : read_events(rig_.api(), "message.received", problem))
            ids.insert(event.external_id);
        return ids;
    }

    /// Serves the old data or the backup, whole, with sending paused; or refuses. Says which.
    [[nodiscard]] std::string look() {
        if (!rig_.start()) {
            EXPECT_EQ(rig_.wait(std::chrono::seconds(10)), 74);
            return "refuses";
        }
        std::string problem;
        const Ids ids = stored(problem);
        EXPECT_EQ(problem, "");
        const std::string status = rig_.api().get("/v1/status").body;
        const bool paused = status.find(R"("sending_paused":true)") != std::string::npos;
        EXPECT_EQ(rig_.stop(), 0);
        if (ids == all_) return paused ? "old, paused" : "old";
        if (ids == backed_up_) return paused ? "backup, paused" : "backup, sending";
        ADD_FAILURE() << "a mix: " << ids.size() << " of " << all_.size() << " messages, "
                      << backed_up_.size() << " of them backed up";
        return "mix";
    }

    void cut(const std::string& step, const std::string& action) {
        SCOPED_TRACE(step + ":" + action);
        put_old_back();
        std::string output;
        const int code = restore(fmt::format("POSTERN_FAILPOINT={}:{}", step, action), output);
        EXPECT_EQ(code, action == "kill" ? 128 + SIGKILL : 1) << output;
        EXPECT_NE(output.find("failpoint: " + step), std::string::npos) << output;
        const std::string found = look();
        std::printf("%-22s %-5s %s\n", step.c_str(), action.c_str(), found.c_str());
        // Sending goes on by itself only where nothing was touched yet.
        const bool untouched = step == "restore.verified" || step == "restore.copied";
        if (untouched) {
            EXPECT_EQ(found, "old");
        } else {
            EXPECT_TRUE(found == "refuses" || found.ends_with(", paused")) << found;
        }
        EXPECT_TRUE(step != "restore.done" || found == "backup, paused") << found;

        output.clear();
        EXPECT_EQ(restore({}, output), 0) << output;
        EXPECT_EQ(look(), "backup, paused");
    }

    DaemonRig rig_;
    std::unique_ptr<DaemonLoad> load_;
    Ids backed_up_;
    Ids all_;
};

TEST_F(RestoreCut, LeavesTheOldDataOrCanBeRepeatedWhereverItIsKilled) {
    ASSERT_LT(backed_up_.size(), all_.size());
    for (const storage::Failpoint& point : storage::failpoints) {
        if (point.name.starts_with("restore.")) cut(std::string(point.name), "kill");
    }
}

TEST_F(RestoreCut, LeavesTheOldDataOrCanBeRepeatedWhereverAStepFails) {
    for (const storage::Failpoint& point : storage::failpoints) {
        if (point.name.starts_with("restore.") && point.file_operation)
            cut(std::string(point.name), "eio");
    }
}

// Nothing of the cut restore counts as data: the next one needs no order to move it aside.
TEST_F(RestoreCut, IntoAnEmptyFolderIsRepeatedWithoutForce) {
    for (const char* step : {"restore.copied", "restore.paused", "restore.anchored"}) {
        SCOPED_TRACE(step);
        fs::remove_all(rig_.config.storage_path);
        fs::create_directories(rig_.config.storage_path);
        fs::copy_file(kept() + "/master.key", rig_.config.storage_path + "/master.key");
        std::string output;
        EXPECT_EQ(restore(std::string("POSTERN_FAILPOINT=") + step + ":kill", output, false),
                  128 + SIGKILL);
        output.clear();
        EXPECT_EQ(restore({}, output, false), 0) << output;
        EXPECT_EQ(look(), "backup, paused");
    }
}

}  // namespace
}  // namespace postern::crash
