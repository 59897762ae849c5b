// What an operator is told and shown by the real daemon: alarms at a hook, requests that were
// turned away, the way of a message; and what it does when memory is short or its log fails.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <mutex>

#include <fmt/format.h>

#include "gateway/cli/document.h"
#include "tests/crash/daemon_history.h"
#include "tests/crash/daemon_load.h"
#include "tests/crash/daemon_rig.h"
#include "tests/net/proxy_peer.h"
#include "tests/net/support.h"

namespace postern::crash {
namespace {

using namespace std::chrono_literals;

constexpr auto notices_within = 30s;  // it looks every five seconds
constexpr int exit_restart = 75;

/// Takes alarms.
class Receiver final {
  public:
    Receiver() {
        server_.handler.on_request = [this](const net::Request& request, net::Responder responder) {
            {
                const std::lock_guard lock(mutex_);
                bodies_.emplace_back(request.body);
                signed_ = signed_ && request.header("webhook-signature").starts_with("v1,");
            }
            responder.send({});
        };
    }
    [[nodiscard]] std::string url() const { return server_.url("/alarm"); }
    [[nodiscard]] bool all_signed() {
        const std::lock_guard lock(mutex_);
        return signed_;
    }
    /// How often it was told this of this condition.
    [[nodiscard]] std::size_t told(const std::string& type, const std::string& condition) {
        const std::lock_guard lock(mutex_);
        std::size_t n = 0;
        for (const std::string& body : bodies_) {
            n += body.find("\"type\":\"" + type + "\"") != std::string::npos &&
                         body.find("\"condition\":\"" + condition + "\"") != std::string::npos
                     ? 1
                     : 0;
        }
        return n;
    }
    [[nodiscard]] bool becomes(std::size_t count, const std::string& type,
                               const std::string& condition) {
        return eventually(notices_within, [&] { return told(type, condition) == count; });
    }

  private:
    std::mutex mutex_;
    std::vector<std::string> bodies_;
    bool signed_ = true;
    net::test::TestServer server_;
};

class DaemonOps : public ::testing::Test {
  protected:
    void start() {
        ASSERT_TRUE(rig.start()) << rig.problem;
        if (!load) {
            LoadOptions options;
            options.endpoints = rig.config.endpoints;
            load = std::make_unique<DaemonLoad>(options);
        }
        load->aim(rig.webhooks());
    }
    [[nodiscard]] const sim::Endpoint& endpoint(std::string_view channel) const {
        for (const sim::Endpoint& each : rig.config.endpoints)
            if (each.channel == channel) return each;
        return rig.config.endpoints.front();
    }
    std::string metrics() {
        cli::Document status;
        const cli::Answer answer = rig.api().get("/v1/status");
        if (!status.parse(answer.body)) return answer.body;
        cli::Api page("http://" + cli::text_at(status.root(), "/listen/metrics"), "");
        return page.get("/metrics").body;
    }
    static std::string text(const std::string& json, std::string_view pointer) {
        cli::Document document;
        return document.parse(json) ? cli::text_at(document.root(), pointer) : "";
    }
    /// `postern` with these arguments: what it printed; 0 is expected.
    std::string postern(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(),
                         {built("postern"), "--api", rig.api_url(), "--key", rig.key()});
        std::string output;
        EXPECT_EQ(run_program(arguments, output), 0) << output;
        return output;
    }

    DaemonRig rig{"posternd-epoll"};
    std::unique_ptr<DaemonLoad> load;
};

TEST_F(DaemonOps, TellsTheHookOnceWhenSomethingBeginsAndOnceWhenItEnds) {  // CG-127
    Receiver receiver;
    net::test::ProxyPeer proxy;  // the way out is through it
    rig.config.sections = fmt::format(
        "[alarm]\nurl = \"{}\"\nsecret = \"whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\"\n"
        "[egress]\nproxy = \"{}\"\n",
        receiver.url(), proxy.url());
    start();
    const std::string account = rig.config.endpoints.front().account;
    ASSERT_TRUE(rig.api().post("/v1/accounts/" + account + "/pause", R"({"reason":"test"})").ok());
    ASSERT_TRUE(receiver.becomes(1, "alarm.began", "account_paused")) << rig.log();
    EXPECT_TRUE(receiver.all_signed());
    EXPECT_FALSE(proxy.asked().empty());
    EXPECT_NE(metrics().find("postern_alarms{condition=\"account_paused\"} 1"), std::string::npos);
    EXPECT_NE(metrics().find("postern_alarms{condition=\"read_only\"} 0"), std::string::npos);
    EXPECT_NE(postern({"status"}).find("ALARM account_paused " + account), std::string::npos);

    rig.kill();
    start();  // it lasts, and whoever was told of it is not told again
    const std::string status = "/v1/status";
    ASSERT_TRUE(eventually(notices_within, [&] {
        return text(rig.api().get(status).body, "/alarms/0/condition") == "account_paused";
    }));
    ASSERT_TRUE(rig.api().post("/v1/accounts/" + account + "/resume", "{}").ok());
    ASSERT_TRUE(receiver.becomes(1, "alarm.ended", "account_paused")) << rig.log();
    EXPECT_EQ(receiver.told("alarm.began", "account_paused"), 1u);
    EXPECT_EQ(rig.stop(), 0);
}

TEST_F(DaemonOps, RefusesAnAlarmSecretThatIsNone) {
    rig.config.sections =
        "[alarm]\nurl = \"https://alerts.example.com/\"\nsecret = \"hunter2hunter2\"\n";
    rig.write_config();
    EXPECT_EQ(rig.run({"--check"}), 78);
    EXPECT_NE(rig.log().find("alarm.secret: must be whsec_"), std::string::npos) << rig.log();
    EXPECT_EQ(rig.log().find("hunter2"), std::string::npos);
}

TEST_F(DaemonOps, TakesNothingWhileMemoryIsShortAndGoesOnAfterwards) {
    const std::string group = rig.folder() + "/group";
    std::filesystem::create_directories(group);
    const auto use = [&](const std::string& bytes) {
        std::ofstream(group + "/memory.current.new") << bytes << "\n";
        std::filesystem::rename(group + "/memory.current.new", group + "/memory.current");
    };
    std::ofstream(group + "/memory.max") << "1000000000\n";
    std::ofstream(group + "/memory.stat") << "inactive_file 100000000\n";
    use("300000000");
    rig.config.sections = fmt::format("[limits]\nmemory_files = \"{}\"\n", group);
    start();
    const sim::Endpoint& web = endpoint("http");
    ASSERT_EQ(load->send_one(web), 200);

    use("860000000");  // 76 % without what can be dropped
    std::string retry_after;
    ASSERT_TRUE(
        eventually(notices_within, [&] { return load->send_one(web, &retry_after) == 503; }));
    EXPECT_NE(retry_after, "");
    const cli::Answer refused = rig.api().post("/v1/messages", "{}");
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(text(refused.body, "/code"), "memory_short");
    EXPECT_EQ(rig.api().get("/readyz").status, 503);
    EXPECT_EQ(rig.api().get("/v1/events").status, 200);
    EXPECT_NE(metrics().find("postern_memory_short 1"), std::string::npos);
    EXPECT_NE(metrics().find("postern_memory_used_bytes 760000000"), std::string::npos);

    use("600000000");
    EXPECT_TRUE(eventually(notices_within, [&] { return load->send_one(web) == 200; }));
    EXPECT_EQ(rig.api().get("/readyz").status, 200);
    EXPECT_EQ(rig.stop(), 0);
}

TEST_F(DaemonOps, StaysUpReadOnlyWhenItsLogHasFailedThreeTimes) {
    const sim::Endpoint& web = endpoint("http");
    start();
    ASSERT_EQ(load->send_one(web), 200);
    EXPECT_EQ(rig.stop(), 0);
    for (int i = 0; i < 3; ++i) {
        // Beyond what a start writes; heartbeats and webhooks reach it.
        rig.config.environment = {"POSTERN_FAILPOINT=append.before:eio:8"};
        start();
        (void)eventually(notices_within, [&] { return load->send_one(web) != 200; });
        EXPECT_EQ(rig.wait(30s), exit_restart) << rig.log();
    }
    Receiver receiver;
    rig.config.sections = fmt::format("[alarm]\nurl = \"{}\"\n", receiver.url());
    rig.config.environment = {"POSTERN_FAILPOINT=append.before:eio:1"};  // a write would end it
    start();
    std::string retry_after;
    EXPECT_EQ(load->send_one(web, &retry_after), 503);
    EXPECT_NE(retry_after, "");
    const cli::Answer refused = rig.api().post("/v1/messages", "{}");
    EXPECT_EQ(text(refused.body, "/code"), "read_only") << refused.body;
    EXPECT_EQ(rig.api().get("/healthz").status, 200);
    const cli::Answer readiness = rig.api().get("/readyz");
    EXPECT_EQ(readiness.status, 503);
    EXPECT_NE(readiness.body.find("durable writes failed too often"), std::string::npos);
    EXPECT_NE(metrics().find("postern_read_only 1"), std::string::npos);
    ASSERT_TRUE(receiver.becomes(1, "alarm.began", "read_only")) << rig.log();
    EXPECT_EQ(receiver.told("alarm.began", "log_error"), 1u);
    expect_nothing_lost(rig.api(), *load);
    EXPECT_EQ(rig.stop(), 0);

    // The operator has mended the disk.
    rig.config.environment.clear();
    std::filesystem::remove(rig.config.storage_path + "/log-failures");
    start();
    EXPECT_EQ(load->send_one(web), 200);
    expect_nothing_lost(rig.api(), *load);
    EXPECT_EQ(rig.stop(), 0);
}

TEST_F(DaemonOps, ShowsWhatItTurnedAwayAndTheWayOfWhatItTook) {
    start();
    sim::Endpoint forged = endpoint("http");
    forged.secret = "not-the-secret";
    ASSERT_EQ(load->send_one(forged), 401);
    const std::string list = postern({"--json", "accounts", "requests", forged.account});
    EXPECT_EQ(text(list, "/data/0/status"), "401") << list;
    EXPECT_NE(text(list, "/data/0/reason"), "");
    EXPECT_NE(text(list, "/data/0/body"), "");
    const std::string turned_away = text(list, "/data/0/request_id");
    EXPECT_TRUE(turned_away.starts_with("req_"));
    EXPECT_NE(postern({"accounts", "requests", forged.account}).find("401"), std::string::npos);

    ASSERT_EQ(load->send_one(endpoint("http")), 200);
    std::string events;
    ASSERT_TRUE(eventually(notices_within, [&] {
        events = rig.api().get("/v1/events?types=message.received").body;
        return text(events, "/data/0/id").starts_with("evt_");
    }));
    const std::string message = text(events, "/data/0/data/message/id");
    const std::string trace = postern({"--json", "trace", text(events, "/data/0/id")});
    EXPECT_EQ(text(trace, "/messages/0/message_id"), message) << trace;
    EXPECT_EQ(text(trace, "/request/status"), "200");
    const std::string request = text(trace, "/request/id");
    EXPECT_EQ(text(postern({"--json", "trace", request}), "/messages/0/message_id"), message);
    EXPECT_NE(postern({"trace", message}).find("durable"), std::string::npos);
    EXPECT_EQ(rig.stop(), 0);
}

TEST_F(DaemonOps, HasItsSubscriptionsManagedFromTheCommandLine) {
    Receiver receiver;
    rig.config.sections = "[subscriptions]\nallow_http = true\n";
    start();
    const std::string made =
        postern({"--json", "subscriptions", "create", receiver.url(), "--types", "account.*"});
    const std::string id = text(made, "/id");
    EXPECT_TRUE(text(made, "/secret").starts_with("whsec_")) << made;
    EXPECT_EQ(text(postern({"--json", "subscriptions", "test", id}), "/delivered"), "true");
    const std::string changed = postern({"--json", "subscriptions", "update", id, "--types",
                                         "message.*,account.*", "--description", "the CRM"});
    EXPECT_EQ(text(changed, "/types"), R"(["message.*","account.*"])") << changed;
    EXPECT_EQ(text(changed, "/description"), "the CRM");
    EXPECT_EQ(text(changed, "/url"), receiver.url());
    ASSERT_EQ(load->send_one(endpoint("http")), 200);
    // What it wants since it was changed comes.
    EXPECT_TRUE(eventually(notices_within, [&] {
        return text(postern({"--json", "subscriptions", "get", id}), "/delivered") != "0";
    }));
    EXPECT_NE(postern({"subscriptions", "list"}).find(id), std::string::npos);
    EXPECT_NE(postern({"subscriptions", "rotate", id}).find("whsec_"), std::string::npos);
    (void)postern({"subscriptions", "enable", id});
    EXPECT_NE(postern({"subscriptions", "delete", id}).find("deleted " + id), std::string::npos);
    EXPECT_EQ(text(postern({"--json", "subscriptions", "list"}), "/data/0"), "");
    EXPECT_EQ(rig.stop(), 0);
}

}  // namespace
}  // namespace postern::crash
