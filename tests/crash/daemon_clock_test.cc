// The real daemon on a machine whose clock is set an hour ahead: it says so, it is not ready, it
// goes on with what is due, and neither sends what is scheduled nor expires what waits, until the
// clock is confirmed or put right. Set back for good, it stops nothing. RELIABILITY 2.13.
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <chrono>

#include <fmt/format.h>

#include "gateway/cli/document.h"
#include "gateway/model/time.h"
#include "tests/crash/clock_shim.h"
#include "tests/crash/daemon_history.h"
#include "tests/crash/daemon_rig.h"
#include "tests/crash/simulator.h"

namespace postern::crash {
namespace {

using namespace std::chrono_literals;

constexpr const char* paused_account = "tg-main";
constexpr const char* open_account = "sms-main";

class DaemonClock : public ::testing::Test {
  protected:
    DaemonClock() : rig_("posternd-epoll") {}

    void SetUp() override {
        const std::string file = rig_.folder() + "/clock";
        const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        ASSERT_EQ(::ftruncate(fd, sizeof(ShimmedClock)), 0);
        void* mapped =
            ::mmap(nullptr, sizeof(ShimmedClock), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        ::close(fd);
        ASSERT_NE(mapped, MAP_FAILED);
        clock_ = static_cast<ShimmedClock*>(mapped);
        rig_.config.environment = {"POSTERN_TEST_CLOCK=" + file, "LD_PRELOAD=" POSTERN_CLOCK_SHIM};
        std::string problem;
        simulator_ = Simulator::start("telegram,twilio", 7, rig_.folder(), problem);
        ASSERT_NE(simulator_, nullptr) << problem;
        rig_.config.providers = simulator_->url();
        ASSERT_TRUE(rig_.start()) << rig_.problem;
        const std::string pause = fmt::format("/v1/accounts/{}/pause", paused_account);
        ASSERT_EQ(rig_.api().post(pause, R"({"reason":"a test"})").problem, "");
        scheduled_ = submit(open_account, "+573001110001", "send_at", 30min);
        waiting_ = submit(paused_account, "573001110002", "expires_at", 20min);
    }

    void TearDown() override {
        if (clock_ != nullptr) ::munmap(clock_, sizeof(ShimmedClock));
    }

    [[nodiscard]] std::string submit(const char* account, const char* to, const char* when,
                                     std::chrono::minutes in) {
        std::string time;
        if (when != nullptr) {
            const auto at = std::chrono::system_clock::now() + in;
            time =
                fmt::format(R"(,"{}":"{}")", when,
                            model::format_time(std::chrono::floor<std::chrono::microseconds>(at)));
        }
        const cli::Answer answer = rig_.api().post(
            "/v1/messages", fmt::format(R"({{"account":"{}","to":{{"address":"{}"}},)"
                                        R"("category":"transactional",)"
                                        R"("content":{{"type":"text","text":"x"}}{}}})",
                                        account, to, time));
        cli::Document document;
        EXPECT_EQ(answer.status, 202) << answer.body;
        return document.parse(answer.body) ? cli::text_at(document.root(), "/id") : std::string{};
    }

    [[nodiscard]] std::string state(const std::string& id) {
        cli::Document document;
        const cli::Answer answer = rig_.api().get("/v1/messages/" + id);
        return document.parse(answer.body) ? cli::text_at(document.root(), "/state")
                                           : answer.problem;
    }
    [[nodiscard]] bool becomes(const std::string& id, const std::string& wanted) {
        return eventually(30s, [&] { return state(id) == wanted; });
    }
    [[nodiscard]] std::string ready() { return rig_.api().get("/readyz").body; }
    [[nodiscard]] std::string why(const std::string& id) {
        return rig_.api().get("/v1/messages/" + id + "/why").body;
    }
    [[nodiscard]] std::size_t steps() {
        std::string problem;
        const std::size_t count = read_events(rig_.api(), "clock.stepped", problem).size();
        EXPECT_EQ(problem, "");
        return count;
    }

    DaemonRig rig_;
    std::unique_ptr<Simulator> simulator_;
    ShimmedClock* clock_ = nullptr;
    std::string scheduled_;
    std::string waiting_;
};

TEST_F(DaemonClock, SendsAndExpiresNothingByAClockThatIsNotConfirmed) {
    EXPECT_EQ(rig_.api().get("/readyz").status, 200) << ready();
    EXPECT_EQ(why(scheduled_).find("in_doubt"), std::string::npos);
    clock_->ahead_s = 3600;
    EXPECT_TRUE(eventually(10s, [this] { return steps() == 1; }));
    EXPECT_EQ(rig_.api().get("/readyz").status, 503);
    EXPECT_NE(ready().find("clock"), std::string::npos) << ready();
    EXPECT_NE(why(scheduled_).find(R"("clock":{"in_doubt":true)"), std::string::npos);
    // The due queue works: it had its turn after the step, and left those two alone.
    EXPECT_TRUE(becomes(submit(open_account, "+573001110003", nullptr, 0min), "sent"));
    EXPECT_EQ(state(scheduled_), "waiting");
    EXPECT_EQ(state(waiting_), "waiting");

    clock_->synchronised = 1;
    EXPECT_TRUE(becomes(scheduled_, "sent"));
    EXPECT_TRUE(becomes(waiting_, "expired"));
    EXPECT_EQ(rig_.api().get("/readyz").status, 200) << ready();
    EXPECT_EQ(steps(), 1u);
    EXPECT_EQ(rig_.stop(), 0);
}

TEST_F(DaemonClock, GoesOnAsIfNothingHadBeenWhenTheClockIsPutRight) {
    for (const std::int64_t step : {std::int64_t{365} * 86'400, std::int64_t{-86'400}}) {
        const std::size_t before = steps();
        clock_->ahead_s = step;
        EXPECT_TRUE(eventually(10s, [&] { return steps() == before + 1; }));
        EXPECT_EQ(rig_.api().get("/readyz").status, 503);
        const std::size_t said = rig_.log().size();
        clock_->ahead_s = 0;
        // Seen by the guards too: only then is another step news.
        EXPECT_TRUE(eventually(
            10s, [&] { return rig_.log().find("clock_returned", said) != std::string::npos; }));
        EXPECT_EQ(rig_.api().get("/readyz").status, 200) << ready();
    }
    EXPECT_TRUE(becomes(submit(open_account, "+573001110003", nullptr, 0min), "sent"));
    EXPECT_EQ(state(scheduled_), "waiting");
    EXPECT_EQ(state(waiting_), "waiting");
    EXPECT_EQ(rig_.stop(), 0);
}

TEST_F(DaemonClock, GoesOnByTheCorrectedClockWhenItIsSetBackForGood) {
    clock_->synchronised = 1;
    clock_->ahead_s = -3 * 3600;
    EXPECT_TRUE(eventually(10s, [this] { return steps() == 1; }));
    EXPECT_EQ(rig_.api().get("/readyz").status, 200) << ready();
    // Half an hour from now by the corrected clock, long ago by what was written before.
    const std::string held = submit(paused_account, "573001110003", "expires_at", -150min);
    EXPECT_TRUE(becomes(submit(open_account, "+573001110004", "expires_at", -150min), "sent"));
    EXPECT_EQ(state(held), "waiting");
    EXPECT_EQ(state(scheduled_), "waiting");
    EXPECT_EQ(state(waiting_), "waiting");
    // A start goes on with the time of what was written last, three hours ahead of the clock: what
    // was due then is due still, and not in three hours.
    EXPECT_EQ(rig_.stop(), 0);
    ASSERT_TRUE(rig_.start()) << rig_.problem;
    EXPECT_EQ(state(held), "waiting");
    const std::string resume = fmt::format("/v1/accounts/{}/resume", paused_account);
    ASSERT_EQ(rig_.api().post(resume, "{}").problem, "");
    EXPECT_TRUE(becomes(held, "sent"));
    EXPECT_EQ(state(scheduled_), "waiting");
    EXPECT_EQ(rig_.stop(), 0);
}

}  // namespace
}  // namespace postern::crash
