// A mailbox on a server that is scripted, with the real core behind the intake: nothing is marked
// before it is durable, nothing is fetched beside a mail that is not. A real server:
// tests/interop/imap_judge.py.
#include "gateway/imap/receiver.h"

#include <sys/socket.h>

#include <atomic>
#include <mutex>
#include <optional>
#include <set>

#include <gtest/gtest.h>
#include <unistd.h>

#include "adapters/registry.h"
#include "gateway/model/channel.h"
#include "tests/net/support.h"
#include "tests/polling/held_inbox.h"

namespace postern::imap {
namespace {

using namespace std::chrono_literals;
using net::test::eventually;
using polling::HeldInbox;

std::string mail(int number) {
    const std::string n = std::to_string(number);
    return "From: ana@example.com\r\nMessage-ID: <m" + n + "@x>\r\n\r\ntext " + n + "\r\n";
}

/// A mailbox of mails 1, 2, …; as much of IMAP as the client speaks, IDLE only as a word.
class Box final {
  public:
    explicit Box(int mails) : mails_(mails) {}

    [[nodiscard]] std::set<int> seen() {
        const std::lock_guard lock(mutex_);
        return seen_;
    }
    [[nodiscard]] int fetches() {
        const std::lock_guard lock(mutex_);
        return fetches_;
    }
    /// Ends the connection under way, which waits for nothing but us.
    void cut() {
        const std::lock_guard lock(mutex_);
        ::shutdown(fd_, SHUT_RDWR);
    }
    std::atomic<bool> lets_in{true};

    void serve(int fd) {
        {
            const std::lock_guard lock(mutex_);
            fd_ = fd;
        }
        net::test::send_all(fd, "* OK [CAPABILITY IMAP4rev1 IDLE SASL-IR AUTH=PLAIN] hi\r\n");
        std::string heard;
        char bytes[4096];
        while (true) {
            const auto end = heard.find("\r\n");
            if (end == std::string::npos) {
                const ssize_t got = ::recv(fd, bytes, sizeof bytes, 0);
                if (got <= 0) return;
                heard.append(bytes, static_cast<std::size_t>(got));
                continue;
            }
            net::test::send_all(fd, answer(heard.substr(0, end)));
            heard.erase(0, end + 2);
        }
    }

  private:
    std::string answer(const std::string& line) {
        const std::lock_guard lock(mutex_);
        if (line == "DONE") return idle_ + " OK done\r\n";
        const std::string tag = line.substr(0, line.find(' '));
        const std::string command = line.substr(tag.size() + 1);
        const std::string ok = tag + " OK done\r\n";
        if (command.starts_with("AUTH")) {
            return lets_in ? tag + " OK [CAPABILITY IMAP4rev1 IDLE] in\r\n"
                           : tag + " NO [AUTHENTICATIONFAILED] not you\r\n";
        }
        if (command.starts_with("SELECT"))
            return "* OK [UIDVALIDITY 9] x\r\n" + tag + " OK [READ-WRITE] open\r\n";
        if (command.starts_with("UID SEARCH")) {
            std::string found = "* SEARCH";
            for (int n = 1; n <= mails_; ++n) {
                if (!seen_.contains(n)) found += " " + std::to_string(n);
            }
            return found + "\r\n" + ok;
        }
        if (command.find("RFC822.SIZE") != std::string::npos) {
            std::string sizes;
            for (int n = 1; n <= mails_; ++n) {
                sizes += "* " + std::to_string(n) + " FETCH (UID " + std::to_string(n) +
                         " RFC822.SIZE " + std::to_string(mail(n).size()) + ")\r\n";
            }
            return sizes + ok;
        }
        const auto number_at = [&](std::size_t at) { return std::atoi(command.c_str() + at); };
        if (command.starts_with("UID FETCH ")) {
            const int n = number_at(10);
            ++fetches_;
            return "* 1 FETCH (UID " + std::to_string(n) + " BODY[] {" +
                   std::to_string(mail(n).size()) + "}\r\n" + mail(n) + ")\r\n" + ok;
        }
        if (command.starts_with("UID STORE ")) {
            seen_.insert(number_at(10));
            return ok;
        }
        if (command == "IDLE") {
            idle_ = tag;
            return "+ idling\r\n";
        }
        return ok;
    }

    std::mutex mutex_;
    const int mails_;
    int fd_ = -1;
    std::string idle_;
    std::set<int> seen_;
    int fetches_ = 0;
};

class MailBoxTest : public ::testing::Test {
  protected:
    MailBoxTest() : server_([this](int fd, int) { box_.serve(fd); }), pool_(net::make_io_pool(1)) {
        const std::string slot = ::testing::TempDir() + "poison-box-" + std::to_string(::getpid());
        auto opened = runtime::PoisonSlot::open(slot);
        EXPECT_TRUE(opened.has_value());
        poison_ = std::move(*opened);
        ::unlink(slot.c_str());
        const std::string url = server_.url("/");
        const auto colon = url.rfind(':');
        settings_.number = 1;
        settings_.config.account = "mail";
        settings_.config.channel = "email";
        settings_.config.settings = {
            {"inbound", "imap"},
            {"imap_host", "127.0.0.1"},
            {"imap_tls", "none"},
            {"imap_username", "ana"},
            {"from", "a@example.net"},
            {"imap_port", url.substr(colon + 1, url.find('/', colon) - colon - 1)}};
        settings_.config.credentials["imap_password"].emplace_back("s3cret");
        settings_.health = std::make_shared<egress::Health>();
        configure();
        intake_ = std::make_unique<ingress::Intake>(accounts_, inbox_, gate_, master_, *poison_, 1,
                                                    [] { return core::at(0s); });
    }
    ~MailBoxTest() override {
        stop();
        box_.cut();
        pool_->stop();
    }

    void configure() {
        auto account = std::make_unique<ingress::Account>();
        account->name = "mail";
        account->channel = "email";
        account->number = 1;
        account->channel_number = model::channel_number("email");
        account->health = std::make_shared<ingress::Health>();
        account->config = settings_.config;
        std::string problem;
        account->adapter = adapters::make(account->config, problem);
        ASSERT_NE(account->adapter, nullptr) << problem;
        std::vector<std::unique_ptr<ingress::Account>> accounts;
        accounts.push_back(std::move(account));
        accounts_.store(std::make_shared<const ingress::AccountTable>(std::move(accounts)));
    }
    void start() {
        const auto clock = [] { return model::Now{core::at(0s), 1h}; };
        const lines::Ground ground{*pool_, *intake_, accounts_, clock, [] { return 0; }};
        std::string problem;
        receiver_ = make_imap_receiver(ground, settings_, problem);
        ASSERT_NE(receiver_, nullptr) << problem;
        receiver_->begin();
    }
    void stop() {
        if (!receiver_) return;
        std::atomic<bool> stopped{false};
        std::exchange(receiver_, nullptr)->stop(0ms, [&] { stopped = true; });
        EXPECT_TRUE(eventually([&] { return stopped.load(); }));
    }
    /// On the mailbox's thread, where the core is.
    template <class Read>
    auto there(Read read) {
        std::optional<decltype(read())> out;
        std::atomic<bool> done{false};
        pool_->at(0).post([&] {
            out = read();
            done = true;
        });
        EXPECT_TRUE(eventually([&] { return done.load(); }));
        return *out;
    }
    [[nodiscard]] std::vector<std::string> texts() {
        return there([this] { return inbox_.texts; });
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
    [[nodiscard]] runtime::LineHealth::View health() const {
        return settings_.health->receiving.view();
    }
    [[nodiscard]] std::string stopped_by() const {
        return accounts_.load()->find("mail")->health->stopped();
    }

    Box box_{2};
    net::test::ScriptedServer server_;
    std::unique_ptr<net::IoPool> pool_;
    HeldInbox inbox_;
    ingress::Accounts accounts_;
    ingress::IntakeGate gate_;
    storage::KeyBytes master_{};
    std::unique_ptr<runtime::PoisonSlot> poison_;
    std::unique_ptr<ingress::Intake> intake_;
    lines::Settings settings_;
    std::shared_ptr<lines::Receiver> receiver_;
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

}  // namespace
}  // namespace postern::imap
