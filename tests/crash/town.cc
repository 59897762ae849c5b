// Everything aims at the daemon of the moment; all of it outlives each.
#include "tests/crash/town.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <future>

#include "tests/crash/send_account.h"

namespace postern::crash {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

constexpr auto reached_within = 20s;
constexpr auto killed_again_after = 500ms;
constexpr auto everything_ends_within = 120s;

constexpr const char* faults_on =
    R"({"no_answer":0.02,"no_answer_ms":200,"reset_after":0.05,"server_error":0.1,)"
    R"("latency_p50_ms":10,"latency_p99_ms":60,"receipt_duplicate":0.1,"receipt_early":0.05})";
constexpr const char* faults_off = R"({"no_answer":0,"reset_after":0,"server_error":0})";
const LastReceipts last_receipts = {{"whatsapp", "delivered"}, {"twilio", "delivered"}};

}  // namespace

std::string armed(const std::string& name, const std::string& action, unsigned nth) {
    return "POSTERN_FAILPOINT=" + name + ":" + action + ":" + std::to_string(nth);
}

Town::Town(unsigned seed) : rig("posternd-epoll") {
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
    // Passed only by a start after a kill that came in the middle of a send.
    const bool of_start = name.starts_with("recovery.");
    for (;;) {
        if (!start({armed(name, action, nth)})) return reached();
        const auto until = of_start ? std::min(end, Steady::now() + killed_again_after) : end;
        while (!reached() && Steady::now() < until) {
            if (action == "kill") (void)jobs->round(rig.api(), sending_);
            (void)std::promise<void>().get_future().wait_for(5ms);
        }
        if (reached() || Steady::now() >= end) return reached();
        rig.kill();
    }
}

void Town::recover() {
    rig.kill();
    ASSERT_TRUE(start({})) << rig.problem;
    watch.expect_nothing_lost(rig.api(), *load);
}

void Town::end_sending() {
    sending_ = false;
    ASSERT_EQ(simulator->set_faults(faults_off), "");
    ASSERT_TRUE(sends->finish(30s)) << "requests stay unanswered";
}

void Town::settle_all() {
    ASSERT_TRUE(load->finish(60s)) << "webhooks stay unanswered";
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

}  // namespace postern::crash
