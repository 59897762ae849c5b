// A mail of ours: its bytes, its signature, and what its links and its envelope bring back.
#include "adapters/email/compose.h"

#include <gtest/gtest.h>

#include "adapters/email/dkim_canonical.h"
#include "adapters/email/send.h"
#include "adapters/email/smtp_oauth.h"
#include "adapters/email/unsubscribe.h"
#include "adapters/email/verp.h"
#include "adapters/shared/encoding.h"

namespace postern::adapters::email {
namespace {

constexpr Instant now{std::chrono::seconds(1'768'473'000)};

MailDraft draft() {
    MailDraft out;
    out.from = *named_address("Acme, S.A. <avisos@example.net>");
    out.to = *mail_address("ana@example.com");
    out.message_id = "msg_1.1@example.net";
    out.subject = "Recordatorio";
    out.text = "Hola";
    out.date = now;
    return out;
}

TEST(Compose, WritesAPlainMail) {
    EXPECT_EQ(compose(draft()),
              "From: \"Acme, S.A.\" <avisos@example.net>\r\n"
              "To: ana@example.com\r\n"
              "Subject: Recordatorio\r\n"
              "Date: Thu, 15 Jan 2026 10:30:00 +0000\r\n"
              "Message-ID: <msg_1.1@example.net>\r\n"
              "MIME-Version: 1.0\r\n"
              "Content-Type: text/plain; charset=utf-8\r\n"
              "Content-Transfer-Encoding: 7bit\r\n"
              "\r\n"
              "Hola\r\n");
}

TEST(Compose, AnAnswerRefersToTheWholeThread) {
    MailDraft mail = draft();
    mail.answers = "<third@mx.example.com>";
    mail.thread = "first@mx.example.com <second@mx.example.com> third@mx.example.com b\rad";
    const std::string bytes = compose(mail);
    EXPECT_NE(bytes.find("References: <first@mx.example.com> <second@mx.example.com>\r\n"
                         " <third@mx.example.com>\r\n"),
              std::string::npos)
        << bytes;
}

TEST(Compose, EncodesWhatIsNotAsciiAndSaysItTwice) {
    MailDraft mail = draft();
    mail.subject = "¡Mañana vence!";
    mail.text = "Señora Ana:\r\nvence el 15.\n";
    mail.html = "<p>Señora Ana: vence el 15.</p>";
    mail.answers = "parent@mx.example.com";
    const std::string bytes = compose(mail);
    EXPECT_TRUE(is_ascii(bytes));
    EXPECT_TRUE(smtp_clean(bytes));
    EXPECT_NE(bytes.find("Subject: =?UTF-8?"), std::string::npos) << bytes;
    EXPECT_NE(bytes.find("In-Reply-To: <parent@mx.example.com>\r\n"
                         "References: <parent@mx.example.com>\r\n"),
              std::string::npos);
    EXPECT_NE(bytes.find("Content-Type: multipart/alternative;\r\n\tboundary=\"=_"),
              std::string::npos)
        << bytes;
    EXPECT_NE(bytes.find("Se=C3=B1ora Ana:\r\nvence el 15.\r\n"), std::string::npos) << bytes;
    EXPECT_LT(bytes.find("text/plain"), bytes.find("text/html"));
    EXPECT_EQ(bytes, compose(mail));
}

TEST(Compose, KeepsEveryLineShortAndFreeOfBareEnds) {
    MailDraft mail = draft();
    mail.subject = std::string(400, 'x') + " " + std::string(200, 'y');
    mail.text = std::string(5'000, 'a') + "\rb\n.\n" + std::string(2'000, 'c');
    EXPECT_TRUE(smtp_clean(compose(mail)));
    mail.text = "ñ";
    for (int i = 0; i < 12; ++i) mail.text += mail.text;
    EXPECT_TRUE(smtp_clean(compose(mail)));
    mail.eight_bit = true;
    mail.text = "Señora\n";
    EXPECT_NE(compose(mail).find("Content-Transfer-Encoding: 8bit\r\n\r\nSeñora\r\n"),
              std::string::npos);
}

TEST(Compose, LetsNoValueBeginAnotherField) {
    MailDraft mail = draft();
    mail.subject = "a\r\nBcc: eve@example.com\r\n\r\nbody";
    mail.answers = "x>\r\nBcc: <eve@example.com";
    mail.fields.emplace_back("X-Note", "a\nBcc: eve@example.com");
    const std::string bytes = compose(mail);
    const std::string headers = bytes.substr(0, bytes.find("\r\n\r\n") + 2);
    EXPECT_EQ(headers.find("\r\nBcc"), std::string::npos) << headers;
    EXPECT_EQ(headers.find("In-Reply-To"), std::string::npos);
    EXPECT_FALSE(named_address("Acme\r\nBcc: e <a@example.net>"));
}

TEST(Compose, AttachesFiles) {
    MailDraft mail = draft();
    mail.files.push_back({"año.pdf", "application/pdf", "%PDF"});
    mail.files.push_back({"", "message/rfc822", "x"});
    const std::string bytes = compose(mail);
    EXPECT_NE(bytes.find("Content-Type: multipart/mixed; boundary=\"=_"), std::string::npos);
    EXPECT_NE(bytes.find("Content-Type: application/pdf"), std::string::npos);
    EXPECT_NE(bytes.find("Content-Type: application/octet-stream"), std::string::npos);
    EXPECT_NE(bytes.find("filename*="), std::string::npos) << bytes;
    EXPECT_NE(bytes.find("JVBERg=="), std::string::npos);
    EXPECT_TRUE(is_ascii(bytes));
}

TEST(MailAddress, IsOneThatMailCanGoTo) {
    EXPECT_EQ(mail_address("Ana.B+x@Example.COM")->text(), "Ana.B+x@example.com");
    EXPECT_EQ(mail_address("ana@müller.example")->domain, "xn--mller-kva.example");
    EXPECT_TRUE(mail_address("josé@example.com")->needs_utf8());
    EXPECT_FALSE(mail_address(std::string(65, 'a') + "@example.com"));
    EXPECT_FALSE(mail_address("a@" + std::string(64, 'b') + ".com"));
    EXPECT_FALSE(mail_address("a\xff@example.com"));
}

TEST(Dkim, CanonicalFormsAreThoseOfTheStandard) {
    EXPECT_EQ(dkim_relaxed_body(" Hi \t there \r\n\r\nline\t2  \r\n\r\n\r\n"),
              " Hi there\r\n\r\nline 2\r\n");
    EXPECT_EQ(dkim_relaxed_body(""), "");
    EXPECT_EQ(dkim_relaxed_body("\r\n\r\n"), "");
    EXPECT_EQ(dkim_relaxed_body("x"), "x\r\n");
    EXPECT_EQ(dkim_relaxed_header("SUBJect : a \t b\r\n\t c \r\n"), "subject:a b c");
}

/// The provider notes' key: seed cd06f805…, PKCS #8.
Secret ed25519_key() {
    std::string der = *shared::from_hex(
        "302e020100300506032b657004220420"
        "cd06f8059482be65bd9194ffe152cd4a"
        "623da9799bdcaf3dd344d76434932aa0");
    return Secret("-----BEGIN PRIVATE KEY-----\n" + shared::to_base64(der) +
                  "\n-----END PRIVATE KEY-----\n");
}

TEST(Dkim, SignsTheBodyHashOfTheNotesAndFromTwice) {
    std::string problem;
    const auto key = dkim_key(ed25519_key(), problem);
    ASSERT_TRUE(key) << problem;
    const std::string mail =
        "From: Acme <avisos@example.net>\r\nTo: ana@example.com\r\n\r\n"
        "Hola,\r\n\r\nsu pago vence hoy. \r\n";
    const std::string field = dkim_signature({"example.net", "gw1", key}, mail, 1'768'473'000);
    EXPECT_NE(field.find("a=ed25519-sha256; c=relaxed/relaxed;"), std::string::npos);
    EXPECT_NE(field.find("bh=WafB/wdoPOr3UvNQkePWwpKO3SbJh1p+zzKfJaso5V8=;"), std::string::npos);
    EXPECT_NE(field.find("h=from:from:to;"), std::string::npos) << field;
    EXPECT_EQ(dkim_signature({"example.net", "gw1", key}, "To: a@b.c\r\n\r\nx\r\n", 1), "");
    EXPECT_FALSE(dkim_key(Secret("nonsense"), problem));
    EXPECT_NE(problem.find("PEM"), std::string::npos);
}

AdapterConfig config() {
    AdapterConfig out;
    out.account = "mail-main";
    out.channel = "email";
    out.settings = {{"smtp_host", "smtp.example.net"},
                    {"smtp_username", "gw"},
                    {"from", "Acme <avisos@example.net>"},
                    {"bounce_address", "bounce@bounces.example.net"},
                    {"dkim", R"({"domain":"example.net","selector":"gw1"})"}};
    out.credentials["smtp_password"] = {Secret("p")};
    out.credentials["link_secret"] = {Secret("verp-key-0001")};
    out.credentials["dkim_key"] = {ed25519_key()};
    return out;
}

std::string problem_of(const AdapterConfig& bad) {
    std::string problem;
    EXPECT_FALSE(smtp_account(bad, problem));
    return problem;
}

TEST(SmtpAccount, SaysWhichSettingMakesNoSense) {
    std::string problem;
    const auto good = smtp_account(config(), problem);
    ASSERT_TRUE(good) << problem;
    EXPECT_EQ(good->port, 587);
    EXPECT_EQ(good->smtp.tls, SmtpTls::starttls);
    EXPECT_EQ(good->smtp.hello, "example.net");
    AdapterConfig receiving = config();
    receiving.settings.erase("smtp_host");
    EXPECT_EQ(problem_of(receiving), "");
    const auto with = [](std::string key, std::string value) {
        AdapterConfig bad = config();
        bad.settings[std::move(key)] = std::move(value);
        return problem_of(bad);
    };
    EXPECT_NE(with("from", "Acme").find("from must be"), std::string::npos);
    EXPECT_NE(with("smtp_tls", "none").find("smtp_tls"), std::string::npos);
    AdapterConfig clear = config();
    clear.settings["smtp_tls"] = "none";
    clear.settings["smtp_host"] = "127.example.com";
    EXPECT_NE(problem_of(clear).find("smtp_tls"), std::string::npos) << "somebody else's name";
    EXPECT_NE(with("smtp_tls", "maybe").find("smtp_tls"), std::string::npos);
    EXPECT_NE(with("smtp_port", "0").find("smtp_port"), std::string::npos);
    EXPECT_NE(with("smtp_hello", "a b").find("smtp_hello"), std::string::npos);
    EXPECT_NE(with("dkim", R"({"domain":"other.example"})").find("dkim.domain"), std::string::npos);
    EXPECT_NE(with("dkim", R"({"selektor":"x"})").find("dkim.selektor"), std::string::npos);
    EXPECT_NE(with("oauth_token_url", "https://t.example").find("oauth_client_id"),
              std::string::npos);
    EXPECT_NE(with("smtp_connections", "0").find("smtp_connections"), std::string::npos);
    AdapterConfig bad = config();
    bad.credentials.erase("link_secret");
    EXPECT_NE(problem_of(bad).find("link_secret"), std::string::npos);
    bad = config();
    bad.credentials.erase("smtp_password");
    EXPECT_NE(problem_of(bad).find("smtp_password"), std::string::npos);
    bad = config();
    bad.credentials["dkim_key"] = {Secret("x")};
    EXPECT_NE(problem_of(bad).find("dkim_key"), std::string::npos);
}

WebhookRequest request_of(std::string_view method, std::string_view url) {
    WebhookRequest request;
    request.method = method;
    request.query = url.substr(std::min(url.find('?') + 1, url.size()));
    request.body = "List-Unsubscribe=One-Click";
    return request;
}

TEST(Letter, CarriesItsNameItsWayBackAndItsWayOut) {
    std::string problem;
    const auto account = smtp_account(config(), problem);
    ASSERT_TRUE(account) << problem;
    OutboundContent content;
    content.text =
        "\n¡Hola Ana! Esto es largo y sigue hasta que nadie lo quiere leer en un asunto"
        "\nsegunda";
    SendRequest request{.to = "ana@example.com",
                        .content = content,
                        .reply_to = "p@x.example",
                        .echo = "msg_01J0000000000000000000000A.2",
                        .status_url = "https://gw.example.net/webhooks/mail-main",
                        .now = now};
    request.proactive = true;
    request.category = "marketing";
    const auto letter = make_letter(*account, request, {});
    ASSERT_TRUE(letter);
    EXPECT_EQ(letter->recipient, "ana@example.com");
    EXPECT_EQ(letter->envelope_id, request.echo);
    EXPECT_EQ(letter->content.find("DKIM-Signature: v=1; a=ed25519-sha256"), 0u);
    EXPECT_NE(letter->content.find("Message-ID: <msg_01J0000000000000000000000A.2@example"),
              std::string::npos)
        << letter->content;
    EXPECT_EQ(verp_echo(letter->sender, account->link_secrets), request.echo);
    EXPECT_EQ(echo_of_message_id(message_id(*account, request.echo), "example.net"), request.echo);
    EXPECT_NE(letter->content.find("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"),
              std::string::npos);
    const std::size_t from = letter->content.find("<https://gw.example.net");
    ASSERT_NE(from, std::string::npos);
    const std::string url =
        letter->content.substr(from + 1, letter->content.find('>', from) - from - 1);
    const auto said = unsubscribe_link(request_of("POST", url), "mail-main", account->link_secrets);
    ASSERT_TRUE(said) << url;
    EXPECT_EQ(*said, (Unsubscription{"mail-main", "ana@example.com", "marketing"}));

    request.proactive = false;
    EXPECT_EQ(make_letter(*account, request, {})->content.find("List-Unsub"), std::string::npos);
    request.to = "no address";
    EXPECT_FALSE(make_letter(*account, request, {}));
}

TEST(Letter, TellsTheRelayItsNameAsTheRelaysEventsRepeatIt) {
    OutboundContent content;
    content.text = "Hola";
    const SendRequest request{.to = "ana@example.com",
                              .content = content,
                              .echo = "msg_01J0000000000000000000000A.2",
                              .now = now};
    const auto letter_by = [&](const char* inbound) {
        AdapterConfig by = config();
        if (*inbound != '\0') by.settings["inbound"] = inbound;
        std::string problem;
        const auto account = smtp_account(by, problem);
        EXPECT_TRUE(account) << problem;
        return make_letter(*account, request, {})->content;
    };
    const auto has = [&](const char* inbound, std::string_view line) {
        return letter_by(inbound).find("\r\n" + std::string(line) + "\r\n") != std::string::npos;
    };
    EXPECT_TRUE(has("postmark", "X-PM-Metadata-postern: msg_01J0000000000000000000000A.2"));
    EXPECT_TRUE(
        has("mailgun", R"(X-Mailgun-Variables: {"postern":"msg_01J0000000000000000000000A.2"})"));
    EXPECT_TRUE(
        has("sendgrid",
            R"(X-SMTPAPI: {"unique_args":{"postern":"msg_01J0000000000000000000000A.2"}})"));
    EXPECT_TRUE(has("ses", "X-SES-MESSAGE-TAGS: postern=msg_01J0000000000000000000000A-2"));
    for (const char* other : {"", "raw"}) {
        EXPECT_EQ(letter_by(other).find("\r\nX-"), std::string::npos) << other;
    }
}

TEST(Letter, NamesAFileThatIsNotWithinIt) {
    std::string problem;
    const auto account = smtp_account(config(), problem);
    OutboundContent content;
    content.type = ContentType::media;
    content.url = "https://cdn.example.net/f.pdf";
    content.filename = "f.pdf";
    content.text = "Su factura";
    const SendRequest request{.to = "ana@example.com", .content = content, .echo = "msg_1.1"};
    const auto link = make_letter(*account, request, {});
    EXPECT_NE(link->content.find("Su factura\r\n\r\nf.pdf: https://cdn.example.net/f.pdf\r\n"),
              std::string::npos)
        << link->content;
}

TEST(Unsubscribe, TakesOnlyTheLinksThatTheAccountMade) {
    const std::vector<Secret> keys = {Secret("new"), Secret("unsub-key-0001")};
    const Unsubscription what{"acme", "ana|b@example.com", "marketing"};
    const std::string url = unsubscribe_url("https://gw.example.net/webhooks/acme", what, keys[1]);
    const auto of = [&](std::string_view link, std::string_view account = "acme") {
        return unsubscribe_link(request_of("POST", link), account, keys);
    };
    EXPECT_EQ(of(url), what);
    EXPECT_FALSE(of(url, "other"));
    EXPECT_FALSE(unsubscribe_link(request_of("POST", url), "acme", {}));
    for (std::size_t i = url.find('=') + 1; i < url.size(); ++i) {
        std::string changed = url;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(of(changed)) << i;
        EXPECT_FALSE(of(url.substr(0, i))) << i;
    }
    EXPECT_TRUE(is_unsubscribe(request_of("POST", url)));
    EXPECT_FALSE(is_unsubscribe(request_of("POST", "https://x/?hub=1")));
    EXPECT_EQ(unsubscribe_url("", what, keys[0]), "");
    EXPECT_EQ(unsubscribe_url("https://x", what, Secret{}), "");
}

TEST(Unsubscribe, AsksWhoeverFollowsTheLinkAndSignalsWhoeverPosts) {
    const std::vector<Secret> keys = {Secret("k")};
    const Unsubscription what{"acme", "a<b>&\"@example.com", "marketing"};
    const std::string url = unsubscribe_url("https://gw.example.net", what, keys[0]);
    const auto page = unsubscribe_page(request_of("GET", url), "acme", keys);
    ASSERT_TRUE(page);
    EXPECT_NE(page->body.find("a&lt;b&gt;&amp;&quot;@example.com"), std::string::npos);
    EXPECT_NE(page->body.find("<button>"), std::string::npos);
    const auto stale = unsubscribe_page(request_of("GET", url + "x"), "acme", keys);
    EXPECT_EQ(stale->body.find("<button>"), std::string::npos);
    EXPECT_FALSE(unsubscribe_page(request_of("POST", url), "acme", keys));

    const InboundBatch batch = unsubscribe_batch(request_of("POST", url), what, now);
    ASSERT_EQ(batch.items.size(), 1u);
    const auto& signal = std::get<InboundSignal>(batch.items[0].what);
    EXPECT_EQ(signal.kind, SignalKind::opted_out);
    EXPECT_EQ(signal.category, "marketing");
    EXPECT_EQ(signal.sender->aliases.front().address, what.address);
    const InboundBatch again =
        unsubscribe_batch(request_of("POST", url), what, now + std::chrono::minutes(1));
    EXPECT_EQ(std::get<InboundSignal>(again.items[0].what).dedupe_id, signal.dedupe_id);
}

TEST(Verp, FindsTheMessageWhateverBecameOfTheCase) {
    const std::vector<Secret> keys = {Secret("verp-key-0001")};
    const MailAddress bounces = *mail_address("bounce@bounces.example.net");
    const std::string address = verp_address(bounces, "msg_01JABC.1", keys[0]);
    EXPECT_EQ(verp_echo(address, keys), "msg_01JABC.1");
    std::string lower = address;
    for (char& c : lower) c = static_cast<char>(std::tolower(c));
    EXPECT_EQ(verp_echo(lower, keys), "msg_01jabc.1");
    EXPECT_FALSE(verp_echo(address, std::vector{Secret("other")}));
    for (std::size_t i = address.find('+') + 1; i < address.find('@'); ++i) {
        std::string changed = address;
        changed[i] = changed[i] == '0' ? '1' : '0';
        EXPECT_FALSE(verp_echo(changed, keys)) << i;
    }
    EXPECT_FALSE(verp_echo("bounce@bounces.example.net", keys));
    EXPECT_EQ(verp_address(bounces, std::string(64, 'e'), keys[0]), bounces.text());
}

TEST(Oauth, ReadsTokensAndRefusals) {
    OauthRefresh oauth{"https://t", "id", Secret("s&"), Secret("r")};
    EXPECT_EQ(oauth_form(oauth),
              "grant_type=refresh_token&refresh_token=r&client_id=id&client_secret=s%26");
    const auto answer = [](int status, std::string body) {
        body.reserve(body.size() + 64);
        return oauth_answer(status, body);
    };
    const auto good = answer(200, R"({"access_token":"a","expires_in":3599})");
    EXPECT_EQ(good.access_token.reveal(), "a");
    EXPECT_EQ(good.lives, std::chrono::seconds(3599));
    const auto refused = answer(400, R"({"error":"invalid_grant"})");
    EXPECT_TRUE(refused.access_token.empty());
    EXPECT_EQ(refused.result, SendResult::credential);
    EXPECT_NE(refused.problem.find("invalid_grant"), std::string::npos);
    EXPECT_EQ(answer(503, "busy").result, SendResult::transient);
    EXPECT_EQ(answer(200, "{}").result, SendResult::transient);
}

}  // namespace
}  // namespace postern::adapters::email
