// kill -9 of the whole daemon while it sends, again and again on the same storage, to providers
// that answer late, wrongly or not at all. In the end every message that was accepted has ended,
// what is called sent is in the providers' ledger, has the state that its receipts say, and what is
// there twice says so.
//
// POSTERN_SEND_KILLS: cycles (100). POSTERN_SEED: the random moments, messages and faults.
#include <gtest/gtest.h>

#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <future>
#include <random>

#include "tests/crash/daemon_rig.h"
#include "tests/crash/send_account.h"
#include "tests/crash/send_load.h"
#include "tests/crash/simulator.h"

namespace postern::crash {
namespace {

using namespace std::chrono_literals;

constexpr int kills_default = 100;
constexpr int life_ms_min = 10;
constexpr int life_ms_max = 250;
/// Of one account (gateway/core/sending_settings.h).
constexpr std::uint64_t in_flight_max = 64;
/// An unknown attempt waits a minute for evidence before its category decides; what waits behind it
/// for the same person goes then.
constexpr auto everything_ends_within = 120s;

constexpr const char* faults_on =
    R"("no_answer":0.02,"no_answer_ms":300,"reset_before":0.03,"reset_after":0.04,)"
    R"("server_error":0.05,"unavailable":0.03,"latency_p50_ms":20,"latency_p99_ms":150,)"
    R"("receipt_late":0.1,"receipt_late_ms":700,"receipt_duplicate":0.1,"receipt_reordered":0.1,)"
    R"("receipt_early":0.05,"receipt_read_ms":100)";
constexpr const char* faults_off =
    R"("no_answer":0,"reset_before":0,"reset_after":0,"server_error":0,"unavailable":0)";

/// WhatsApp tells of every message that it was read, which clears up what is unknown. SMS tells
/// nothing: the answer alone says `sent`, and what is unknown stays so until its category decides.
const LastReceipts last_receipts = {{"whatsapp", "read"}};

std::string faults(const std::string& numbers) {
    return "{" + numbers + R"(,"accounts":{"wa-main":{)" + numbers +
           R"(,"receipt_read":1},"sms-main":{)" + numbers + R"(,"receipt_missing":1}}})";
}

int kills() {
    const char* text = ::getenv("POSTERN_SEND_KILLS");
    return text != nullptr ? std::atoi(text) : kills_default;
}

unsigned seed() {
    const char* text = ::getenv("POSTERN_SEED");
    return text != nullptr ? static_cast<unsigned>(std::strtoul(text, nullptr, 10))
                           : std::random_device()();
}

std::vector<sim::Endpoint> senders() {
    return {sim::demo_endpoint("whatsapp", {}), sim::demo_endpoint("twilio", {})};
}

void configure(DaemonRig& rig, const Simulator& simulator) {
    rig.config.endpoints = senders();
    rig.config.providers = simulator.url();
    rig.config.account_lines =
        "rate = { per_second = 2000, burst = 200 }\n"
        "retry = { first = \"50ms\", factor = 2.0, cap = \"1s\", give_up_after = \"1h\" }\n"
        "on_unknown = { transactional = \"resend\", marketing = \"hold\" }\n";
}

/// The daemon lives for a random moment and dies with requests under way on both sides.
void kill_again_and_again(DaemonRig& rig, SendLoad& load, int cycles, unsigned seed) {
    std::mt19937 random(seed);
    std::uniform_int_distribution<int> life(life_ms_min, life_ms_max);
    for (int cycle = 1; cycle <= cycles; ++cycle) {
        ASSERT_TRUE(rig.start()) << "cycle " << cycle << ": " << rig.problem;
        load.aim(rig.api_url());
        if (cycle == 1) load.start();
        (void)std::promise<void>().get_future().wait_for(std::chrono::milliseconds(life(random)));
        rig.kill();
        if (cycle % 10 != 0) continue;
        const SendTotals totals = load.totals();
        std::printf("%d kills: %lu requests, %lu unanswered, %lu repeated\n", cycle,
                    static_cast<unsigned long>(totals.requests),
                    static_cast<unsigned long>(totals.unanswered),
                    static_cast<unsigned long>(totals.repeated));
        std::fflush(stdout);
    }
}

void expect_only_good_answers(const SendTotals& totals) {
    EXPECT_EQ(::testing::PrintToString(totals.problems), "{}");
    EXPECT_GT(totals.unanswered, 0u) << "no kill took an answer away";
    for (const auto& [status, count] : totals.by_status) {
        const bool good = status == 200 || status == 202 || status == 0 || status == 503;
        EXPECT_TRUE(good || status == 409) << count << " times " << status;
    }
}

TEST(DaemonSendKill, LosesNothingAcceptedAndSendsNothingTwiceUnsaid) {
    const unsigned chosen = seed();
    std::printf("POSTERN_SEED=%u\n", chosen);
    DaemonRig rig("posternd-epoll");
    ASSERT_NO_FATAL_FAILURE(rig.keep_webhook_socket());
    std::string problem;
    const auto simulator =
        Simulator::start("whatsapp,twilio", chosen, rig.folder(), problem, rig.webhooks_url());
    ASSERT_NE(simulator, nullptr) << problem;
    ASSERT_EQ(simulator->set_faults(faults(faults_on)), "");
    configure(rig, *simulator);
    SendLoadOptions options;
    options.endpoints = rig.config.endpoints;
    options.key = rig.key();
    options.seed = chosen;
    SendLoad load(options);
    const int cycles = kills();
    ASSERT_NO_FATAL_FAILURE(kill_again_and_again(rig, load, cycles, chosen));

    ASSERT_EQ(simulator->set_faults(faults(faults_off)), "");
    ASSERT_TRUE(rig.start()) << rig.problem;
    load.aim(rig.api_url());
    ASSERT_TRUE(load.finish(30s)) << "requests stay unanswered";
    expect_only_good_answers(load.totals());
    const std::vector<AcceptedMessage> accepted = load.accepted();
    EXPECT_GT(accepted.size(), static_cast<std::size_t>(cycles));

    bool in_time = false;
    const auto standings =
        settle(rig.api(), accepted, last_receipts, everything_ends_within, in_time);
    EXPECT_TRUE(in_time) << "messages that neither end nor are held";
    expect_kept_promises(standings, last_receipts, simulator->accepted_sends(problem));
    EXPECT_EQ(simulator->receipts(problem).given_up, 0);
    EXPECT_EQ(problem, "");
    const std::uint64_t interrupted = expect_accepted_once(rig.api(), accepted);
    std::printf("%lu attempts were interrupted\n", static_cast<unsigned long>(interrupted));
    EXPECT_GT(interrupted, 0u) << "no kill came between a request and its answer";
    EXPECT_LE(interrupted,
              static_cast<std::uint64_t>(cycles) * in_flight_max * rig.config.endpoints.size());
    EXPECT_EQ(rig.stop(), 0);
}

}  // namespace
}  // namespace postern::crash
