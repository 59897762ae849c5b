// How the IMAP client gets in and what it makes of single responses, after RFC 9051, 3501, 4959,
// 5530 and 7628; names of mailboxes; the settings that all of it comes from.
#include "adapters/email/email.h"
#include "adapters/email/imap_settings.h"
#include "adapters/email/imap_words.h"
#include "tests/adapters/email/imap_session.h"

namespace postern::adapters::email {
namespace {

TEST(ImapClient, BeginsTlsAndBelievesNothingThatWasSaidBefore) {
    ImapOptions options = options_of();
    options.tls = SmtpTls::starttls;
    Session s(options);
    EXPECT_EQ(s.told("* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] hi\r\n"),
              "P1 STARTTLS\r\n");
    (void)s.told("P1 OK go\r\n");
    EXPECT_EQ(s.client.take_wish(), ImapWish::start_tls);
    s.client.secured();
    EXPECT_EQ(s.client.take_output(), "P2 CAPABILITY\r\n");
    EXPECT_EQ(s.told("* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\nP2 OK done\r\n"),
              "P3 AUTHENTICATE PLAIN\r\n");
    EXPECT_EQ(s.told("+\r\n"), "AGFuYQBzM2NyZXQ=\r\n");
    EXPECT_EQ(s.told("P3 OK in\r\n"), "P4 CAPABILITY\r\n");
    EXPECT_EQ(s.told("* CAPABILITY IMAP4rev1 IDLE\r\nP4 OK done\r\n"), "P5 SELECT \"INBOX\"\r\n");

    Session injected(options);
    (void)injected.told("* OK [CAPABILITY STARTTLS] hi\r\n");
    (void)injected.told("P1 OK go\r\nP2 OK hm\r\n");
    EXPECT_EQ(injected.failed(), "protocol");
    EXPECT_EQ(injected.client.take_wish(), ImapWish::nothing);

    Session none(options);
    EXPECT_EQ(none.told("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi\r\n"), "");
    EXPECT_EQ(none.failed(), "no_tls");
    Session known(options);
    EXPECT_EQ(known.told("* PREAUTH [CAPABILITY IMAP4rev1] welcome\r\n"), "");
    EXPECT_EQ(known.failed(), "no_tls");
}

TEST(ImapClient, LogsInByWhatTheServerOffers) {
    Session plain;
    EXPECT_EQ(plain.told("* OK [CAPABILITY IMAP4rev1] hi\r\n"), "P1 LOGIN \"ana\" \"s3cret\"\r\n");
    Session disabled;
    EXPECT_EQ(disabled.told("* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hi\r\n"), "");
    EXPECT_EQ(disabled.failed(), "no_mechanism");
    Session known;
    EXPECT_EQ(known.told("* PREAUTH hi\r\n"), "P1 CAPABILITY\r\n");
    EXPECT_EQ(known.told("* CAPABILITY IMAP4rev1\r\nP1 OK done\r\n"), "P2 SELECT \"INBOX\"\r\n");

    ImapOptions far = options_of();
    far.login.username = "a\"n\\a";
    far.login.secret = Secret("señal");
    Session literal(far);
    EXPECT_EQ(literal.told("* OK [CAPABILITY IMAP4rev1] hi\r\n"), "P1 LOGIN {5}\r\n");
    EXPECT_EQ(literal.told("+ \r\n"), "a\"n\\a {6}\r\n");
    EXPECT_EQ(literal.told("+ \r\n"), "señal\r\n");
    EXPECT_EQ(literal.told("P1 OK in\r\n"), "P2 CAPABILITY\r\n");
    far.login.secret = Secret("señal\r\nP2 LOGOUT");
    Session smuggled(far);
    EXPECT_EQ(smuggled.told("* OK [CAPABILITY IMAP4rev1] hi\r\n"), "");
    EXPECT_EQ(smuggled.failed(), "no_mechanism");

    ImapOptions token = options_of();
    token.login.token = true;
    Session oauth(token);
    EXPECT_EQ(oauth.told("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2 AUTH=PLAIN] hi\r\n"),
              "P1 AUTHENTICATE XOAUTH2 dXNlcj1hbmEBYXV0aD1CZWFyZXIgczNjcmV0AQE=\r\n");
    EXPECT_EQ(oauth.told("+ eyJzdGF0dXMiOiI0MDAifQ==\r\n"), "\r\n");
    (void)oauth.told("P1 NO [AUTHENTICATIONFAILED] no\r\n");
    EXPECT_EQ(oauth.failed(), "login_refused");
}

TEST(ImapClient, TellsWhatEndedIt) {
    const auto after_login = [](std::string_view answer) {
        Session s;
        (void)s.told("* OK [CAPABILITY IMAP4rev1] hi\r\n");
        (void)s.told(answer);
        return s.failed();
    };
    EXPECT_EQ(after_login("P1 NO [AUTHENTICATIONFAILED] wrong\r\n"), "login_refused");
    EXPECT_EQ(after_login("P1 NO wrong\r\n"), "login_refused");
    EXPECT_EQ(after_login("P1 NO [UNAVAILABLE] later\r\n"), "unavailable");
    EXPECT_EQ(after_login("* BYE too many\r\n"), "unavailable");
    EXPECT_EQ(after_login("P9 OK in\r\n"), "protocol");
    EXPECT_EQ(after_login("* 1 FETCH (UID\r\n"), "protocol");
    EXPECT_EQ(after_login("hm\n"), "protocol");
    EXPECT_EQ(after_login("* 1 FETCH (X {9999999999}\r\n"), "protocol");

    const auto selected = [](ImapAfter after, std::string_view answer) {
        Session s(options_of(after));
        (void)s.told("* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n");
        (void)s.told("P1 OK done\r\n");
        (void)s.told(answer);
        return s.failed();
    };
    using enum ImapAfter;
    EXPECT_EQ(selected(seen, "P2 NO [NONEXISTENT] none\r\n"), "no_mailbox");
    EXPECT_EQ(selected(seen, "P2 NO [INUSE] later\r\n"), "unavailable");
    EXPECT_EQ(selected(seen, "P2 OK [READ-ONLY] look\r\n"), "cannot_mark");
    constexpr std::string_view few = "* OK [PERMANENTFLAGS (\\Seen)] x\r\nP2 OK [READ-WRITE] x\r\n";
    EXPECT_EQ(selected(seen, few), "");
    EXPECT_EQ(selected(remove, few), "cannot_mark");
}

TEST(ImapReply, ReadsFactsAndSkipsTheRest) {
    std::vector<ImapLiteral> literals = {{"a{1}", false}, {"body", true}};
    const auto fetch = imap_reply(
        "* 12 FETCH (FLAGS (\\Seen $x) BODYSTRUCTURE (({4} \"x\" NIL)(1 2)) MODSEQ (9) "
        "BODY[HEADER.FIELDS (DATE FROM)]<0> {4} UID 7 RFC822.SIZE 5000000000)",
        literals);
    ASSERT_TRUE(fetch);
    EXPECT_EQ(fetch->kind, ImapKind::fetch);
    EXPECT_EQ(fetch->fetched, (ImapFetched{7, 5'000'000'000, "body", true}));

    std::vector<ImapLiteral> none;
    EXPECT_EQ(imap_reply("* SEARCH 2 84 (MODSEQ 9)", none)->numbers,
              (std::vector<std::uint32_t>{2, 84}));
    const auto status = imap_reply("* ok [UIDNEXT 4392] Predicted [next]", none);
    EXPECT_EQ(status->code + "|" + status->code_value + "|" + status->text,
              "UIDNEXT|4392|Predicted [next]");
    EXPECT_EQ(imap_reply("* LIST () \"/\" x", none)->kind, ImapKind::other);
    EXPECT_EQ(imap_reply("+", none)->kind, ImapKind::more);
    for (const char* wrong :
         {"", "*", "* ", "P1", "P1 BYE x", "* 1", "* 99999999999 EXISTS", "* 1 FETCH (UID x)",
          "* 1 FETCH (UID 1", "* 1 FETCH (BODY[] \"a", "* 1 FETCH (BODY[] {3})", "* 1 FETCH UID 1",
          "* 1 FETCH (X ))", "* 1 FETCH (X (((((((((((((((((((((((((((((((((((((1)"}) {
        EXPECT_FALSE(imap_reply(wrong, none)) << wrong;
    }
}

TEST(ImapReader, KeepsNoMoreThanItNeedsOfALine) {
    const auto answer = [](std::string_view begin, std::size_t bytes) {
        ImapReader reader(100);
        std::string line(begin);
        while (line.size() < bytes) line += " 7";
        reader.add(line);
        (void)reader.next();
        const bool whole = reader.broken().empty();
        reader.add("\r\n");
        const auto reply = reader.next();
        EXPECT_EQ(whole, reply.has_value());
        return reply ? reply->words.size() + reply->numbers.size() : 0;
    };
    EXPECT_EQ(answer("* SEARCH", 1'000'000), 499'996u);
    EXPECT_EQ(answer("* search", 17'000'000), 0u);
    EXPECT_EQ(answer("* CAPABILITY", 100'000), 200u);
    EXPECT_EQ(answer("* CAPABILITY", 1'000'000), 0u);
}

TEST(ImapClient, KeepsNoMoreUidsThanItCanUse) {
    std::string line = "* SEARCH";
    for (int i = 0; i < 400'000; ++i) line += " 4";
    line += "\r\n";
    Session s;
    // A search of which something was left out says nothing of what is gone.
    s.memory.validity = 17;
    s.memory.keep(17, 9, ImapSettled::taken);
    EXPECT_EQ(s.open("IDLE", " 4\r\n" + line + line + line + "* SEARCH"),
              "P4 UID FETCH 4 (UID RFC822.SIZE)\r\n");
    EXPECT_EQ(s.memory.durable.size(), 1u);
    EXPECT_EQ(s.told("* 1 FETCH (UID 7 RFC822.SIZE 20)\r\n* 2 FETCH (UID 4 RFC822.SIZE 20)\r\n"
                     "P4 OK done\r\n"),
              "P5 UID FETCH 4 (UID BODY.PEEK[])\r\n");
    EXPECT_EQ(s.told("P5 OK none\r\n"), "P6 UID SEARCH UNSEEN UNDELETED\r\n");
}

TEST(ImapWords, NamesOfMailboxesGoInModifiedUtf7) {
    EXPECT_EQ(imap_mailbox("INBOX"), "\"INBOX\"");
    EXPECT_EQ(imap_mailbox("a&b \"c\\d"), "\"a&-b \\\"c\\\\d\"");
    EXPECT_EQ(imap_mailbox("~peter/mail/台北/日本語"), "\"~peter/mail/&U,BTFw-/&ZeVnLIqe-\"");
    EXPECT_EQ(imap_mailbox("Señales 😀"), "\"Se&APE-ales &2D3eAA-\"");
    EXPECT_EQ(imap_mailbox(""), std::nullopt);
    EXPECT_EQ(imap_mailbox("a\r\nb"), std::nullopt);
    EXPECT_EQ(imap_mailbox("\xff"), std::nullopt);
    EXPECT_EQ(imap_quoted("a\nb"), std::nullopt);
}

AdapterConfig config_of(std::map<std::string, std::string, std::less<>> more) {
    AdapterConfig config;
    config.account = "mail";
    config.channel = "email";
    config.settings = std::move(more);
    config.settings["inbound"] = "imap";
    config.settings.emplace("imap_host", "imap.example.net");
    config.settings.emplace("smtp_username", "ana");
    config.credentials["smtp_password"].emplace_back("pw");
    return config;
}

TEST(ImapSettings, FallBackOnThoseOfSmtpAndNameEveryMistake) {
    const auto problem_of = [](std::map<std::string, std::string, std::less<>> more) {
        std::string problem;
        const auto account = imap_account(config_of(std::move(more)), problem);
        EXPECT_EQ(account == nullptr, !problem.empty());
        return problem;
    };
    std::string problem;
    const auto usual = imap_account(config_of({}), problem);
    ASSERT_TRUE(usual) << problem;
    EXPECT_EQ(usual->port, 993);
    EXPECT_EQ(usual->imap.login.username + usual->imap.mailbox, "ana\"INBOX\"");
    EXPECT_EQ(usual->imap.login.secret.reveal(), "pw");
    AdapterConfig both = config_of({{"imap_tls", "starttls"}, {"imap_after", "move:Done"}});
    both.credentials["imap_password"].emplace_back("other");
    const auto other = imap_account(both, problem);
    ASSERT_TRUE(other) << problem;
    EXPECT_EQ(other->port, 143);
    EXPECT_EQ(other->imap.login.secret.reveal(), "other");
    EXPECT_EQ(other->imap.folder, "\"Done\"");
    EXPECT_EQ(problem_of({{"imap_tls", "none"}, {"imap_host", "127.0.0.1"}}), "");
    EXPECT_NE(problem_of({{"imap_tls", "none"}}).find("imap_tls"), std::string::npos);
    for (const char* const name : {"127.example.com", "127.0.0.1.example.com", "128.0.0.1"}) {
        const std::string told = problem_of({{"imap_tls", "none"}, {"imap_host", name}});
        EXPECT_NE(told.find("imap_tls"), std::string::npos) << name;
    }
    EXPECT_NE(problem_of({{"imap_port", "x"}}).find("imap_port"), std::string::npos);
    EXPECT_NE(problem_of({{"imap_idle_s", "1741"}}).find("imap_idle_s"), std::string::npos);
    EXPECT_NE(problem_of({{"imap_after", "burn"}}).find("imap_after"), std::string::npos);
    EXPECT_NE(problem_of({{"imap_after", "move:INBOX"}}).find("imap_after"), std::string::npos);
    EXPECT_NE(problem_of({{"imap_host", ""}}).find("imap_host"), std::string::npos);
    EXPECT_NE(problem_of({{"smtp_username", ""}}).find("imap_username"), std::string::npos);
    EXPECT_NE(problem_of({{"oauth_token_url", "https://t"}}).find("oauth"), std::string::npos);
    AdapterConfig webhook = config_of({});
    webhook.settings["inbound"] = "raw";
    problem.clear();
    EXPECT_EQ(imap_account(webhook, problem), nullptr);
    EXPECT_EQ(problem, "");
}

TEST(ImapSettings, AMailIsNamedByItsMessageIdElseByItsPlace) {
    AdapterConfig config = config_of({{"from", "avisos@example.net"}});
    std::string problem;
    const auto adapter = make(config, problem);
    ASSERT_TRUE(adapter) << problem;
    const auto id_of = [&](std::string_view headers, std::uint32_t uid) {
        ImapMail mail;
        mail.validity = 17;
        mail.uid = uid;
        const std::string target = imap_target(*imap_account(config, problem), mail);
        const std::string body = std::string(headers) + "From: ana@example.com\r\n\r\nhola\r\n";
        WebhookRequest request;
        request.method = "IMAP";
        request.target = request.path = target;
        request.body = body;
        EXPECT_EQ(adapter->verify(request, {}).kind, Verification::Kind::invalid);
        const auto batch = adapter->decode(request, {});
        if (batch.has_error()) return batch.error().message();
        return std::get<InboundMessage>(batch->items.front().what).external_id;
    };
    EXPECT_EQ(id_of("Message-ID: <a@b>\r\n", 1), "a@b");
    const std::string first = id_of("", 1);
    EXPECT_TRUE(first.starts_with("imap:")) << first;
    EXPECT_EQ(id_of("", 1), first);
    EXPECT_NE(id_of("", 2), first);

    config.settings["imap_tls"] = "none";
    EXPECT_EQ(make(config, problem), nullptr);
    EXPECT_NE(problem.find("imap_tls"), std::string::npos);
}

}  // namespace
}  // namespace postern::adapters::email
