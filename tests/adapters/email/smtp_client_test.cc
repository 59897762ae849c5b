// The SMTP client against replies written by hand, after RFC 5321, 2920, 3030, 3207 and 4954.
#include "adapters/email/smtp_client.h"

#include <gtest/gtest.h>

#include "adapters/email/codes.h"

namespace postern::adapters::email {
namespace {

constexpr std::string_view crlf = "\r\n";

SmtpOptions plain_options() {
    SmtpOptions options;
    options.hello = "gw.example.net";
    options.tls = SmtpTls::none;
    return options;
}

SmtpLetter letter() {
    return {"a@example.net", "b@example.com", "Subject: x\r\n\r\n.hola\r\n", "msg_1.1"};
}

/// Answers with `reply`; what the client writes then.
std::string told(SmtpClient& client, std::string_view reply) {
    client.received(std::string(reply) + std::string(crlf));
    return client.take_output();
}

SmtpClient open(std::string_view extensions, SmtpOptions options = plain_options()) {
    SmtpClient client(std::move(options));
    EXPECT_EQ(told(client, "220 mx.example.com ready"), "EHLO gw.example.net\r\n");
    EXPECT_EQ(told(client, extensions), "");
    EXPECT_TRUE(client.ready());
    return client;
}

TEST(SmtpClient, SendsALetterLineByLineWhereTheServerKnowsNothingMore) {
    SmtpClient client = open("250 mx.example.com");
    client.submit(letter());
    EXPECT_EQ(client.take_output(), "MAIL FROM:<a@example.net>\r\n");
    EXPECT_EQ(told(client, "250 ok"), "RCPT TO:<b@example.com>\r\n");
    EXPECT_EQ(told(client, "250 ok"), "DATA\r\n");
    EXPECT_FALSE(client.whole_after());
    EXPECT_EQ(told(client, "354 go"), "Subject: x\r\n\r\n..hola\r\n.\r\n");
    EXPECT_EQ(client.stage(), SmtpStage::content);
    EXPECT_EQ(told(client, "250 2.0.0 queued as 7F"), "");
    const auto end = client.take_end();
    ASSERT_TRUE(end);
    EXPECT_TRUE(end->accepted());
    EXPECT_TRUE(client.ready());
    EXPECT_FALSE(client.take_end());
}

TEST(SmtpClient, PipelinesUpToDataAndKnowsWhereTheLetterIsWhole) {
    SmtpClient client = open("250-mx\r\n250-PIPELINING\r\n250-SIZE 1000\r\n250 DSN");
    std::uint64_t before = std::string_view("EHLO gw.example.net\r\n").size();
    client.submit(letter());
    const std::string flight = client.take_output();
    EXPECT_EQ(flight,
              "MAIL FROM:<a@example.net> SIZE=21 RET=HDRS ENVID=msg_1.1\r\n"
              "RCPT TO:<b@example.com> NOTIFY=FAILURE,DELAY ORCPT=rfc822;b@example.com\r\n"
              "DATA\r\n");
    const std::string content = told(client, "250 ok\r\n250 ok\r\n354 go");
    // All but the dot that ends it: the server cannot have it whole.
    EXPECT_EQ(client.whole_after(), before + flight.size() + content.size() - 3);
    EXPECT_EQ(told(client, "250 ok"), "");
    EXPECT_TRUE(client.take_end()->accepted());
}

TEST(SmtpClient, SendsAChunkOnceTheRecipientIsTaken) {
    SmtpClient client = open("250-mx\r\n250-PIPELINING\r\n250 CHUNKING");
    client.submit(letter());
    EXPECT_EQ(client.take_output(), "MAIL FROM:<a@example.net>\r\nRCPT TO:<b@example.com>\r\n");
    EXPECT_EQ(told(client, "250 ok\r\n250 ok"), "BDAT 21 LAST\r\nSubject: x\r\n\r\n.hola\r\n");
    EXPECT_EQ(told(client, "250 ok"), "");
    EXPECT_TRUE(client.take_end()->accepted());

    client.submit(letter());
    (void)client.take_output();
    (void)told(client, "250 ok\r\n250 ok");
    EXPECT_EQ(told(client, "554 5.6.0 no"), "RSET\r\n");
    EXPECT_EQ(client.take_end()->stage, SmtpStage::content);
    EXPECT_FALSE(client.ready());
    EXPECT_EQ(told(client, "250 ok"), "");
    EXPECT_TRUE(client.ready());
}

TEST(SmtpClient, TakesTheRestOfALetterInPieces) {
    const auto submitted = [](std::string_view extensions) {
        SmtpClient client = open(extensions);
        SmtpLetter long_one = letter();
        long_one.more_bytes = 10;
        client.submit(std::move(long_one));
        return client;
    };
    SmtpClient client = submitted("250-mx\r\n250-PIPELINING\r\n250 SIZE 1000");
    EXPECT_NE(client.take_output().find(" SIZE=31\r\n"), std::string::npos);
    EXPECT_EQ(client.wants(), 0u);  // not yet
    EXPECT_EQ(told(client, "250 ok\r\n250 ok\r\n354 go"), "Subject: x\r\n\r\n..hola\r\n");
    EXPECT_EQ(client.wants(), 10u);
    client.pour("QUJD");
    EXPECT_EQ(client.take_output(), "QUJD");
    EXPECT_FALSE(client.whole_after());
    EXPECT_EQ(client.wants(), 6u);
    client.pour("DEFG\r\nand no more than it wants");
    EXPECT_EQ(client.take_output(), "DEFG\r\n.\r\n");
    EXPECT_EQ(client.wants(), 0u);
    EXPECT_TRUE(client.whole_after());
    EXPECT_EQ(told(client, "250 ok"), "");
    EXPECT_TRUE(client.take_end()->accepted());

    SmtpClient chunks = submitted("250-mx\r\n250-PIPELINING\r\n250 CHUNKING");
    (void)chunks.take_output();
    EXPECT_EQ(told(chunks, "250 ok\r\n250 ok"), "BDAT 31 LAST\r\nSubject: x\r\n\r\n.hola\r\n");
    EXPECT_FALSE(chunks.whole_after());
    chunks.pour("QUJDDEFG\r\n");
    EXPECT_EQ(chunks.take_output(), "QUJDDEFG\r\n");
    EXPECT_TRUE(chunks.whole_after());
    EXPECT_EQ(told(chunks, "250 ok"), "");
    EXPECT_TRUE(chunks.take_end()->accepted());

    SmtpClient small = submitted("250-mx\r\n250 SIZE 30");
    EXPECT_EQ(small.take_end()->problem, SmtpProblem::too_large);
}

TEST(SmtpClient, LeavesWhereHalfALetterIsAnswered) {
    for (const std::string_view answer : {"552 5.3.4 too much", "250 ok"}) {
        SmtpClient client = open("250-mx\r\n250-PIPELINING\r\n250 CHUNKING");
        SmtpLetter long_one = letter();
        long_one.more_bytes = 10;
        client.submit(std::move(long_one));
        (void)told(client, "250 ok\r\n250 ok");
        client.pour("QUJD");
        (void)told(client, answer);
        const auto end = client.take_end();
        ASSERT_TRUE(end);
        EXPECT_FALSE(end->accepted());
        EXPECT_EQ(end->stage, SmtpStage::content);
        EXPECT_EQ(client.wants(), 0u);
        EXPECT_EQ(client.take_wish(), SmtpWish::close);
    }
}

TEST(SmtpClient, EndsAtTheFirstRefusalAndCleansUpBeforeTheNextLetter) {
    SmtpClient client = open("250-mx\r\n250 PIPELINING");
    client.submit(letter());
    (void)client.take_output();
    EXPECT_EQ(told(client, "250 ok\r\n550 5.1.1 nobody"), "");
    const auto end = client.take_end();
    ASSERT_TRUE(end);
    EXPECT_EQ(end->stage, SmtpStage::rcpt);
    EXPECT_EQ(end->reply.status(), (SmtpStatus{5, 1, 1}));
    EXPECT_FALSE(client.ready());
    // A server that goes on gets nothing but a dot.
    EXPECT_EQ(told(client, "354 go"), ".\r\n");
    EXPECT_FALSE(client.whole_after());
    EXPECT_EQ(told(client, "554 no valid recipients"), "RSET\r\n");
    EXPECT_EQ(told(client, "250 ok"), "");
    EXPECT_TRUE(client.ready());
    EXPECT_FALSE(client.take_end());
}

TEST(SmtpClient, GoesSecureAndForgetsWhatWasSaidInClear) {
    SmtpOptions options = plain_options();
    options.tls = SmtpTls::starttls;
    options.login = {SmtpMechanism::automatic, "gw@example.net", Secret("p@ss w0rd"), false, {}, 0};
    SmtpClient client(options);
    (void)told(client, "220 mx");
    EXPECT_EQ(told(client, "250-mx\r\n250-AUTH LOGIN\r\n250 STARTTLS"), "STARTTLS\r\n");
    EXPECT_EQ(told(client, "220 go"), "");
    EXPECT_EQ(client.take_wish(), SmtpWish::start_tls);
    EXPECT_EQ(client.take_wish(), SmtpWish::nothing);
    client.secured();
    EXPECT_EQ(client.take_output(), "EHLO gw.example.net\r\n");
    EXPECT_EQ(told(client, "250-mx\r\n250 AUTH PLAIN LOGIN"),
              "AUTH PLAIN AGd3QGV4YW1wbGUubmV0AHBAc3MgdzByZA==\r\n");
    EXPECT_FALSE(client.ready());
    EXPECT_EQ(told(client, "235 2.7.0 welcome"), "");
    EXPECT_TRUE(client.ready());
}

TEST(SmtpClient, TakesNothingThatStoodInClearBehindStartTls) {
    SmtpOptions options = plain_options();
    options.tls = SmtpTls::starttls;
    SmtpClient client(options);
    (void)told(client, "220 mx");
    (void)told(client, "250-mx\r\n250 STARTTLS");
    (void)told(client, "220 go\r\n250 injected");
    ASSERT_TRUE(client.failure());
    EXPECT_EQ(client.failure()->problem, SmtpProblem::protocol);
    EXPECT_EQ(client.take_wish(), SmtpWish::close);
}

TEST(SmtpClient, NeverLogsInWithoutTheTlsThatWasAskedFor) {
    SmtpOptions options = plain_options();
    options.tls = SmtpTls::starttls;
    options.login = {SmtpMechanism::automatic, "u", Secret("secret"), false, {}, 0};
    SmtpClient client(options);
    (void)told(client, "220 mx");
    EXPECT_EQ(told(client, "250-mx\r\n250 AUTH PLAIN"), "");
    ASSERT_TRUE(client.failure());
    EXPECT_EQ(client.failure()->problem, SmtpProblem::no_tls);
}

SmtpClient logging_in(SmtpMechanism mechanism, std::string_view offered, std::string_view secret,
                      bool token, std::string& said) {
    SmtpOptions options = plain_options();
    options.login = {mechanism, "gw@example.net",   Secret(std::string(secret)),
                     token,     "smtp.example.net", 587};
    SmtpClient client(options);
    (void)told(client, "220 mx");
    said = told(client, "250-mx\r\n250 AUTH " + std::string(offered));
    return client;
}

TEST(SmtpClient, LogsInAsTheServerOffers) {
    std::string said;
    SmtpClient login = logging_in(SmtpMechanism::automatic, "LOGIN", "p@ss w0rd", false, said);
    EXPECT_EQ(said, "AUTH LOGIN\r\n");
    EXPECT_EQ(told(login, "334 VXNlcm5hbWU6"), "Z3dAZXhhbXBsZS5uZXQ=\r\n");
    EXPECT_EQ(told(login, "334 UGFzc3dvcmQ6"), "cEBzcyB3MHJk\r\n");
    EXPECT_EQ(told(login, "235 ok"), "");
    EXPECT_TRUE(login.ready());

    (void)logging_in(SmtpMechanism::automatic, "PLAIN XOAUTH2", "ya29.TESTTOKEN", true, said);
    EXPECT_EQ(said,
              "AUTH XOAUTH2 "
              "dXNlcj1nd0BleGFtcGxlLm5ldAFhdXRoPUJlYXJlciB5YTI5LlRFU1RUT0tFTgEB\r\n");
    SmtpClient bearer =
        logging_in(SmtpMechanism::automatic, "PLAIN OAUTHBEARER", "ya29.TESTTOKEN", true, said);
    EXPECT_EQ(said,
              "AUTH OAUTHBEARER bixhPWd3QGV4YW1wbGUubmV0LAFob3N0PXNtdHAuZXhhbXBsZS5uZXQBcG9ydD01OD"
              "cBYXV0aD1CZWFyZXIgeWEyOS5URVNUVE9LRU4BAQ==\r\n");
    EXPECT_EQ(told(bearer, "334 eyJzdGF0dXMiOiI0MDEifQ=="), "AQ==\r\n");
    (void)told(bearer, "535 5.7.8 no");
    ASSERT_TRUE(bearer.failure());
    EXPECT_EQ(bearer.failure()->stage, SmtpStage::auth);
    EXPECT_EQ(bearer.failure()->reply.code, 535);

    SmtpClient none = logging_in(SmtpMechanism::plain, "LOGIN", "x", false, said);
    EXPECT_EQ(said, "");
    ASSERT_TRUE(none.failure());
    EXPECT_EQ(none.failure()->problem, SmtpProblem::no_mechanism);
}

TEST(SmtpClient, SaysALongTokenOnlyWhenItIsAskedFor) {
    std::string said;
    const std::string token(12'000, 't');
    SmtpClient client = logging_in(SmtpMechanism::xoauth2, "XOAUTH2", token, true, said);
    EXPECT_EQ(said, "AUTH XOAUTH2\r\n");
    EXPECT_GT(told(client, "334 ").size(), token.size());
    EXPECT_EQ(told(client, "334 eyJzdGF0dXMiOiI0MDEifQ=="), "\r\n");
}

TEST(SmtpClient, RefusesAddressesAndLettersThatCouldSayMoreThanTheyShould) {
    const auto problem_of = [](SmtpLetter bad, std::string_view extensions = "250 mx") {
        SmtpClient client = open(extensions);
        client.submit(std::move(bad));
        EXPECT_EQ(client.take_output(), "");
        EXPECT_TRUE(client.ready());
        const auto end = client.take_end();
        return end ? end->problem : SmtpProblem::none;
    };
    for (const std::string_view address :
         {"b@example.com>\r\nRCPT TO:<c@example.com", "b@example.com\r\nDATA", "b c@example.com",
          "b@exa mple.com", "\"b\"@example.com", "b@[127.0.0.1]", "b@", "@example.com", "b", "",
          "b@example..com", ".b@example.com", "b@-x.com"}) {
        SmtpLetter bad = letter();
        bad.recipient = address;
        EXPECT_EQ(problem_of(bad), SmtpProblem::broken) << address;
        bad = letter();
        bad.sender = address;
        EXPECT_EQ(problem_of(bad), SmtpProblem::broken) << address;
    }
    for (const std::string_view content :
         {"a\n.\nb\r\n", "a\r.\rb\r\n", "a\r\n.\r\rb\r\n", "a\n", "a\r"}) {
        SmtpLetter bad = letter();
        bad.content = content;
        EXPECT_EQ(problem_of(bad), SmtpProblem::broken) << content;
    }
    SmtpLetter bad = letter();
    bad.content = std::string(999, 'x') + "\r\n";
    EXPECT_EQ(problem_of(bad), SmtpProblem::broken);
    bad.content = std::string("a\0b\r\n", 5);
    EXPECT_EQ(problem_of(bad), SmtpProblem::broken);
    EXPECT_EQ(problem_of(letter(), "250-mx\r\n250 SIZE 20"), SmtpProblem::too_large);
    bad = letter();
    bad.recipient = "josé@example.com";
    EXPECT_EQ(problem_of(bad), SmtpProblem::no_utf8);
    bad = letter();
    bad.content = "Subject: x\r\n\r\nSí\r\n";
    EXPECT_EQ(problem_of(bad), SmtpProblem::broken);
}

TEST(SmtpClient, SaysWhatALetterBeyondAsciiNeeds) {
    SmtpClient client = open("250-mx\r\n250-8BITMIME\r\n250 SMTPUTF8");
    SmtpLetter mail = letter();
    mail.content = "Subject: x\r\n\r\nSí\r\n";
    client.submit(mail);
    EXPECT_EQ(client.take_output(), "MAIL FROM:<a@example.net> BODY=8BITMIME\r\n");
    SmtpClient other = open("250-mx\r\n250-8BITMIME\r\n250 SMTPUTF8");
    mail = letter();
    mail.recipient = "josé@example.com";
    other.submit(mail);
    EXPECT_EQ(other.take_output(), "MAIL FROM:<a@example.net> SMTPUTF8\r\n");
}

TEST(SmtpClient, EndsWhereTheServerDoesNotSpeakSmtp) {
    for (const std::string_view bytes :
         {"HTTP/1.1 400 Bad Request\r\n", "220 mx\n", "250-a\r\n550 b\r\n", "220-mx\r\n\r\n",
          "22 mx\r\n", "2200 mx\r\n", "120 mx\r\n", "220\tmx\r\n"}) {
        SmtpClient client(plain_options());
        client.received(bytes);
        ASSERT_TRUE(client.failure()) << bytes;
        EXPECT_EQ(client.failure()->problem, SmtpProblem::protocol) << bytes;
        EXPECT_EQ(client.take_wish(), SmtpWish::close);
    }
    SmtpClient client(plain_options());
    client.received(std::string(3000, '2'));
    EXPECT_TRUE(client.failure());
    SmtpClient idle = open("250 mx");
    (void)told(idle, "250 to what");
    EXPECT_TRUE(idle.failure());
}

TEST(SmtpClient, TakesTheNoticeThatTheServerCloses) {
    SmtpClient client = open("250 mx");
    client.submit(letter());
    (void)client.take_output();
    (void)told(client, "421 4.3.2 too many");
    const auto end = client.take_end();
    ASSERT_TRUE(end);
    EXPECT_EQ(end->stage, SmtpStage::mail);
    EXPECT_EQ(end->reply.code, 421);
    EXPECT_EQ(client.take_wish(), SmtpWish::close);
    EXPECT_FALSE(client.ready());
}

TEST(SmtpClient, SaysGoodbye) {
    SmtpClient client = open("250 mx");
    client.quit();
    EXPECT_EQ(client.take_output(), "QUIT\r\n");
    EXPECT_FALSE(client.ready());
    (void)told(client, "221 bye");
    EXPECT_EQ(client.take_wish(), SmtpWish::close);
    EXPECT_FALSE(client.failure());
}

TEST(SmtpReply, IsReadHoweverItsBytesAreCut) {
    const std::string bytes = "250-mx.example.com\r\n250-SIZE\r\n250\r\n354 go\r\n";
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        SmtpReplyReader reader;
        std::vector<SmtpReply> replies;
        for (const auto& part : {bytes.substr(0, cut), bytes.substr(cut)}) {
            reader.add(part);
            while (auto reply = reader.next()) replies.push_back(*reply);
        }
        ASSERT_EQ(replies.size(), 2u) << cut;
        EXPECT_EQ(replies[0], (SmtpReply{250, {"mx.example.com", "SIZE", ""}}));
        EXPECT_EQ(replies[1], (SmtpReply{354, {"go"}}));
        EXPECT_TRUE(reader.broken().empty());
        EXPECT_FALSE(reader.has_more());
    }
}

TEST(SmtpReply, LeadsWithItsStatusOrHasNone) {
    const auto status = [](int code, std::string text) {
        return SmtpReply{code, {std::move(text)}}.status();
    };
    EXPECT_EQ(status(550, "5.7.515 no"), (SmtpStatus{5, 7, 515}));
    EXPECT_EQ(status(550, "5.1.1"), (SmtpStatus{5, 1, 1}));
    EXPECT_EQ(status(450, "5.1.1 two classes"), SmtpStatus{});
    EXPECT_EQ(status(550, "5.1.1: no"), SmtpStatus{});
    EXPECT_EQ(status(550, "5.01.1 no"), SmtpStatus{});
    EXPECT_EQ(status(550, "5.1000.1 no"), SmtpStatus{});
    EXPECT_EQ(status(550, "10.0.0.1 listed"), SmtpStatus{});
}

TEST(SmtpExtensions, AreReadInAnyCaseAndSpelling) {
    const SmtpExtensions found = smtp_extensions(
        {250,
         {"mx", "pipelining", "Size 35882577", "AUTH=LOGIN", "auth XOAUTH2 PLAIN",
          "LIMITS RCPTMAX=9 MAILMAX=20", "X-NEW 1", "SMTPUTF8", "8bitmime", "SIZES 3"}});
    SmtpExtensions wanted;
    wanted.pipelining = wanted.login = wanted.xoauth2 = wanted.plain = true;
    wanted.utf8 = wanted.eight_bit = true;
    wanted.size_max = 35882577;
    wanted.mails_max = 20;
    EXPECT_EQ(found, wanted);
    EXPECT_FALSE(smtp_extensions({250, {"mx", "SIZE"}}).size_max);
    EXPECT_FALSE(smtp_extensions({250, {"mx", "SIZE 99999999999999999999999"}}).size_max);
}

}  // namespace
}  // namespace postern::adapters::email
