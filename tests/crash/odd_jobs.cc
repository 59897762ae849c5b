// Each job is two or three calls; a call without an answer ends the round.
#include "tests/crash/odd_jobs.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>

#include <fmt/format.h>

#include "gateway/cli/document.h"
#include "gateway/model/time.h"
#include "tests/crash/daemon_rig.h"

namespace postern::crash {
namespace {

using namespace std::chrono_literals;

/// Of the demo's accounts (gateway/sim/scenario.cc).
constexpr const char* paused_account = "tg-main";
constexpr const char* sending_account = "sms-main";
constexpr std::uint64_t refusing_people = 2'000;
constexpr auto lives_for = 250ms;

std::string refusing(std::uint64_t number) {
    return fmt::format("+57310{:07}", 5'000'000 + number);
}

std::string in(std::chrono::milliseconds time) {
    const auto at = std::chrono::system_clock::now() + time;
    return model::format_time(std::chrono::floor<std::chrono::microseconds>(at));
}

std::string state_of(cli::Api& api, const std::string& id) {
    const cli::Answer answer = api.get("/v1/messages/" + id);
    cli::Document document;
    if (!answer.ok() || !document.parse(answer.body)) return answer.problem;
    return cli::text_at(document.root(), "/state");
}

}  // namespace

std::string OddJobs::prepare_simulator() {
    std::string people;
    for (std::uint64_t i = 0; i < refusing_people; ++i)
        people += fmt::format(R"({}"{}":"blocked")", i == 0 ? "" : ",", refusing(i));
    return simulator_.set_faults(R"({"recipients":{)" + people + "}}");
}

std::string OddJobs::prepare_daemon(cli::Api& api) {
    const cli::Answer paused =
        api.post(fmt::format("/v1/accounts/{}/pause", paused_account), R"({"reason":"a test"})");
    if (!paused.ok()) return paused.problem;
    return api
        .post("/v1/subscriptions",
              fmt::format(R"({{"url":"{}","types":["message.received"]}})", hook_url_))
        .problem;
}

std::string OddJobs::submit(cli::Api& api, const std::string& account, const std::string& to,
                            const std::string& fields) {
    const cli::Answer answer =
        api.post("/v1/messages", fmt::format(R"({{"account":"{}","to":{{"address":"{}"}},)"
                                             R"("category":"transactional",)"
                                             R"("content":{{"type":"text","text":"odd job"}}{}}})",
                                             account, to, fields));
    cli::Document document;
    if (answer.status == 0) return {};
    EXPECT_EQ(answer.status, 202) << answer.body;
    return document.parse(answer.body) ? cli::text_at(document.root(), "/id") : std::string{};
}

bool OddJobs::cancel_one(cli::Api& api) {
    const std::string id =
        submit(api, sending_account, "+573001999999", fmt::format(R"(,"send_at":"{}")", in(1h)));
    if (id.empty()) return false;
    const cli::Answer answer = api.post("/v1/messages/" + id + "/cancel", "{}");
    if (answer.status == 0) return false;
    EXPECT_EQ(answer.status, 200) << answer.body;
    ends_.push_back({id, "cancelled"});
    return true;
}

bool OddJobs::expire_one(cli::Api& api) {
    const std::string id = submit(api, paused_account, "573001234567",
                                  fmt::format(R"(,"expires_at":"{}")", in(lives_for)));
    if (id.empty()) return false;
    ends_.push_back({id, "expired"});
    if (expired_.empty()) expired_ = id;
    return true;
}

/// It waits as it did before, and ends in the same way.
bool OddJobs::redrive_one(cli::Api& api) {
    if (expired_.empty() || state_of(api, expired_) != "expired") return true;
    const cli::Answer answer = api.post("/v1/messages/" + std::exchange(expired_, {}) + "/redrive",
                                        fmt::format(R"({{"expires_at":"{}"}})", in(lives_for)));
    return answer.status != 0;
}

bool OddJobs::refuse_one(cli::Api& api) {
    const std::string id = submit(api, sending_account, refusing(rounds_ % refusing_people), {});
    if (id.empty()) return false;
    ends_.push_back({id, "failed"});
    return true;
}

bool OddJobs::back_up(cli::Api& api) {
    const std::string path = fmt::format("{}/backup-{}", folder_, rounds_);
    const cli::Answer answer = api.post("/v1/backups", fmt::format(R"({{"path":"{}"}})", path));
    std::error_code error;
    std::filesystem::remove_all(path, error);
    return answer.status != 0;
}

bool OddJobs::round(cli::Api& api, bool sends) {
    ++rounds_;
    EXPECT_EQ(simulator_.inbound(R"({"account":"wa-main","kind":"status","wait":false})"), "");
    EXPECT_EQ(simulator_.inbound(R"({"account":"wa-main","count":0,"garbage":3,"wait":false})"),
              "");
    return cancel_one(api) && expire_one(api) && redrive_one(api) && (!sends || refuse_one(api)) &&
           back_up(api);
}

void OddJobs::expect_ends(cli::Api& api) const {
    std::string wrong;
    (void)eventually(75s, [&] {
        wrong.clear();
        for (const End& end : ends_) {
            const std::string state = state_of(api, end.id);
            if (state != end.state)
                wrong += fmt::format("{} is {} and not {}\n", end.id, state, end.state);
        }
        return wrong.empty();
    });
    EXPECT_EQ(wrong, "");
    std::printf("%zu odd jobs\n", ends_.size());
}

}  // namespace postern::crash
