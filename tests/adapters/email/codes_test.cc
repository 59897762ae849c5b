// What SMTP replies mean, by code and stage (RFC 3463, IANA's registry, RFC 5321).
#include "adapters/email/codes.h"

#include <ostream>
#include <vector>

#include <gtest/gtest.h>

namespace postern::adapters::email {
namespace {

using enum SmtpStage;

constexpr Instant now{std::chrono::seconds(1'768'473'000)};

SendOutcome of(SmtpStage stage, int code, std::string text) {
    return classify({stage, {code, {std::move(text)}}, SmtpProblem::none, {}}, now, {});
}
std::string brief(SmtpStage stage, int code, std::string text) {
    const SendOutcome out = of(stage, code, std::move(text));
    std::string words = std::string(to_string(out.result)) + " " + out.code;
    if (out.address == AddressVerdict::dead) words += " dead";
    return words;
}

TEST(SmtpCodes, TellThePersonFromTheLetterFromUs) {
    EXPECT_EQ(brief(content, 250, "2.0.0 ok"), "accepted accepted");
    EXPECT_EQ(brief(rcpt, 550, "5.1.1 no such user"), "permanent invalid_recipient dead");
    EXPECT_EQ(brief(rcpt, 550, "5.4.1 denied"), "permanent invalid_recipient dead");
    EXPECT_EQ(brief(rcpt, 550, "5.2.1 disabled"), "permanent mailbox_disabled dead");
    EXPECT_EQ(brief(rcpt, 556, "5.1.10 null mx"), "permanent domain_takes_no_mail dead");
    EXPECT_EQ(brief(rcpt, 550, "no such user here"), "permanent address_refused");
    EXPECT_EQ(brief(rcpt, 552, "5.2.2 full"), "transient mailbox_full");
    EXPECT_EQ(brief(rcpt, 450, "4.2.1 too fast"), "rate_limited mailbox_rate_limited");
    EXPECT_EQ(brief(rcpt, 451, "4.7.1 grey"), "transient greylisted");
    EXPECT_EQ(brief(rcpt, 451, "later"), "rate_limited domain_rate_limited");
    EXPECT_EQ(brief(rcpt, 452, "4.5.3 many"), "rate_limited domain_rate_limited");
    EXPECT_EQ(brief(rcpt, 421, "4.7.28 flood"), "rate_limited domain_rate_limited");
    EXPECT_EQ(brief(rcpt, 421, "bye"), "transient provider_unavailable");
    EXPECT_EQ(brief(rcpt, 554, "5.7.1 relay denied"), "permanent policy_refused");
    EXPECT_EQ(brief(content, 550, "5.7.1 spam"), "permanent policy_refused");
    EXPECT_EQ(brief(content, 550, "5.7.26 dmarc"), "credential authentication_missing");
    EXPECT_EQ(brief(content, 554, "5.6.0 broken"), "permanent invalid_content");
    EXPECT_EQ(brief(content, 552, "5.3.4 big"), "permanent mail_too_large");
    EXPECT_EQ(brief(content, 552, "no room"), "permanent mail_too_large");
    EXPECT_EQ(brief(content, 451, "4.3.0 oops"), "transient provider_unavailable");
    EXPECT_EQ(brief(mail, 552, "big"), "permanent mail_too_large");
    EXPECT_EQ(brief(mail, 553, "5.1.8 who"), "credential sender_refused");
    EXPECT_EQ(brief(mail, 550, "not you"), "credential sender_refused");
    EXPECT_EQ(brief(mail, 530, "5.7.0 log in"), "credential login_needed");
    EXPECT_EQ(brief(connect, 554, "no service"), "credential relay_refused");
    EXPECT_EQ(brief(connect, 421, "busy"), "transient provider_unavailable");
    EXPECT_EQ(brief(auth, 535, "5.7.8 no"), "credential password_refused");
    EXPECT_EQ(brief(auth, 454, "4.7.0 later"), "transient greylisted");
    EXPECT_EQ(brief(rcpt, 499, "what"), "transient deferred");
    EXPECT_EQ(brief(rcpt, 599, "what"), "permanent rejected");
    EXPECT_EQ(brief(rcpt, 550, "5.9.9 what"), "permanent rejected");
}

TEST(SmtpCodes, DoNotDependOnTheWords) {
    for (const char* words : {"user unknown", "spam blocked", "421 450 5.7.1 4.2.2", ""}) {
        EXPECT_EQ(brief(rcpt, 550, std::string("5.1.1 ") + words),
                  "permanent invalid_recipient dead");
    }
}

struct Answer {
    SmtpStage stage;
    int code;
    const char* text;
    const char* meaning;
};

void PrintTo(const Answer& answer, std::ostream* out) {
    *out << answer.code << " " << answer.text;
}

class Answers : public testing::TestWithParam<Answer> {};

TEST_P(Answers, AreUnderstood) {
    const Answer& a = GetParam();
    EXPECT_EQ(brief(a.stage, a.code, a.text), a.meaning);
}

INSTANTIATE_TEST_SUITE_P(
    SmtpCodes, Answers,
    testing::ValuesIn(std::vector<Answer>{
        // Google
        {rcpt, 550, "5.2.1 is receiving 5.2.1 mail at a rate that prevents more",
         "rate_limited mailbox_rate_limited"},
        {rcpt, 550, "5.2.1 the account is disabled", "permanent mailbox_disabled dead"},
        {content, 550, "5.4.5 Daily sending limit exceeded", "rate_limited daily_limit"},
        {mail, 530, "5.5.1 Authentication Required", "credential login_needed"},
        {auth, 534, "5.7.9 Application-specific password", "credential mechanism_refused"},
        {auth, 534, "5.7.14 log in via your browser", "credential account_inactive"},
        // Microsoft
        {rcpt, 451, "4.7.500 Server busy", "rate_limited domain_rate_limited"},
        {mail, 451, "4.7.650 rate limited", "rate_limited domain_rate_limited"},
        {rcpt, 550, "5.1.90 daily limit for recipients", "rate_limited daily_limit"},
        {content, 554, "5.2.252 SendAsDenied", "credential sender_refused"},
        {mail, 530, "5.7.57 not authenticated", "credential login_needed"},
        {content, 550, "5.7.60 may not send as this sender", "credential sender_refused"},
        {auth, 535, "5.7.3 Authentication unsuccessful", "credential password_refused"},
        {auth, 535, "5.7.139 basic authentication is off", "credential password_refused"},
        {content, 550, "5.7.509 does not pass DMARC", "permanent policy_refused"},
        {content, 550, "5.7.515 authentication level", "credential authentication_missing"},
        {rcpt, 550, "5.7.606 banned sending IP", "permanent policy_refused"},
        {content, 550, "5.7.750 unregistered domain", "credential sender_refused"},
        // Yahoo: of the mail, where nobody logs in
        {content, 554, "5.7.9 Message not accepted", "permanent policy_refused"},
        {content, 450, "4.7.12 of a login", "transient deferred"},
        {content, 432, "of a login", "transient deferred"},
        {mail, 432, "4.7.12 A password transition is needed", "credential password_expired"},
        {rcpt, 525, "5.7.13 Disabled recipient address", "permanent mailbox_disabled dead"},
        {rcpt, 553, "not allowed - Connections not accepted from Spamhaus XBL",
         "permanent policy_refused"},
        {rcpt, 553, "no such name", "permanent invalid_recipient dead"},
        // Orange
        {rcpt, 552, "5.1.1 Recipient overquota. OFR_417", "transient mailbox_full"},
        // SPAMHAUS behind 5.2.1
        {rcpt, 550, "5.2.1 Mailbox unavailable. Your IP is blacklisted",
         "permanent policy_refused"},
        // qmail, IronPort
        {rcpt, 553, "not in my list of allowed rcpthosts (#5.7.1)", "permanent policy_refused"},
        {rcpt, 550, "no mailbox here by that name. (#5.1.1)", "permanent invalid_recipient dead"},
        {rcpt, 452, "#4.5.3 Too many recipients", "rate_limited domain_rate_limited"},
        {rcpt, 550, "see issue #5", "permanent address_refused"},
        {rcpt, 550, "#4.7.1 of another class", "permanent address_refused"},
        // Amazon
        {content, 454, "Throttling failure: Maximum sending rate exceeded",
         "rate_limited account_rate_limited"},
        {auth, 454, "Temporary authentication failure", "transient provider_unavailable"},
        {auth, 535, "Authentication Credentials Invalid", "credential password_refused"},
    }));

TEST(SmtpCodes, KeepTheProvidersCodeAndStrikeOutTheSecret) {
    const Secret secret("cEBzcyB3MHJk");
    const SmtpEnd end{auth, {535, {"5.7.8 bad cEBzcyB3MHJk"}}, SmtpProblem::none, {}};
    const SendOutcome out = classify(end, now, {&secret, 1});
    EXPECT_EQ(out.provider_code, "5.7.8");
    EXPECT_EQ(out.detail.find(secret.reveal()), std::string::npos);
    EXPECT_EQ(out.retry_at, now + std::chrono::minutes(15));
    EXPECT_EQ(of(rcpt, 550, "gone").provider_code, "550");
}

TEST(SmtpCodes, KnowThatNobodyKnowsOnceTheLetterMayBeWhole) {
    EXPECT_EQ(classify_lost(rcpt, false, "reset").result, SendResult::transient);
    EXPECT_EQ(classify_lost(content, false, "reset").result, SendResult::transient);
    EXPECT_EQ(classify_lost(content, true, "reset").result, SendResult::unknown);
    EXPECT_EQ(classify({content, {}, SmtpProblem::protocol, "?"}, now, {}).result,
              SendResult::unknown);
    EXPECT_EQ(classify({rcpt, {}, SmtpProblem::protocol, "?"}, now, {}).result,
              SendResult::transient);
    EXPECT_EQ(classify({tls, {}, SmtpProblem::no_tls, "?"}, now, {}).result,
              SendResult::credential);
    EXPECT_EQ(classify({mail, {}, SmtpProblem::no_utf8, "?"}, now, {}).result,
              SendResult::permanent);
}

TEST(SmtpCodes, ReadTheStatusOfABounce) {
    EXPECT_EQ(classify_bounce({5, 1, 1}, 550, now).address, AddressVerdict::dead);
    EXPECT_EQ(classify_bounce({5, 0, 0}, 553, now).address, AddressVerdict::dead);
    EXPECT_EQ(classify_bounce({5, 0, 0}, 0, now).code, "rejected");
    EXPECT_EQ(classify_bounce({4, 2, 2}, 452, now).code, "mailbox_full");
    EXPECT_EQ(classify_bounce({}, 0, now).result, SendResult::transient);
}

}  // namespace
}  // namespace postern::adapters::email
