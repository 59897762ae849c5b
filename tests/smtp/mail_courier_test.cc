// Connections to a relay that is scripted line by line: what is kept open, what is tried again, and
// what nobody can know. STARTTLS, logins and real servers: tests/interop/smtp_judge.mjs.
#include "gateway/smtp/mail_courier.h"

#include <sys/socket.h>

#include <atomic>
#include <future>
#include <mutex>
#include <vector>

#include <gtest/gtest.h>

#include "tests/net/support.h"

namespace postern::smtp {
namespace {

using adapters::SendResult;
using net::test::eventually;
using net::test::ScriptedServer;
using namespace std::chrono_literals;

/// The server's end of one connection.
class Line {
  public:
    explicit Line(int fd) : fd_(fd) {}
    void say(std::string_view text) { net::test::send_all(fd_, std::string(text) + "\r\n"); }
    /// The next line without its end; empty once the client is gone.
    std::string hear() {
        while (heard_.find("\r\n") == std::string::npos) {
            char bytes[4096];
            const ssize_t got = ::recv(fd_, bytes, sizeof bytes, 0);
            if (got <= 0) return {};
            heard_.append(bytes, static_cast<std::size_t>(got));
        }
        const std::size_t end = heard_.find("\r\n");
        std::string line = heard_.substr(0, end);
        heard_.erase(0, end + 2);
        return line;
    }
    void greet() {
        say("220 relay");
        (void)hear();
        say("250 relay");
    }
    /// MAIL and RCPT, up to the 354.
    bool open_letter() {
        if (!hear().starts_with("MAIL")) return false;
        say("250 ok");
        (void)hear();
        say("250 ok");
        (void)hear();
        say("354 go");
        return true;
    }
    void read_letter() {
        bool text = false;  // the empty line before the text has been read
        for (std::string line = hear(); line != "." && (!line.empty() || !text); line = hear()) {
            text = text || line.empty();
        }
    }

  private:
    int fd_;
    std::string heard_;
};

struct Post {
    explicit Post(const ScriptedServer& server,
                  std::map<std::string, std::string, std::less<>> more = {})
        : pool(net::make_io_pool(1)) {
        const std::string url = server.url("/");
        const auto colon = url.rfind(':');
        adapters::AdapterConfig config;
        config.account = "mail";
        config.channel = "email";
        config.settings = std::move(more);
        config.settings["smtp_host"] = "127.0.0.1";
        config.settings["smtp_port"] = url.substr(colon + 1, url.find('/', colon) - colon - 1);
        config.settings["smtp_tls"] = "none";
        config.settings["from"] = "a@example.net";
        std::string problem;
        courier = make_mail_courier(
            *pool, config, {},
            [] {
                const auto steady = std::chrono::steady_clock::now().time_since_epoch();
                return model::Now{model::Instant{1'768'473'000s},
                                  std::chrono::floor<std::chrono::microseconds>(steady)};
            },
            problem);
        EXPECT_TRUE(courier) << problem;
    }
    ~Post() {
        stop();
        pool->stop();
    }

    void stop(std::chrono::milliseconds grace = 2s) {
        if (!courier) return;
        std::atomic<bool> stopped{false};
        courier->stop(grace, [&] { stopped = true; });
        EXPECT_TRUE(eventually([&] { return stopped.load(); }));
        courier.reset();
    }
    /// Until the courier's thread has done all that it gave itself to do.
    void settle() {
        for (int turn = 0; turn < 4; ++turn) {
            std::promise<void> done;
            pool->at(0).post([&] { done.set_value(); });
            done.get_future().wait();
        }
    }
    /// `then` runs on the courier's thread right behind it.
    void send(std::string to, std::string echo, const std::function<void()>& then = {}) {
        pool->at(0).post([this, to = std::move(to), echo = std::move(echo), then] {
            egress::Parcel parcel;
            parcel.to = to;
            parcel.content.text = "Hola";
            parcel.echo = echo;
            courier->send(std::move(parcel), pool->at(0), [this, echo](egress::Handed handed) {
                const std::lock_guard lock(mutex);
                answers[echo].push_back(std::move(handed));
            });
            if (then) then();
        });
    }
    /// The one answer of that parcel.
    egress::Handed answer(const std::string& echo) {
        EXPECT_TRUE(eventually([&] {
            const std::lock_guard lock(mutex);
            return !answers[echo].empty();
        })) << echo;
        const std::lock_guard lock(mutex);
        EXPECT_EQ(answers[echo].size(), 1u);
        return answers[echo].empty() ? egress::Handed{} : answers[echo].front();
    }
    std::string brief(const std::string& echo) {
        const egress::Handed handed = answer(echo);
        return std::string(to_string(handed.outcome.result)) + " " + handed.outcome.code;
    }

    std::unique_ptr<net::IoPool> pool;
    std::shared_ptr<egress::Courier> courier;
    std::mutex mutex;
    std::map<std::string, std::vector<egress::Handed>> answers;
};

TEST(MailCourier, SendsLetterAfterLetterOverOneConnection) {
    ScriptedServer server([](int fd, int) {
        Line line(fd);
        line.greet();
        while (line.open_letter()) {
            line.read_letter();
            line.say("250 2.0.0 queued as Q1");
        }
    });
    Post post(server);
    for (int i = 0; i < 5; ++i) {
        const std::string echo = "msg_" + std::to_string(i) + ".1";
        post.send("b@example.com", echo);
        const egress::Handed handed = post.answer(echo);
        EXPECT_EQ(handed.outcome.result, SendResult::accepted) << handed.outcome.detail;
        EXPECT_EQ(handed.outcome.external_id, echo + "@example.net");
        EXPECT_EQ(handed.status, 250);
        EXPECT_EQ(handed.request, "2.0.0 queued as Q1");
        EXPECT_TRUE(handed.sent);
    }
    EXPECT_EQ(server.connections(), 1);
}

TEST(MailCourier, TakesAnotherConnectionOnceItCarriedItsMails) {
    ScriptedServer server([](int fd, int) {
        Line line(fd);
        line.greet();
        while (line.open_letter()) {
            line.read_letter();
            line.say("250 ok");
        }
    });
    Post post(server, {{"smtp_connection_mails", "2"}});
    for (int i = 0; i < 4; ++i) {
        post.send("b@example.com", std::to_string(i));
        EXPECT_EQ(post.brief(std::to_string(i)), "accepted accepted");
    }
    EXPECT_EQ(server.connections(), 2);
}

TEST(MailCourier, DoesNotKnowOnceTheLetterWasWhole) {
    ScriptedServer server([](int fd, int connection) {
        Line line(fd);
        line.greet();
        if (!line.open_letter() || connection == 1) return;  // lost before the letter
        line.read_letter();                                  // lost after it
    });
    Post post(server);
    post.send("b@example.com", "before");
    const std::string before = post.brief("before");
    // What is written into a connection that breaks may have left, or not: only the first is sure.
    EXPECT_TRUE(before == "transient connection_lost" || before == "unknown no_answer") << before;
    post.send("b@example.com", "after");
    EXPECT_EQ(post.brief("after"), "unknown no_answer");
}

TEST(MailCourier, IsSureThatNothingWasTakenBeforeTheLetter) {
    ScriptedServer server([](int fd, int) {
        Line line(fd);
        line.greet();
        (void)line.hear();
        line.say("250 ok");
        (void)line.hear();  // and gone, instead of an answer to RCPT
    });
    Post post(server);
    post.send("b@example.com", "1");
    EXPECT_EQ(post.brief("1"), "transient connection_lost");
}

TEST(MailCourier, TriesAgainWhereAnIdleConnectionHadGone) {
    ScriptedServer server([](int fd, int connection) {
        Line line(fd);
        line.greet();
        if (!line.open_letter()) return;
        line.read_letter();
        line.say("250 ok");
        if (connection == 1) (void)line.hear();  // the next MAIL, and no answer
    });
    Post post(server);
    post.send("b@example.com", "1");
    EXPECT_EQ(post.brief("1"), "accepted accepted");
    post.send("b@example.com", "2");
    EXPECT_EQ(post.brief("2"), "accepted accepted");
    EXPECT_EQ(server.connections(), 2);
}

/// The thread stands still, with the parcel in its hands, until the word has come: it is heard
/// right before or right after the first command.
TEST(MailCourier, TriesAgainWhereAnIdleConnectionSaysGoodbyeMeanwhile) {
    std::atomic<bool> say_it{false};
    std::atomic<bool> said{false};
    ScriptedServer server([&](int fd, int connection) {
        Line line(fd);
        line.greet();
        if (!line.open_letter()) return;
        line.read_letter();
        line.say("250 ok");
        if (connection > 1) return;
        (void)eventually([&] { return say_it.load(); });
        line.say("421 4.4.2 idle for too long");
        said = true;
    });
    Post post(server);
    post.send("b@example.com", "1");
    EXPECT_EQ(post.brief("1"), "accepted accepted");
    post.settle();
    post.send("b@example.com", "2", [&] {
        say_it = true;
        EXPECT_TRUE(eventually([&] { return said.load(); }));
    });
    EXPECT_EQ(post.brief("2"), "accepted accepted");
    EXPECT_EQ(server.connections(), 2);
}

TEST(MailCourier, RefusesOnePersonAndGoesOnWithTheNext) {
    ScriptedServer server([](int fd, int) {
        Line line(fd);
        line.greet();
        (void)line.hear();
        line.say("250 ok");
        (void)line.hear();
        line.say("550 5.1.1 nobody");
        EXPECT_EQ(line.hear(), "RSET");
        line.say("250 ok");
        while (line.open_letter()) {
            line.read_letter();
            line.say("250 ok");
        }
    });
    Post post(server);
    post.send("gone@example.com", "1");
    const egress::Handed handed = post.answer("1");
    EXPECT_EQ(handed.outcome.address, adapters::AddressVerdict::dead);
    EXPECT_EQ(handed.end, egress::CallEnd::succeeded);
    post.send("b@example.com", "2");
    EXPECT_EQ(post.brief("2"), "accepted accepted");
    EXPECT_EQ(server.connections(), 1);
}

TEST(MailCourier, LeavesADomainAloneThatAskedForLess) {
    ScriptedServer server([](int fd, int) {
        Line line(fd);
        line.greet();
        while (true) {
            if (!line.hear().starts_with("MAIL")) return;
            line.say("250 ok");
            if (line.hear().find("@slow.example") != std::string::npos) {
                line.say("452 4.5.3 too many");
                (void)line.hear();
                line.say("250 ok");
                continue;
            }
            line.say("250 ok");
            (void)line.hear();
            line.say("354 go");
            line.read_letter();
            line.say("250 ok");
        }
    });
    Post post(server);
    post.send("a@slow.example", "1");
    const egress::Handed first = post.answer("1");
    EXPECT_EQ(first.outcome.code, "domain_rate_limited");
    EXPECT_TRUE(first.sent);
    post.send("b@slow.example", "2");
    const egress::Handed second = post.answer("2");
    EXPECT_EQ(second.outcome.code, "domain_rate_limited");
    EXPECT_TRUE(second.outcome.retry_at.has_value());
    EXPECT_FALSE(second.sent);
    post.send("c@quick.example", "3");
    EXPECT_EQ(post.brief("3"), "accepted accepted");
}

TEST(MailCourier, SendsToOneDomainOverFewConnectionsAtOnce) {
    std::atomic<int> open{0};
    std::atomic<int> most{0};
    std::atomic<bool> let_go{false};
    ScriptedServer server([&](int fd, int) {
        Line line(fd);
        line.greet();
        while (line.open_letter()) {
            line.read_letter();
            const int now = ++open;
            for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
            }
            (void)eventually([&] { return let_go.load(); });
            --open;
            line.say("250 ok");
        }
    });
    Post post(server, {{"smtp_domain_connections", "1"}});
    post.send("a@one.example", "1");
    post.send("b@one.example", "2");
    post.send("c@one.example", "3");
    EXPECT_TRUE(eventually([&] { return open == 1; }));
    let_go = true;
    for (const char* echo : {"1", "2", "3"}) EXPECT_EQ(post.brief(echo), "accepted accepted");
    EXPECT_EQ(most, 1);
}

TEST(MailCourier, AnswersWhatWaitsWhenItIsStopped) {
    std::atomic<bool> let_go{false};
    std::atomic<bool> under_way{false};
    ScriptedServer server([&](int fd, int) {
        Line line(fd);
        line.greet();
        if (!line.open_letter()) return;
        line.read_letter();
        under_way = true;
        (void)eventually([&] { return let_go.load(); });
        line.say("250 ok");
    });
    Post post(server, {{"smtp_connections", "1"}});
    post.send("b@example.com", "under way");
    post.send("b@example.com", "waiting");
    EXPECT_TRUE(eventually([&] { return under_way.load(); }));
    post.settle();
    std::atomic<bool> stopped{false};
    post.courier->stop(4s, [&] { stopped = true; });
    EXPECT_EQ(post.brief("waiting"), "transient stopping");
    let_go = true;
    EXPECT_EQ(post.brief("under way"), "accepted accepted");
    EXPECT_TRUE(eventually([&] { return stopped.load(); }));
    post.send("b@example.com", "late");
    EXPECT_EQ(post.brief("late"), "transient stopping");
    post.courier.reset();
}

TEST(MailCourier, AnswersByHowFarItCameWhereTheGraceIsOver) {
    std::atomic<bool> let_go{false};
    std::atomic<bool> whole{false};
    ScriptedServer server([&](int fd, int) {
        Line line(fd);
        line.greet();
        if (!line.open_letter()) return;
        line.read_letter();
        whole = true;
        (void)eventually([&] { return let_go.load(); });
    });
    Post post(server);
    post.send("b@example.com", "1");
    EXPECT_TRUE(eventually([&] { return whole.load(); }));
    post.stop(10ms);
    EXPECT_EQ(post.brief("1"), "unknown no_answer");
    let_go = true;
}

}  // namespace
}  // namespace postern::smtp
