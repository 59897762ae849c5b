// The simulated relay, line by line: what it takes stands in the ledger, what it refuses does not.
#include "gateway/sim/smtp_session.h"

#include <gtest/gtest.h>

#include "gateway/sim/smtp_mail.h"

namespace postern::sim {
namespace {

constexpr std::string_view mail =
    "From: a@example.net\r\nDate: x\r\nMessage-ID: <1@example.net>\r\n\r\n.Hola\r\n";

struct Relay {
    explicit Relay(SmtpSecurity security = SmtpSecurity::none) : session(books(), security) {
        (void)session.take_output();
    }

    SmtpBooks books() {
        return {.login = [](std::string_view user,
                            std::string_view password) { return user == "u" && password == "p"; },
                .judge =
                    [this](std::string_view, std::string_view) {
                        return SmtpVerdict{fault, 0, later};
                    },
                .take =
                    [this](const SmtpEnvelope& envelope, std::string_view text, std::string_view) {
                        taken += envelope.to + ": " + std::string(text) + "\n";
                        id = envelope.id;
                        return std::string("Q1");
                    }};
    }
    std::string hear(std::string_view lines) {
        session.hear(std::string(lines) + "\r\n");
        return session.take_output();
    }
    /// The code of each reply.
    std::string codes(std::string_view lines) {
        const std::string said = hear(lines);
        std::string out;
        for (std::size_t at = 0; at < said.size(); at = said.find("\r\n", at) + 2) {
            if (said[at + 3] == ' ') out += said.substr(at, 4);
        }
        return out;
    }

    SendFault fault = SendFault::none;
    bool later = false;
    std::string taken;
    std::string id;  // of the last envelope
    SmtpSession session;
};

TEST(SmtpSession, TakesAMailByDataAndByChunks) {
    Relay relay;
    EXPECT_EQ(relay.codes("EHLO x\r\nAUTH PLAIN AHUAcA=="), "250 235 ");
    EXPECT_EQ(relay.codes("MAIL FROM:<a@x.y> SIZE=3\r\nRCPT TO:<b@x.y>\r\nDATA"), "250 250 354 ");
    EXPECT_EQ(relay.codes(std::string(mail.substr(0, mail.size() - 7)) + "..Hola\r\n."), "250 ");
    EXPECT_EQ(relay.taken, "b@x.y: .Hola\n");
    EXPECT_EQ(relay.codes("MAIL FROM:<a@x.y>\r\nRCPT TO:<c@x.y>\r\nBDAT " +
                          std::to_string(mail.size()) + " LAST\r\n" + std::string(mail) + "NOOP"),
              "250 250 250 250 ");
    EXPECT_EQ(relay.taken, "b@x.y: .Hola\nc@x.y: .Hola\n");
}

TEST(SmtpSession, LogsInByLoginAndRefusesAnother) {
    Relay relay;
    EXPECT_EQ(relay.codes("EHLO x\r\nAUTH LOGIN\r\ndQ==\r\ncA=="), "250 334 334 235 ");
    Relay early;
    EXPECT_EQ(early.codes("EHLO x\r\nAUTH LOGIN dQ==\r\ncA=="), "250 334 235 ");
    Relay wrong;
    EXPECT_EQ(wrong.codes("EHLO x\r\nAUTH PLAIN AHUAcQ=="), "250 535 ");
    EXPECT_EQ(wrong.codes("AUTH PLAIN =="), "501 ");
    EXPECT_EQ(wrong.codes("AUTH PLAIN"), "334 ");
    EXPECT_EQ(wrong.codes(""), "501 ");
}

TEST(SmtpSession, RefusesWhatTheStandardForbids) {
    const auto said = [](std::string_view lines) {
        Relay relay;
        return relay.codes(lines);
    };
    EXPECT_EQ(said("MAIL FROM:<a@x.y>"), "503 ");
    EXPECT_EQ(said("EHLO x\r\nRCPT TO:<a@x.y>"), "250 503 ");
    EXPECT_EQ(said("EHLO x\r\nDATA"), "250 503 ");
    EXPECT_EQ(said("EHLO x\r\nMAIL FROM:a@x.y"), "250 501 ");
    EXPECT_EQ(said("EHLO x\r\nMAIL FROM:<a b@x.y>"), "250 501 ");
    EXPECT_EQ(said("EHLO x\r\nMAIL FROM:<a@x.y>\r\nRCPT TO:<b>"), "250 250 501 ");
    EXPECT_EQ(said("EHLO x\nNOOP"), "500 ");
    EXPECT_EQ(said("VRFY x"), "503 ");
    EXPECT_EQ(said("EHLO x\r\nMAIL FROM:<a@x.y>\r\nRCPT TO:<b@x.y>\r\nDATA\r\nno headers\r\n."),
              "250 250 250 354 554 ");
}

TEST(SmtpSession, ReadsTheOptionsOfPathsAndRefusesOthers) {
    const auto said = [](std::string_view options) {
        Relay relay;
        return relay.codes("EHLO x\r\nMAIL FROM:<a@x.y> " + std::string(options)).substr(4);
    };
    EXPECT_EQ(said("SIZE=3 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=att+2B1 AUTH=<>"), "250 ");
    EXPECT_EQ(said("SIZE=99999999"), "552 ");
    EXPECT_EQ(said("SIZE=x"), "501 ");
    EXPECT_EQ(said("BODY=BINARYMIME"), "501 ");
    EXPECT_EQ(said("ENVID=a+2"), "501 ");
    EXPECT_EQ(said("RET=ALL"), "501 ");
    EXPECT_EQ(said("COLOUR=RED"), "555 ");
    Relay relay;
    EXPECT_EQ(relay.codes("EHLO x\r\nMAIL FROM:<ñ@x.y>\r\nMAIL FROM:<a@x.y>"), "250 553 250 ");
    EXPECT_EQ(relay.codes("RCPT TO:<ñ@x.y>\r\nRCPT TO:<b@x.y> SIZE=1"), "553 555 ");
    EXPECT_EQ(relay.codes("RCPT TO:<b@x.y> NOTIFY=FAILURE ORCPT=rfc822;b@x.y"), "250 ");
}

TEST(SmtpSession, WantsEightBitsAnnouncedAndChunksKeptApartFromData) {
    const std::string eight = "From: a@x.y\r\nDate: x\r\nMessage-ID: <1@x.y>\r\n\r\nñ\r\n.";
    Relay relay;
    EXPECT_EQ(relay.codes("EHLO x\r\nMAIL FROM:<a@x.y>\r\nRCPT TO:<b@x.y>\r\nDATA\r\n" + eight),
              "250 250 250 354 554 ");
    EXPECT_EQ(relay.codes("MAIL FROM:<a@x.y> BODY=8BITMIME ENVID=att+2B1\r\nRCPT TO:<b@x.y>\r\n"
                          "DATA\r\n" +
                          eight),
              "250 250 354 250 ");
    EXPECT_EQ(relay.id, "att+1");
    EXPECT_EQ(relay.codes("MAIL FROM:<a@x.y>\r\nRCPT TO:<b@x.y>\r\nBDAT 3\r\nabcDATA"),
              "250 250 250 503 ");
}

TEST(SmtpSession, TakesNothingBeforeTlsWhereItIsWantedAndForgetsWhatWasSaid) {
    Relay relay(SmtpSecurity::wanted);
    EXPECT_NE(relay.hear("EHLO x").find("250-STARTTLS\r\n"), std::string::npos);
    EXPECT_EQ(relay.codes("MAIL FROM:<a@x.y>\r\nAUTH PLAIN AHUAcA=="), "530 538 ");
    EXPECT_FALSE(relay.session.take_tls_wish());
    // What is sent behind it in clear is not heard: whoever put it there is not the client.
    EXPECT_EQ(relay.codes("STARTTLS\r\nEHLO x\r\nMAIL FROM:<evil@x.y>"), "220 ");
    EXPECT_TRUE(relay.session.take_tls_wish());
    EXPECT_EQ(relay.codes("MAIL FROM:<a@x.y>"), "503 ") << "EHLO anew";
    const std::string hello = relay.hear("EHLO x");
    EXPECT_EQ(hello.find("STARTTLS"), std::string::npos);
    EXPECT_NE(hello.find("AUTH PLAIN LOGIN"), std::string::npos);
    EXPECT_EQ(relay.codes("STARTTLS\r\nAUTH PLAIN AHUAcA==\r\nMAIL FROM:<a@x.y>"), "502 235 250 ");
}

TEST(SmtpSession, TakesWhatIsRefusedLater) {
    Relay relay;
    relay.fault = SendFault::unreachable;
    relay.later = true;
    EXPECT_EQ(relay.codes("EHLO x\r\nMAIL FROM:<a@x.y>\r\nRCPT TO:<b@x.y>\r\nDATA\r\n" +
                          std::string(mail) + "."),
              "250 250 250 354 250 ");
    EXPECT_EQ(relay.taken, "b@x.y: Hola\n");
}

TEST(SmtpSession, RefusesAsTheFaultSays) {
    const auto said = [](SendFault fault) {
        Relay relay;
        relay.fault = fault;
        const std::string out = relay.codes("EHLO x\r\nMAIL FROM:<a@x.y>\r\nRCPT TO:<b@x.y>");
        EXPECT_EQ(relay.taken, "");
        return out.substr(8);
    };
    EXPECT_EQ(said(SendFault::unreachable), "550 ");
    EXPECT_EQ(said(SendFault::blocked), "550 ");
    EXPECT_EQ(said(SendFault::rate_limited), "450 ");
    EXPECT_EQ(said(SendFault::server_error), "451 ");
    EXPECT_EQ(said(SendFault::unavailable), "421 ");
    EXPECT_EQ(said(SendFault::revoked), "530 ");
}

TEST(SmtpSession, BreaksBeforeOrAfterItHasTakenTheMail) {
    for (const SendFault fault : {SendFault::reset_before, SendFault::reset_after}) {
        Relay relay;
        relay.fault = fault;
        (void)relay.hear("EHLO x\r\nMAIL FROM:<a@x.y>\r\nRCPT TO:<b@x.y>\r\nDATA\r\n" +
                         std::string(mail) + ".");
        EXPECT_TRUE(relay.session.broken());
        EXPECT_EQ(relay.taken.empty(), fault == SendFault::reset_before);
    }
}

TEST(SmtpMail, ReadsTheTextWhereverItStands) {
    EXPECT_EQ(mail_text("A: b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nS=C3=AD =\r\n"
                        "no\r\n"),
              "Sí no");
    EXPECT_EQ(mail_text("Content-Transfer-Encoding: BASE64\r\n\r\nSG9s\r\nYQ==\r\n"), "Hola");
    EXPECT_EQ(mail_text("Content-Type: multipart/mixed;\r\n boundary=\"b\"\r\n\r\n--b\r\n"
                        "Content-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\n"
                        "Content-Type: text/html\r\n\r\n<p>\r\n--c\r\n"
                        "Content-Type: text/plain\r\n\r\nHola\r\n--c--\r\n--b--\r\n"),
              "Hola");
    EXPECT_EQ(mail_text("Content-Type: image/png\r\n\r\nx\r\n"), "");
    EXPECT_EQ(mail_fault(mail), "");
    EXPECT_NE(mail_fault("From: a\r\nFrom: b\r\nDate: x\r\nMessage-ID: <a@b>\r\n\r\n"), "");
    EXPECT_NE(mail_fault("From: a\nDate: x\r\nMessage-ID: <a@b>\r\n\r\n"), "");
}

}  // namespace
}  // namespace postern::sim
