// The daemon killed at every named place (storage/failpoint.h) while it does a little of
// everything: messages in and out, receipts, cancels, expiries, redrives, deliveries to an app,
// backups. After each kill it starts without one, and nothing acknowledged is gone; in the end
// every message has ended as it must. A place that is not reached fails the test.
//
// POSTERN_FAILPOINTS: "all" kills at the first, third and tenth pass of each place; else a prefix
// of the names. POSTERN_SEED: messages and faults.
#include <gtest/gtest.h>

#include <stdlib.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <random>

#include "storage/failpoint.h"
#include "tests/crash/town.h"

namespace postern::crash {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

constexpr auto retention_within = 150s;
constexpr int tries_max = 4;
/// Of the table: what comes behind it needs no message that goes out.
constexpr std::string_view last_of_sending = "dispatch.released";

struct Place {
    std::string name;
    unsigned nth = 1;
};

std::string wanted() {
    const char* text = ::getenv("POSTERN_FAILPOINTS");
    return text != nullptr ? text : "";
}

unsigned seed() {
    const char* text = ::getenv("POSTERN_SEED");
    return text != nullptr ? static_cast<unsigned>(std::strtoul(text, nullptr, 10))
                           : std::random_device()();
}

/// A start passes the anchor too: the second time is the log thread's.
unsigned first_pass(std::string_view name) {
    return name.starts_with("anchor.") ? 2 : 1;
}

/// Everything but what has a test of its own, in the table's order; what only an empty folder
/// passes comes first.
std::vector<Place> daemon_places() {
    std::vector<Place> places = {{"segment.create"}};
    for (const storage::Failpoint& point : storage::failpoints) {
        const std::string name(point.name);
        if (name.starts_with("restore.") || name.starts_with("retention.")) continue;
        if (name == "segment.create") continue;
        if (wanted() != "all" && !name.starts_with(wanted())) continue;
        places.push_back({name, first_pass(name)});
        if (wanted() != "all" || name.starts_with("start.")) continue;
        places.push_back({name, 3});
        places.push_back({name, 10});
    }
    return places;
}

/// Retention comes a minute after a start: these two wait beside the others.
class RetentionKill final {
  public:
    explicit RetentionKill(std::string place) : place_(std::move(place)) {
        rig_.config.environment = {armed(place_, "kill", 1)};
        LoadOptions options;
        options.endpoints = rig_.config.endpoints;
        options.window = 2;
        load_ = std::make_unique<DaemonLoad>(options);
    }
    void begin() {
        ASSERT_TRUE(rig_.start()) << rig_.problem;
        load_->aim(rig_.webhooks());
        for (const sim::Endpoint& endpoint : rig_.config.endpoints)
            EXPECT_EQ(load_->send_one(endpoint), 200);
    }
    void expect_survived() {
        const bool reached = eventually(retention_within, [this] {
            return rig_.log().find("failpoint: " + place_ + "\n") != std::string::npos;
        });
        EXPECT_TRUE(reached) << place_ << " was not reached";
        rig_.kill();
        rig_.config.environment.clear();
        ASSERT_TRUE(rig_.start()) << rig_.problem;
        expect_nothing_lost(rig_.api(), *load_);
    }

  private:
    const std::string place_;
    DaemonRig rig_{"posternd-epoll"};
    std::unique_ptr<DaemonLoad> load_;
};

TEST(DaemonFailpoint, KeepsItsPromisesWhereverItIsKilled) {
    RetentionKill before("retention.before");
    RetentionKill after("retention.after");
    ASSERT_NO_FATAL_FAILURE(before.begin());
    ASSERT_NO_FATAL_FAILURE(after.begin());
    Town town(seed());
    const std::vector<Place> places = daemon_places();
    const auto begun = Steady::now();
    // An empty folder is made once.
    EXPECT_TRUE(town.reach("segment.create", "kill", 1)) << "segment.create was not reached";
    town.rig.kill();
    ASSERT_NO_FATAL_FAILURE(town.first_start());
    bool sending = true;
    for (std::size_t i = 1; i < places.size(); ++i) {
        const Place& place = places[i];
        bool reached = false;
        for (int tries = 0; tries < tries_max && !reached; ++tries) {
            reached = town.reach(place.name, "kill", place.nth);
            ASSERT_NO_FATAL_FAILURE(town.recover()) << "after " << place.name;
        }
        EXPECT_TRUE(reached) << place.name << " was not reached";
        if (::testing::Test::HasFailure()) break;
        const std::chrono::duration<double> passed = Steady::now() - begun;
        std::printf("%5.1f s  %s:%u\n", passed.count(), place.name.c_str(), place.nth);
        std::fflush(stdout);
        const bool last = i + 1 == places.size() || place.name == last_of_sending;
        if (last && sending) {
            ASSERT_NO_FATAL_FAILURE(town.end_sending());
        }
        sending = sending && !last;
    }
    ASSERT_NO_FATAL_FAILURE(town.settle_all());
    EXPECT_EQ(town.rig.stop(), 0);
    ASSERT_NO_FATAL_FAILURE(before.expect_survived());
    ASSERT_NO_FATAL_FAILURE(after.expect_survived());
}

TEST(DaemonFailpoint, KeepsItsPromisesWhereAFileOperationFails) {
    Town town(seed());
    EXPECT_TRUE(town.reach("segment.create", "eio", 1)) << "segment.create was not reached";
    town.rig.kill();
    ASSERT_NO_FATAL_FAILURE(town.first_start());
    for (const storage::Failpoint& point : storage::failpoints) {
        const std::string name(point.name);
        if (!point.file_operation || name.starts_with("restore.")) continue;
        if (name.starts_with("backup.") || name == "segment.create") continue;
        EXPECT_TRUE(town.reach(name, "eio", first_pass(name))) << name << " was not reached";
        // It ends itself, by the code that has it started again.
        EXPECT_EQ(town.rig.wait(30s), 75) << name;
        ASSERT_NO_FATAL_FAILURE(town.recover()) << "after " << name;
    }
    for (const char* name : {"backup.checkpoint", "backup.manifest", "backup.rename"}) {
        town.rig.kill();
        ASSERT_TRUE(town.start({armed(name, "eio", 1)})) << town.rig.problem;
        const std::string path = town.rig.folder() + "/copy";
        const std::string body = R"({"path":")" + path + R"("})";
        EXPECT_EQ(town.rig.api().post("/v1/backups", body).status, 409) << name;
        std::string output;
        EXPECT_NE(run_program({built("postern"), "verify", path}, output), 0) << name;
        EXPECT_EQ(town.rig.api().post("/v1/backups", body).status, 201) << name;
        EXPECT_EQ(run_program({built("postern"), "verify", path}, output), 0) << output;
        std::filesystem::remove_all(path);
    }
    ASSERT_TRUE(town.load->finish(60s)) << "webhooks stay unanswered";
    town.watch.expect_nothing_lost(town.rig.api(), *town.load);
}

// A disk that neither answers nor fails: nothing is acknowledged, and it says that it is not ready.
TEST(DaemonFailpoint, SaysThatItIsNotReadyWhileTheDiskHangs) {
    Town town(seed());
    ASSERT_NO_FATAL_FAILURE(town.first_start());
    town.rig.kill();
    ASSERT_TRUE(town.reach("append.before", "stall", 20));
    const std::uint64_t acknowledged = town.load->totals().acknowledged;
    const bool told = eventually(40s, [&] { return town.rig.api().get("/readyz").status == 503; });
    EXPECT_TRUE(told);
    EXPECT_EQ(town.load->totals().acknowledged, acknowledged);
    ASSERT_NO_FATAL_FAILURE(town.recover());
    ASSERT_TRUE(town.load->finish(60s)) << "webhooks stay unanswered";
    town.watch.expect_nothing_lost(town.rig.api(), *town.load);
}

}  // namespace
}  // namespace postern::crash
