// A mailbox on a server that is scripted, with the real core behind the intake: nothing is marked
// before it is durable, nothing is fetched beside a mail that is not. A real server:
// tests/interop/imap_judge.py.
#include "gateway/imap/receiver.h"

#include <set>

#include <gtest/gtest.h>

#include "gateway/metrics/log.h"
#include "tests/polling/receiver_rig.h"
#include "tests/polling/scripted_box.h"

namespace postern::imap {
namespace {

using namespace std::chrono_literals;
using net::test::eventually;

class MailBoxTest : public polling::ReceiverRig {
  protected:
    MailBoxTest()
        : ReceiverRig(make_imap_receiver, "mail", "email"),
          server_([this](int fd, int) { box_.serve(fd); }) {
        const std::string url = server_.url("/");
        const auto colon = url.rfind(':');
        settings_.config.settings = {
            {"inbound", "imap"},
            {"imap_host", "127.0.0.1"},
            {"imap_tls", "none"},
            {"imap_username", "ana"},
            {"from", "a@example.net"},
            {"imap_port", url.substr(colon + 1, url.find('/', colon) - colon - 1)}};
        settings_.config.credentials["imap_password"].emplace_back("s3cret");
        configure();
    }
    ~MailBoxTest() override {
        stop();
        box_.cut();
        pool_->stop();
    }

    [[nodiscard]] bool held(std::size_t posts) {
        return eventually([&] { return there([this] { return inbox_.held.size(); }) == posts; });
    }
    /// What was held is durable now, and what comes is at once.
    void let_go() {
        there([this] {
            inbox_.hold = false;
            for (const auto& tell : std::exchange(inbox_.held, {})) tell();
            return true;
        });
    }
    [[nodiscard]] std::string stopped_by() const { return account_health().stopped(); }

    Box box_{2};
    net::test::ScriptedServer server_;
};

TEST_F(MailBoxTest, OnlyAnAccountThatAsksForItHasOne) {
    const lines::Ground ground{*pool_, *intake_, accounts_, {}, {}};
    std::string problem;
    settings_.config.settings["inbound"] = "raw";
    EXPECT_EQ(make_imap_receiver(ground, settings_, problem), nullptr);
    EXPECT_EQ(problem, "");
    settings_.config.settings["inbound"] = "imap";
    settings_.config.settings.erase("imap_username");
    EXPECT_EQ(make_imap_receiver(ground, settings_, problem), nullptr);
    EXPECT_NE(problem, "");
}

TEST_F(MailBoxTest, NothingIsMarkedOrFetchedBesideAMailThatIsNotDurable) {  // CG-100
    there([this] { return inbox_.hold = true; });
    start();
    ASSERT_TRUE(held(1));
    EXPECT_EQ(box_.fetches(), 1);
    EXPECT_TRUE(box_.seen().empty());
    EXPECT_EQ(state_of(health()), "up");
    let_go();
    EXPECT_TRUE(eventually([&] { return box_.seen() == std::set<int>{1, 2}; }));
    EXPECT_EQ(texts(), (std::vector<std::string>{"text 1", "text 2"}));
}

TEST_F(MailBoxTest, AMailWhoseConnectionWentIsMarkedByTheNextOneAndNotFetchedAgain) {  // CG-100
    there([this] { return inbox_.hold = true; });
    start();
    ASSERT_TRUE(held(1));
    box_.cut();
    ASSERT_TRUE(eventually([&] { return state_of(health()) == "down"; }));
    let_go();
    EXPECT_TRUE(eventually([&] { return box_.seen() == std::set<int>{1, 2}; }));
    EXPECT_EQ(box_.fetches(), 2);
    EXPECT_EQ(health().losses, 1u);
}

TEST_F(MailBoxTest, WhatFoundNoRoomComesAgainBeforeWhatStandsBehindIt) {  // CG-100
    there([this] { return inbox_.refuse = 1; });
    start();
    EXPECT_TRUE(eventually([&] { return box_.seen() == std::set<int>{1, 2}; }));
    EXPECT_EQ(texts(), (std::vector<std::string>{"text 1", "text 2"}));
    EXPECT_EQ(box_.fetches(), 3);
}

TEST_F(MailBoxTest, AServerThatIsUnwellIsGivenMoreTimeEachTimeAndNoMailIsGivenUp) {  // CG-100
    box_.refuses = 3;
    ::testing::internal::CaptureStderr();
    log::start("warn", "text");
    start();
    EXPECT_TRUE(eventually([&] { return box_.seen() == std::set<int>{1, 2}; }));
    log::flush();
    const std::string logged = ::testing::internal::GetCapturedStderr();
    std::size_t told = 0;
    for (std::size_t at = 0; (at = logged.find("imap_failed", at)) != logged.npos; ++at) ++told;
    EXPECT_EQ(told, 2u) << "the third one in a row is told by health alone: " << logged;
    EXPECT_EQ(texts(), (std::vector<std::string>{"text 1", "text 2"}));
    EXPECT_EQ(there([this] { return inbox_.quarantined; }), 0);
    EXPECT_EQ(box_.fetches(), 5);
}

TEST_F(MailBoxTest, AServerThatSaysSomethingAllTheTimeDoesNotHoldACommandForEver) {
    box_.drips = true;
    start();
    ASSERT_TRUE(eventually([&] { return box_.dripped > 10; }));
    // Whenever the command began by this clock, it is overdue in the end.
    EXPECT_TRUE(eventually([&] {
        steady_ = steady_.load() + 4min;
        return state_of(health()) == "down";
    }));
    EXPECT_EQ(health().problem, "no answer in time");
    box_.drips = false;
    EXPECT_TRUE(eventually([&] { return box_.seen() == std::set<int>{1, 2}; }));
}

TEST_F(MailBoxTest, AnotherStartTakesNothingTwice) {
    there([this] { return inbox_.hold = true; });
    start();
    ASSERT_TRUE(held(1));
    stop();  // durable, and never marked
    let_go();
    EXPECT_TRUE(box_.seen().empty());
    start();
    EXPECT_TRUE(eventually([&] { return box_.seen() == std::set<int>{1, 2}; }));
    EXPECT_EQ(texts(), (std::vector<std::string>{"text 1", "text 2"}));
}

TEST_F(MailBoxTest, ALoginThatIsRefusedIsTheAccountsTroubleAndToldOnce) {
    box_.lets_in = false;
    start();
    EXPECT_TRUE(eventually([&] { return !stopped_by().empty(); }));
    EXPECT_EQ(stopped_by(), "login_refused: [AUTHENTICATIONFAILED] not you");
    EXPECT_EQ(state_of(health()), "down");
    const auto signals = there([this] { return inbox_.signals; });
    ASSERT_EQ(signals.size(), 1u);
    EXPECT_NE(signals[0].find(R"("state":"login_refused")"), std::string::npos) << signals[0];
    stop();
    EXPECT_EQ(stopped_by(), "") << "who follows says it again";
}

TEST_F(MailBoxTest, ATokenThatIsTakenBackIsFollowedByAnotherOne) {
    net::test::TestServer server;
    std::atomic<int> asked{0};
    server.handler.on_request = [&](const net::Request& request, net::Responder responder) {
        EXPECT_NE(request.body.find("refresh_token=again"), std::string::npos);
        responder.send({.body = R"({"expires_in":3600,"access_token":"token-)" +
                                std::to_string(++asked) + "\"}"});
    };
    box_.token = "token-2";
    settings_.config.credentials.erase("imap_password");
    settings_.config.credentials["oauth_refresh_token"].emplace_back("again");
    settings_.config.settings["oauth_token_url"] = server.url("/token");
    settings_.config.settings["oauth_client_id"] = "us";
    settings_.tokens = tokens::make_token_source(
        pool_->at(0), adapters::make_token_grant(settings_.config), {}, [this] {
            return model::Now{core::at({}), steady_.load()};
        });
    start();
    EXPECT_TRUE(eventually([&] { return box_.seen() == std::set<int>{1, 2}; }));
    EXPECT_EQ(asked, 2);
    EXPECT_EQ(stopped_by(), "");
    EXPECT_TRUE(there([this] { return inbox_.signals; }).empty());
    stop();
    settings_.tokens->close();
}

}  // namespace
}  // namespace postern::imap
