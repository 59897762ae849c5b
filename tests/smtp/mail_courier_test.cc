// Connections to a relay that is scripted line by line: what is kept open, what is tried again, and
// what nobody can know. STARTTLS, logins and real servers: tests/interop/smtp_judge.mjs.
#include "gateway/smtp/mail_courier.h"

#include <gtest/gtest.h>

#include "tests/smtp/post.h"

namespace postern::smtp {
namespace {

using namespace test;
using namespace std::chrono_literals;

TEST(MailCourier, SendsLetterAfterLetterOverOneConnection) {
    ScriptedServer server([](int fd, int) {
        Line line(fd);
        line.greet();
        while (line.open_letter()) {
            (void)line.read_letter();
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

TEST(MailCourier, TriesALoginWithoutAMailAndKeepsTheConnection) {
    ScriptedServer server([](int fd, int) {
        Line line(fd);
        line.greet();
        ASSERT_TRUE(line.open_letter()) << "the first command after the login is a mail's";
        (void)line.read_letter();
        line.say("250 ok");
    });
    Post post(server);
    post.try_login("login");
    EXPECT_EQ(post.brief("login"), "accepted ");
    EXPECT_FALSE(post.answer("login").sent);
    post.settle();
    post.send("b@example.com", "1");
    EXPECT_EQ(post.brief("1"), "accepted accepted");
    EXPECT_EQ(server.connections(), 1);
}

TEST(MailCourier, SaysWhyALoginWasNotTaken) {
    ScriptedServer server([](int fd, int) { Line(fd).say("554 5.7.1 not from there"); });
    Post post(server);
    post.try_login("login");
    const egress::Handed handed = post.answer("login");
    EXPECT_NE(handed.outcome.result, SendResult::accepted);
    EXPECT_NE(handed.outcome.detail.find("not from there"), std::string::npos)
        << handed.outcome.detail;
    post.stop();
}

TEST(MailCourier, TakesAnotherConnectionOnceItCarriedItsMails) {
    ScriptedServer server([](int fd, int) {
        Line line(fd);
        line.greet();
        while (line.open_letter()) {
            (void)line.read_letter();
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
        (void)line.read_letter();                            // lost after it
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
        (void)line.read_letter();
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
        (void)line.read_letter();
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
            (void)line.read_letter();
            line.say("250 ok");
        }
    });
    Post post(server, {{"smtp_connections", "1"}});  // the next mail waits for this one
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
            (void)line.read_letter();
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
            (void)line.read_letter();
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

/// Hours may have passed by then: the answer to a whole letter is waited for as long as ever.
TEST(MailCourier, WaitsForTheAnswerToAWholeLetterHoweverLongItTookToSend) {
    std::atomic<bool> waiting{false};
    std::atomic<bool> let_go{false};
    std::atomic<bool> whole{false};
    std::atomic<bool> answer{false};
    ScriptedServer server([&](int fd, int) {
        Line line(fd);
        line.greet();
        for (const char* said : {"250 ok", "250 ok"}) {
            (void)line.hear();
            line.say(said);
        }
        (void)line.hear();
        waiting = true;
        (void)eventually([&] { return let_go.load(); });
        line.say("354 go");
        (void)line.read_letter();
        whole = true;
        (void)eventually([&] { return answer.load(); });
        line.say("250 ok");
    });
    Post post(server);
    post.send("b@example.com", "1");
    EXPECT_TRUE(eventually([&] { return waiting.load(); }));
    *post.ahead = 200;
    let_go = true;
    EXPECT_TRUE(eventually([&] { return whole.load(); }));
    post.let_timers_run();
    answer = true;
    EXPECT_EQ(post.brief("1"), "accepted accepted");
}

TEST(MailCourier, TakesTheWaitForAConnectionFromNoDeadlineOfTheMail) {
    std::atomic<bool> first_whole{false};
    std::atomic<bool> first_ends{false};
    std::atomic<bool> second_waits{false};
    std::atomic<bool> second_goes_on{false};
    std::atomic<bool> third_command{false};
    std::atomic<bool> third_answer{false};
    ScriptedServer server([&](int fd, int) {
        Line line(fd);
        line.greet();
        if (!line.open_letter()) return;
        (void)line.read_letter();
        first_whole = true;
        (void)eventually([&] { return first_ends.load(); });
        line.say("250 ok");
        (void)line.hear();
        second_waits = true;
        (void)eventually([&] { return second_goes_on.load(); });
        line.say("250 ok");
        (void)line.hear();
        third_command = true;
        (void)eventually([&] { return third_answer.load(); });
        line.say("250 ok");
        (void)line.hear();
        line.say("354 go");
        (void)line.read_letter();
        line.say("250 ok");
    });
    Post post(server, {{"smtp_connections", "1"}});
    post.send("b@example.com", "1");
    EXPECT_TRUE(eventually([&] { return first_whole.load(); }));
    post.send("b@example.com", "2");
    post.settle();
    *post.ahead = 30;
    first_ends = true;
    EXPECT_TRUE(eventually([&] { return second_waits.load(); }));
    *post.ahead = 120;  // 90 s of its own
    second_goes_on = true;
    EXPECT_TRUE(eventually([&] { return third_command.load(); }));
    post.let_timers_run();
    third_answer = true;
    EXPECT_EQ(post.brief("1"), "accepted accepted");
    EXPECT_EQ(post.brief("2"), "accepted accepted");
    EXPECT_EQ(server.connections(), 1);
}

TEST(MailCourier, AnswersWhatWaitsWhenItIsStopped) {
    std::atomic<bool> let_go{false};
    std::atomic<bool> under_way{false};
    ScriptedServer server([&](int fd, int) {
        Line line(fd);
        line.greet();
        if (!line.open_letter()) return;
        (void)line.read_letter();
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
        (void)line.read_letter();
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
