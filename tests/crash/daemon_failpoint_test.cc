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
#include <future>
#include <random>

#include "storage/failpoint.h"
#include "tests/crash/daemon_history.h"
#include "tests/crash/daemon_load.h"
#include "tests/crash/daemon_rig.h"
#include "tests/crash/hook.h"
#include "tests/crash/odd_jobs.h"
#include "tests/crash/send_account.h"
#include "tests/crash/send_load.h"
#include "tests/crash/simulator.h"

namespace postern::crash {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

constexpr auto reached_within = 20s;
constexpr auto everything_ends_within = 90s;
constexpr auto retention_within = 150s;
constexpr int tries_max = 4;

constexpr const char* faults_on =
    R"({"no_answer":0.02,"no_answer_ms":200,"reset_after":0.05,"server_error":0.1,)"
    R"("latency_p50_ms":10,"latency_p99_ms":60,"receipt_duplicate":0.1,"receipt_early":0.05})";
constexpr const char* faults_off = R"({"no_answer":0,"reset_after":0,"server_error":0})";
const LastReceipts last_receipts = {{"whatsapp", "delivered"}, {"twilio", "delivered"}};

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

std::string armed(const std::string& name, const std::string& action, unsigned nth) {
    return "POSTERN_FAILPOINT=" + name + ":" + action + ":" + std::to_string(nth);
}

/// Everything around one daemon.
class Town final {
  public:
    explicit Town(unsigned seed);

    DaemonRig rig;
    std::unique_ptr<Simulator> simulator;
    std::unique_ptr<DaemonLoad> load;
    std::unique_ptr<SendLoad> sends;
    std::unique_ptr<OddJobs> jobs;
    InboundWatch watch;

    void first_start();
    /// Starts with `environment`, aims everything at it; false if no ready line came.
    [[nodiscard]] bool start(const std::vector<std::string>& environment);
    /// Lives until the place is reached. True if it was.
    [[nodiscard]] bool reach(const std::string& name, const std::string& action, unsigned nth);
    /// Starts as always; what was acknowledged is there.
    void recover();
    /// All ends, and everything is as it must be.
    void settle_all();

  private:
    const unsigned seed_;
    Hook hook_;
};

Town::Town(unsigned seed) : rig("posternd-epoll"), seed_(seed) {
    std::printf("POSTERN_SEED=%u\n", seed);
    rig.keep_webhook_socket();
    std::string problem;
    simulator = Simulator::start("whatsapp,telegram,twilio", seed, rig.folder(), problem,
                                 rig.webhooks_url());
    EXPECT_NE(simulator, nullptr) << problem;
    rig.config.providers = simulator->url();
    rig.config.sections = "\n[subscriptions]\nallow_http = true\n";
    rig.config.account_lines =
        "rate = { per_second = 2000, burst = 200 }\n"
        "retry = { first = \"50ms\", factor = 2.0, cap = \"1s\", give_up_after = \"1h\" }\n"
        "on_unknown = { transactional = \"resend\", marketing = \"hold\" }\n";
    LoadOptions options;
    options.endpoints = rig.config.endpoints;
    options.seed = seed;
    options.people = 8;  // few, so that ids leave the ring of the last ones (dedupe rows)
    options.window = 8;
    load = std::make_unique<DaemonLoad>(options);
    SendLoadOptions sending;
    sending.endpoints = {sim::demo_endpoint("whatsapp", {}), sim::demo_endpoint("twilio", {})};
    sending.key = rig.key();
    sending.seed = seed;
    sending.window = 4;
    sends = std::make_unique<SendLoad>(sending);
    jobs = std::make_unique<OddJobs>(*simulator, rig.folder(), hook_.url());
    EXPECT_EQ(simulator->set_faults(faults_on), "");
    EXPECT_EQ(jobs->prepare_simulator(), "");
}

void Town::first_start() {
    ASSERT_TRUE(start({})) << rig.problem;
    ASSERT_EQ(jobs->prepare_daemon(rig.api()), "");
    load->start();
    sends->start();
}

bool Town::start(const std::vector<std::string>& environment) {
    rig.config.environment = environment;
    if (!rig.start()) return false;
    load->aim(rig.webhooks());
    sends->aim(rig.api_url());
    return true;
}

bool Town::reach(const std::string& name, const std::string& action, unsigned nth) {
    const std::size_t said_before = rig.log().size();
    const auto reached = [&] {
        return rig.log().find("failpoint: " + name + "\n", said_before) != std::string::npos;
    };
    const auto end = Steady::now() + reached_within;
    if (!start({armed(name, action, nth)})) return reached();
    while (!reached() && Steady::now() < end) {
        if (action == "kill") (void)jobs->round(rig.api());
        (void)std::promise<void>().get_future().wait_for(5ms);
    }
    return reached();
}

void Town::recover() {
    rig.kill();
    ASSERT_TRUE(start({})) << rig.problem;
    watch.expect_nothing_lost(rig.api(), *load);
}

void Town::settle_all() {
    ASSERT_EQ(simulator->set_faults(faults_off), "");
    ASSERT_TRUE(load->finish(60s)) << "webhooks stay unanswered";
    ASSERT_TRUE(sends->finish(30s)) << "requests stay unanswered";
    watch.expect_nothing_lost(rig.api(), *load);
    const std::vector<AcceptedMessage> accepted = sends->accepted();
    bool in_time = false;
    const auto standings =
        settle(rig.api(), accepted, last_receipts, everything_ends_within, in_time);
    EXPECT_TRUE(in_time) << "messages that neither end nor are held";
    std::string problem;
    auto taken = simulator->accepted_sends(problem);
    taken.erase(0);  // odd jobs
    expect_kept_promises(standings, last_receipts, taken);
    (void)expect_accepted_once(rig.api(), accepted);
    jobs->expect_ends(rig.api());
    EXPECT_EQ(problem, "");
    // The subscription began at the first start, before the first message.
    std::size_t missed = 0;
    (void)eventually(30s, [&] {
        const auto delivered = hook_.events();
        missed = 0;
        for (const std::string& event : watch.events()) missed += delivered.contains(event) ? 0 : 1;
        return missed == 0;
    });
    EXPECT_EQ(missed, 0u) << "events of " << watch.events().size() << " were never delivered";
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
        EXPECT_EQ(run_program({"/bin/rm", "-r", path}, output), 0);
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
