// A file within a mail, in pieces: the same bytes as if it had been there as a whole, and the same
// signature.
#include "adapters/email/attached_letter.h"

#include <gtest/gtest.h>

#include "adapters/email/send.h"
#include "adapters/shared/encoding.h"

namespace postern::adapters::email {
namespace {

constexpr Instant now{std::chrono::seconds(1'768'473'000)};

/// The provider notes' key: seed cd06f805…, PKCS #8. Ed25519 signs the same bytes the same way.
Secret ed25519_key() {
    const std::string der = *shared::from_hex(
        "302e020100300506032b657004220420"
        "cd06f8059482be65bd9194ffe152cd4a"
        "623da9799bdcaf3dd344d76434932aa0");
    return Secret("-----BEGIN PRIVATE KEY-----\n" + shared::to_base64(der) +
                  "\n-----END PRIVATE KEY-----\n");
}

AdapterConfig config(bool with_dkim) {
    AdapterConfig out;
    out.account = "mail-main";
    out.channel = "email";
    out.settings = {{"smtp_host", "smtp.example.net"}, {"from", "Acme <avisos@example.net>"}};
    if (with_dkim) {
        out.settings["dkim"] = R"({"domain":"example.net","selector":"gw1"})";
        out.credentials["dkim_key"] = {ed25519_key()};
    }
    return out;
}

std::shared_ptr<const SmtpAccount> account_of(const AdapterConfig& from) {
    std::string problem;
    auto account = smtp_account(from, problem);
    EXPECT_TRUE(account) << problem;
    return account;
}

OutboundContent content() {
    OutboundContent out;
    out.type = ContentType::media;
    out.upload = "upl_1";
    out.text = "Señora Ana:  \n\nsu factura";
    return out;
}

SendRequest request_of(const OutboundContent& content) {
    return {.to = "ana@example.com",
            .content = content,
            .reply_to = {},
            .echo = "msg_1.1",
            .status_url = {},
            .now = now};
}

std::string file_of(std::size_t size) {
    std::string out(size, '\0');
    for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<char>(i * 7 + i / 251);
    return out;
}

/// All that leaves, with the file in pieces of that size.
std::string sent(const SmtpAccount& account, const std::string& file, std::size_t piece) {
    const OutboundContent what = content();
    auto made = attach_file(account, request_of(what), {},
                            {"año 2026 (final).pdf", "application/pdf", file.size()});
    EXPECT_TRUE(made);
    AttachedLetter& attached = **made;
    EXPECT_EQ(attached.is_signed(), !account.signers.empty());
    for (std::size_t i = 0; attached.is_signed() && i < file.size(); i += piece)
        attached.hash(std::string_view(file).substr(i, piece));
    const auto letter = attached.letter();
    EXPECT_TRUE(letter);
    std::string rest;
    for (std::size_t i = 0; i < file.size(); i += piece)
        rest += attached.encoded(std::string_view(file).substr(i, piece));
    EXPECT_EQ(rest.size(), letter->more_bytes);
    EXPECT_EQ(attached.left(), 0u);
    return letter->content + rest;
}

TEST(AttachedLetter, IsWhatTheWholeMailWouldBe) {
    const auto account = account_of(config(true));
    for (const std::size_t size : {1u, 56u, 57u, 58u, 171u, 5'000u}) {
        const std::string file = file_of(size);
        MailDraft whole;
        whole.from = account->from;
        whole.to = *mail_address("ana@example.com");
        whole.message_id = "msg_1.1@example.net";
        whole.subject = "Señora Ana:  ";
        whole.text = content().text;
        whole.date = now;
        whole.files.push_back({"año 2026 (final).pdf", "application/pdf", file});
        const std::string expected =
            dkim_signed(account->signers, compose(whole),
                        std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count());
        for (const std::size_t piece : {1u, 19u, 57u, 64u, 5'000u}) {
            EXPECT_EQ(sent(*account, file, piece), expected) << size << " in pieces of " << piece;
        }
    }
}

TEST(AttachedLetter, SaysWhatTheFileIsAndIsCleanForTheWire) {
    const auto account = account_of(config(false));
    const std::string file = file_of(300);
    const std::string mail = sent(*account, file, 64);
    EXPECT_TRUE(smtp_clean(mail));
    EXPECT_TRUE(is_ascii(mail));
    EXPECT_EQ(mail.find("DKIM-Signature"), std::string::npos);
    EXPECT_NE(mail.find("Content-Type: application/pdf"), std::string::npos) << mail;
    EXPECT_NE(mail.find("Content-Disposition: attachment;"), std::string::npos);
    EXPECT_NE(mail.find("filename*="), std::string::npos);
    // The text stands as it is, without a link.
    EXPECT_EQ(mail.find("http"), std::string::npos);
    EXPECT_NE(mail.find("su factura"), std::string::npos);
}

TEST(AttachedLetter, FitsWhereAccountAndServerLetIt) {
    AdapterConfig small = config(false);
    small.settings["attach_limit"] = "7800";
    const auto account = account_of(small);
    const std::uint64_t most = base64_lines_fit(7800);
    EXPECT_LE(base64_lines_bytes(most), 7800u);
    EXPECT_GT(base64_lines_bytes(most + 1), 7800u);
    const OutboundContent what = content();
    const SendRequest request = request_of(what);
    EXPECT_TRUE(takes_file(*account, request, {}, most));
    EXPECT_FALSE(takes_file(*account, request, {}, most + 1));
    EXPECT_FALSE(takes_file(*account, request, {}, 0));
    SmtpExtensions server;
    server.size_max = 20'000;
    EXPECT_FALSE(takes_file(*account, request, server, most));
    server.size_max = 40'000;
    EXPECT_TRUE(takes_file(*account, request, server, most));

    std::string problem;
    const auto sending = make_sending(small, problem);
    EXPECT_EQ(sending->send_traits().carried_bytes_max, most);
    EXPECT_FALSE(sending->check(what));
    small.settings["attach_limit"] = "0";
    EXPECT_EQ(make_sending(small, problem)->send_traits().uploads, Uploads::by_url);
    small.settings["attach_limit"] = "1e6";
    EXPECT_FALSE(smtp_account(small, problem));
    EXPECT_NE(problem.find("attach_limit"), std::string::npos);
}

TEST(AttachedLetter, LinesFitAsTheySay) {
    for (std::uint64_t encoded = 0; encoded < 400; ++encoded) {
        const std::uint64_t most = base64_lines_fit(encoded);
        EXPECT_LE(base64_lines_bytes(most), encoded) << encoded;
        EXPECT_GT(base64_lines_bytes(most + 3), encoded) << encoded;
    }
}

}  // namespace
}  // namespace postern::adapters::email
