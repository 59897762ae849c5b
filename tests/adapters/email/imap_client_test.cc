// What the IMAP client does in a mailbox, against responses written by hand, after RFC 9051, 3501,
// 2177, 4315 and 6851.
#include "adapters/email/imap_client.h"

#include "tests/adapters/email/imap_session.h"

namespace postern::adapters::email {
namespace {

constexpr std::string_view mail = "Subject: x\r\n\r\nhola\r\n";  // 20 bytes

TEST(ImapClient, TakesAMailAndMarksItOnceItIsSafe) {
    Session s;
    EXPECT_EQ(s.open("IDLE", " 4"), "P4 UID FETCH 4 (UID RFC822.SIZE)\r\n");
    EXPECT_EQ(s.told("* 1 FETCH (UID 4 RFC822.SIZE 20)\r\nP4 OK done\r\n"),
              "P5 UID FETCH 4 (UID BODY.PEEK[])\r\n");
    EXPECT_EQ(s.told("* 1 FETCH (FLAGS (\\Recent) UID 4 BODY[] {20}\r\n" + std::string(mail) +
                     ")\r\nP5 OK done\r\n"),
              "");
    const auto got = s.client.take_mail();
    ASSERT_TRUE(got);
    EXPECT_EQ(got->bytes, mail);
    EXPECT_EQ(got->problem, "");
    EXPECT_EQ(got->validity, 17u);
    EXPECT_EQ(got->uid, 4u);
    EXPECT_TRUE(s.client.holds_mail());
    s.client.settle(ImapSettled::taken);
    EXPECT_EQ(s.client.take_output(), "P6 UID STORE 4 +FLAGS.SILENT (\\Seen)\r\n");
    EXPECT_EQ(s.memory.durable.size(), 1u);
    EXPECT_EQ(s.told("P6 OK done\r\n"), "P7 IDLE\r\n");
    EXPECT_TRUE(s.memory.durable.empty());
    EXPECT_EQ(s.told("+ idling\r\n"), "");
    EXPECT_TRUE(s.client.idling());
    EXPECT_EQ(s.told("* 4 EXISTS\r\n"), "DONE\r\n");
    EXPECT_EQ(s.told("P7 OK done\r\n"), "P8 UID SEARCH UID 5:* UNSEEN UNDELETED\r\n");
    // The last mail there is, though its number is below what was asked for.
    EXPECT_EQ(s.told("* SEARCH 4\r\nP8 OK done\r\n"), "P9 IDLE\r\n");
}

TEST(ImapClient, SaysTheSameHoweverTheBytesAreSplit) {
    const std::vector<std::string> server = {
        "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi {3}\r\n",
        "P1 OK [CAPABILITY IMAP4rev1 IDLE UIDPLUS] in\r\n",
        "* 1 EXISTS\r\n* OK [UIDVALIDITY 9] x\r\nP2 OK [READ-WRITE] open\r\n",
        "* SEARCH 4\r\nP3 OK found\r\n",
        "* 1 FETCH (UID 4 ENVELOPE (NIL \"a\\\")\" {5}\r\n{1}\r\n ((NIL)) ~{2}\r\n\r\n)"
        " RFC822.SIZE 20)\r\nP4 OK done\r\n",
        "* 1 FETCH (BODY[] {20}\r\n" + std::string(mail) + " UID 4)\r\nP5 OK done\r\n",
    };
    std::string whole;
    for (const std::string& part : server) whole += part;
    const auto run = [&](std::size_t cut) {
        Session s;
        std::string said;
        std::size_t at = 0;
        // The server waits for each command, so a packet ends where one of its turns does.
        for (const std::string& part : server) {
            const std::size_t here = cut > at && cut < at + part.size() ? cut - at : 0;
            s.client.received(std::string_view(part).substr(0, here));
            said += s.client.take_output();
            s.client.received(std::string_view(part).substr(here));
            said += s.client.take_output();
            at += part.size();
        }
        const auto got = s.client.take_mail();
        return said + (got ? got->bytes : "nothing: " + s.failed());
    };
    const std::string once = run(0);
    EXPECT_TRUE(once.ends_with(mail)) << once;
    for (std::size_t cut = 1; cut < whole.size(); ++cut) ASSERT_EQ(run(cut), once) << cut;
    // Byte by byte, too.
    Session s;
    for (const std::string& part : server) {
        for (const char c : part) s.client.received(std::string_view(&c, 1));
    }
    EXPECT_EQ(s.client.take_mail()->bytes, mail);
}

TEST(ImapClient, WhatIsSafeButUnmarkedIsMarkedByTheNextConnectionUnfetched) {
    Session first;
    (void)first.open("IDLE", " 4");
    (void)first.told("* 1 FETCH (UID 4 RFC822.SIZE 20)\r\nP4 OK done\r\n");
    (void)first.told("* 1 FETCH (UID 4 BODY[] \"a: b\")\r\nP5 OK done\r\n");
    ASSERT_TRUE(first.client.take_mail());
    (void)first.told("* BYE going down\r\n");
    EXPECT_EQ(first.failed(), "unavailable");
    first.memory.keep(17, 4, ImapSettled::taken);
    first.memory.keep(16, 5, ImapSettled::taken);  // of another mailbox: nothing

    Session second;
    second.memory = first.memory;
    EXPECT_EQ(second.open("IDLE", " 4 7"), "P4 UID STORE 4 +FLAGS.SILENT (\\Seen)\r\n");
    EXPECT_EQ(second.told("P4 OK done\r\n"), "P5 UID FETCH 7 (UID RFC822.SIZE)\r\n");

    Session third;  // the mailbox was made anew: 4 is another mail
    third.memory = first.memory;
    third.memory.validity = 16;
    EXPECT_EQ(third.open("IDLE", " 4"), "P4 UID FETCH 4 (UID RFC822.SIZE)\r\n");
    EXPECT_TRUE(third.memory.durable.empty());
}

/// From the mail's size to what is said once it was settled.
std::string marked(ImapAfter after, std::string_view capabilities, ImapSettled how) {
    Session s(options_of(after));
    (void)s.open(capabilities, " 4");
    (void)s.told("* 1 FETCH (UID 4 RFC822.SIZE 20)\r\nP4 OK done\r\n");
    (void)s.told("* 1 FETCH (UID 4 BODY[] \"a: b\")\r\nP5 OK done\r\n");
    (void)s.client.take_mail();
    s.client.settle(how);
    std::string all;
    for (int tag = 6; tag < 10; ++tag) {
        const std::string said = s.client.take_output();
        if (said.empty()) break;
        if (said.ends_with("IDLE\r\n")) return all;
        all += said.substr(said.find(' ') + 1);
        s.client.received("P" + std::to_string(tag) + " OK done\r\n");
    }
    return all + "(no IDLE)";
}

TEST(ImapClient, DeletesOrMovesByWhatTheServerCan) {
    using enum ImapSettled;
    constexpr std::string_view deleted = "UID STORE 4 +FLAGS.SILENT (\\Seen \\Deleted)\r\n";
    EXPECT_EQ(marked(ImapAfter::remove, "IDLE UIDPLUS", taken),
              std::string(deleted) + "UID EXPUNGE 4\r\n");
    // EXPUNGE alone would take what others have marked: it stays, marked.
    EXPECT_EQ(marked(ImapAfter::remove, "IDLE", taken), deleted);
    EXPECT_EQ(marked(ImapAfter::move, "IDLE MOVE UIDPLUS", taken), "UID MOVE 4 \"Done\"\r\n");
    EXPECT_EQ(marked(ImapAfter::move, "IDLE UIDPLUS", taken),
              "UID COPY 4 \"Done\"\r\n" + std::string(deleted) + "UID EXPUNGE 4\r\n");
    EXPECT_EQ(marked(ImapAfter::move, "IDLE MOVE", set_aside),
              "UID STORE 4 +FLAGS.SILENT (\\Seen \\Flagged)\r\n");
    EXPECT_EQ(marked(ImapAfter::remove, "IDLE UIDPLUS", set_aside),
              "UID STORE 4 +FLAGS.SILENT (\\Seen \\Flagged)\r\n");
}

TEST(ImapClient, MakesTheFolderThatIsNotThereOnce) {
    Session s(options_of(ImapAfter::move));
    (void)s.open("IDLE MOVE", " 4");
    (void)s.told("* 1 FETCH (UID 4 RFC822.SIZE 20)\r\nP4 OK done\r\n");
    (void)s.told("* 1 FETCH (UID 4 BODY[] \"a: b\")\r\nP5 OK done\r\n");
    (void)s.client.take_mail();
    s.client.settle(ImapSettled::taken);
    (void)s.client.take_output();
    EXPECT_EQ(s.told("P6 NO [TRYCREATE] no such mailbox\r\n"), "P7 CREATE \"Done\"\r\n");
    EXPECT_EQ(s.told("P7 OK made\r\n"), "P8 UID MOVE 4 \"Done\"\r\n");
    // It still will not: the mail stays, others go on, and it is known to be safe.
    EXPECT_EQ(s.told("P8 NO [TRYCREATE] no such mailbox\r\n"), "P9 IDLE\r\n");
    EXPECT_EQ(s.client.take_mark_problem(), "no such mailbox");
    EXPECT_EQ(s.memory.durable.count(4), 1u);
}

TEST(ImapClient, AMailThatFoundNoRoomIsFetchedAgainAndStandsBeforeTheOthers) {
    Session s;
    (void)s.open("IDLE", " 4 5");
    (void)s.told(
        "* 1 FETCH (UID 4 RFC822.SIZE 20)\r\n* 2 FETCH (UID 5 RFC822.SIZE 9)\r\n"
        "P4 OK done\r\n");
    (void)s.told("* 1 FETCH (UID 4 BODY[] \"a: b\")\r\nP5 OK done\r\n");
    ASSERT_TRUE(s.client.take_mail());
    s.client.settle(ImapSettled::later);
    EXPECT_EQ(s.client.take_output(), "");
    EXPECT_TRUE(s.client.holds_mail());
    s.client.look(false);
    EXPECT_EQ(s.client.take_output(), "P6 UID FETCH 4 (UID BODY.PEEK[])\r\n");
}

TEST(ImapClient, AMailThatIsTooLargeIsAskedForItsHeadersAlone) {
    ImapOptions options = options_of();
    options.mail_bytes_max = 100;
    Session s(options);
    (void)s.open("IDLE", " 4");
    EXPECT_EQ(s.told("* 1 FETCH (UID 4 RFC822.SIZE 101)\r\nP4 OK done\r\n"),
              "P5 UID FETCH 4 (UID BODY.PEEK[HEADER]<0.65536>)\r\n");
    (void)s.told("* 1 FETCH (UID 4 BODY[HEADER]<0> {6}\r\na: b\r\n)\r\nP5 OK done\r\n");
    const auto got = s.client.take_mail();
    ASSERT_TRUE(got);
    EXPECT_EQ(got->bytes, "a: b\r\n");
    EXPECT_EQ(got->problem, "a mail of 101 bytes, beyond 100: it stays in the mailbox, flagged");
}

TEST(ImapClient, AMailLargerThanItsSizeIsReadPastAndTheNextOneComes) {
    ImapOptions options = options_of();
    options.mail_bytes_max = 100;
    Session s(options);
    (void)s.open("IDLE", " 4 5");
    (void)s.told(
        "* 1 FETCH (UID 4 RFC822.SIZE 1)\r\n* 2 FETCH (UID 5 RFC822.SIZE 9)\r\n"
        "P4 OK done\r\n");
    s.client.received("* 1 FETCH (UID 4 BODY[] {200000}\r\n");
    for (int i = 0; i < 200; ++i) s.client.received(std::string(1000, 'x'));
    (void)s.told(")\r\nP5 OK done\r\n");
    const auto got = s.client.take_mail();
    ASSERT_TRUE(got);
    EXPECT_NE(got->problem, "");
    EXPECT_LE(got->bytes.size(), 100u + (64u << 10));
    s.client.settle(ImapSettled::set_aside);
    EXPECT_EQ(s.client.take_output(), "P6 UID STORE 4 +FLAGS.SILENT (\\Seen \\Flagged)\r\n");
    EXPECT_EQ(s.told("P6 OK done\r\n"), "P7 UID FETCH 5 (UID BODY.PEEK[])\r\n");
}

/// One connection's talk up to the fetch of the first mail of two; what is asked of it.
std::string fetch_of(Session& s) {
    (void)s.open("IDLE", " 4 5");
    const std::string said = s.told(
        "* 1 FETCH (UID 4 RFC822.SIZE 20)\r\n* 2 FETCH (UID 5 RFC822.SIZE 9)\r\n"
        "P4 OK done\r\n");
    const std::size_t number = said.find("FETCH ");
    return number == std::string::npos ? said : said.substr(number + 6);
}
constexpr std::string_view whole_4 = "4 (UID BODY.PEEK[])\r\n";
constexpr std::string_view head_4 = "4 (UID BODY.PEEK[HEADER]<0.65536>)\r\n";

TEST(ImapClient, AMailThatEndsEveryConnectionDoesNotBlockTheOthersForEver) {
    for (const std::string_view part : {"* 1 FETCH (UID 4 BODY[] {20}\r\nSubj",
                                        "* 1 FETCH (UID 4 BODY[] NIL)\r\nP5 OK done\r\n"}) {
        ImapMemory memory;
        std::vector<std::string> asked;
        for (int minute = 0; minute < 37; ++minute) {
            Session s;
            s.memory = memory;
            s.memory.now = std::chrono::minutes(minute);
            asked.push_back(fetch_of(s));
            if (const auto got = s.client.take_mail()) {
                EXPECT_EQ(minute, 36);
                EXPECT_EQ(got->bytes, "");
                EXPECT_NE(got->problem, "");
            }
            if (!asked.back().empty()) (void)s.told(part);
            EXPECT_EQ(s.failed(), part.ends_with("done\r\n") && minute < 36 ? "unavailable" : "");
            memory = s.memory;
        }
        EXPECT_EQ(asked[30], whole_4) << "half an hour's trouble is no reason";
        EXPECT_EQ(asked[31], head_4);
        EXPECT_EQ(asked[35], head_4);
        EXPECT_EQ(asked[36], "");
    }
}

TEST(ImapClient, AServerThatIsUnwellCostsNoMail) {
    for (const std::string_view ending : {"P5 NO [SERVERBUG] later\r\n", "P5 BAD throttled\r\n",
                                          "* BYE [UNAVAILABLE] bye\r\n", ""}) {
        ImapMemory memory;
        int passed = 0;
        for (int hour = 0; hour < 60; ++hour) {
            Session s;
            s.memory = memory;
            s.memory.now = std::chrono::hours(hour);
            const std::string asked = fetch_of(s);
            // Never its headers alone, and it is not given up; but the other one has its turn.
            if (asked != whole_4) {
                EXPECT_EQ(asked, "5 (UID BODY.PEEK[])\r\n") << ending;
                EXPECT_TRUE(s.client.passed_over());
                ++passed;
            }
            (void)s.told(ending);
            EXPECT_FALSE(s.client.take_mail());
            EXPECT_EQ(s.memory.hard_attempts, 0u);
            memory = s.memory;
        }
        EXPECT_EQ(passed, 10) << ending;
    }
}

TEST(ImapClient, WhatWasPassedOverIsLookedAtAgain) {
    Session s;
    s.memory.validity = 17;
    s.memory.hard_uid = 4;
    s.memory.vain_attempts = 5;
    EXPECT_EQ(fetch_of(s), "5 (UID BODY.PEEK[])\r\n");
    EXPECT_EQ(s.told("P5 OK none\r\n"), "P6 IDLE\r\n");
    (void)s.told("+ go on\r\n");
    EXPECT_TRUE(s.client.passed_over());
    s.client.look(true);
    (void)s.client.take_output();
    EXPECT_EQ(s.told("P6 OK done\r\n"), "P7 UID SEARCH UNSEEN UNDELETED\r\n");
    EXPECT_FALSE(s.client.passed_over());
    EXPECT_EQ(s.told("* SEARCH 4\r\nP7 OK done\r\n"), "P8 UID FETCH 4 (UID RFC822.SIZE)\r\n");
    EXPECT_EQ(s.told("* 1 FETCH (UID 4 RFC822.SIZE 9)\r\nP8 OK done\r\n"),
              "P9 UID FETCH 4 (UID BODY.PEEK[])\r\n");
}

TEST(ImapClient, AMailIsCopiedOnceHoweverOftenItIsNotTakenAway) {
    Session first(options_of(ImapAfter::move));
    (void)first.open("IDLE UIDPLUS", " 4");
    (void)first.told("* 1 FETCH (UID 4 RFC822.SIZE 20)\r\nP4 OK done\r\n");
    (void)first.told("* 1 FETCH (UID 4 BODY[] \"a: b\")\r\nP5 OK done\r\n");
    (void)first.client.take_mail();
    first.client.settle(ImapSettled::taken);
    EXPECT_EQ(first.client.take_output(), "P6 UID COPY 4 \"Done\"\r\n");
    const std::string_view store = "UID STORE 4 +FLAGS.SILENT (\\Seen \\Deleted)\r\n";
    EXPECT_EQ(first.told("P6 OK copied\r\n"), "P7 " + std::string(store));
    EXPECT_EQ(first.told("P7 NO not now\r\n"), "P8 IDLE\r\n");

    Session second(options_of(ImapAfter::move));
    second.memory = first.memory;
    EXPECT_EQ(second.open("IDLE UIDPLUS", " 4"), "P4 " + std::string(store));
    EXPECT_EQ(second.told("P4 OK done\r\n"), "P5 UID EXPUNGE 4\r\n");
    (void)second.told("P5 OK done\r\n");
    EXPECT_TRUE(second.memory.copied.empty());
}

TEST(ImapClient, AMailThatIsGoneSinceItWasFoundIsPassedOver) {
    Session s;
    (void)s.open("IDLE", " 4 5 6");
    EXPECT_EQ(s.told("* 2 EXPUNGE\r\n* 1 FETCH (UID 4 RFC822.SIZE 20)\r\n"
                     "* 2 FETCH (UID 6 RFC822.SIZE 20)\r\nP4 OK done\r\n"),
              "P5 UID FETCH 4 (UID BODY.PEEK[])\r\n");
    EXPECT_EQ(s.told("P5 OK none\r\n"), "P6 UID FETCH 6 (UID BODY.PEEK[])\r\n");
}

TEST(ImapClient, AsksFromTimeToTimeWhereThereIsNoIdle) {
    Session s;
    EXPECT_EQ(s.open("UIDPLUS", ""), "");
    EXPECT_TRUE(s.client.resting());
    EXPECT_FALSE(s.client.idling());
    s.client.look(false);
    EXPECT_EQ(s.client.take_output(), "P4 NOOP\r\n");
    EXPECT_EQ(s.told("P4 OK done\r\n"), "");
    s.client.look(false);
    (void)s.client.take_output();
    EXPECT_EQ(s.told("* 4 EXISTS\r\n* 1 RECENT\r\nP5 OK done\r\n"),
              "P6 UID SEARCH UNSEEN UNDELETED\r\n");
    EXPECT_EQ(s.told("* SEARCH\r\nP6 OK done\r\n"), "");
    s.client.look(true);
    EXPECT_EQ(s.client.take_output(), "P7 UID SEARCH UNSEEN UNDELETED\r\n");
}

TEST(ImapClient, AnIdleThatIsRefusedIsNotAskedForAgain) {
    Session s;
    EXPECT_EQ(s.open("IDLE", ""), "P4 IDLE\r\n");
    EXPECT_EQ(s.told("P4 BAD what\r\n"), "");
    EXPECT_TRUE(s.client.resting());
    s.client.look(false);
    EXPECT_EQ(s.client.take_output(), "P5 NOOP\r\n");
}

TEST(ImapClient, AnIdleBegunAnewLooksAtAllOfTheMailbox) {
    Session s;
    (void)s.open("IDLE", "");
    (void)s.told("+ go on\r\n");
    EXPECT_EQ(s.told("* OK Still here\r\n* 1 EXPUNGE\r\n"), "");
    s.client.look(true);
    EXPECT_EQ(s.client.take_output(), "DONE\r\n");
    EXPECT_EQ(s.told("P4 OK done\r\n"), "P5 UID SEARCH UNSEEN UNDELETED\r\n");
}

}  // namespace
}  // namespace postern::adapters::email
