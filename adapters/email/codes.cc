#include "adapters/email/codes.h"

#include <array>

#include "adapters/email/bounce_words.h"
#include "adapters/shared/outcome.h"

namespace postern::adapters::email {
namespace {

using shared::CodeRule;
using std::chrono::hours;
using std::chrono::minutes;
using enum SendResult;
using enum LimitScope;
using enum AddressVerdict;

constexpr std::int64_t at(int cls, int subject, int detail) {
    return cls * 1'000'000LL + subject * 1'000LL + detail;
}

// first, last (0: one), result, our word, wait, whom a limit is about, the person
constexpr std::array by_status = {
    CodeRule{at(4, 1, 0), at(4, 1, 999), transient, "address_deferred"},
    CodeRule{at(4, 2, 0), 0, transient, "mailbox_deferred"},
    CodeRule{at(4, 2, 1), 0, rate_limited, "mailbox_rate_limited", minutes(15), recipient},
    CodeRule{at(4, 2, 2), 0, transient, "mailbox_full", hours(6)},
    CodeRule{at(4, 2, 3), at(4, 2, 999), transient, "mailbox_deferred"},
    CodeRule{at(4, 3, 0), at(4, 3, 1), transient, "provider_unavailable"},
    CodeRule{at(4, 3, 2), 0, rate_limited, "domain_rate_limited", minutes(5), recipient},
    CodeRule{at(4, 3, 3), at(4, 3, 999), transient, "provider_unavailable"},
    CodeRule{at(4, 4, 0), at(4, 4, 4), transient, "route_unavailable"},
    CodeRule{at(4, 4, 5), 0, rate_limited, "domain_rate_limited", minutes(5), recipient},
    CodeRule{at(4, 4, 6), at(4, 4, 999), transient, "route_unavailable"},
    CodeRule{at(4, 5, 3), 0, rate_limited, "domain_rate_limited", minutes(1), recipient},
    // Grey lists want to see the mail again, not before some minutes.
    CodeRule{at(4, 7, 0), at(4, 7, 1), transient, "greylisted", minutes(5)},
    CodeRule{at(4, 7, 12), 0, credential, "password_expired"},
    CodeRule{at(4, 7, 23), 0, transient, "authentication_missing", hours(1)},
    CodeRule{at(4, 7, 26), at(4, 7, 27), transient, "authentication_missing", hours(1)},
    CodeRule{at(4, 7, 28), 0, rate_limited, "domain_rate_limited", minutes(15), recipient},
    CodeRule{at(4, 7, 29), at(4, 7, 32), transient, "authentication_missing", hours(1)},
    // Microsoft's: the address of the network that sends is held back for a while.
    CodeRule{at(4, 7, 500), at(4, 7, 699), rate_limited, "domain_rate_limited", minutes(15),
             recipient},
    CodeRule{at(5, 1, 0), 0, permanent, "address_refused"},
    CodeRule{at(5, 1, 1), at(5, 1, 4), permanent, "invalid_recipient", {}, account, dead},
    CodeRule{at(5, 1, 6), 0, permanent, "recipient_moved", {}, account, dead},
    CodeRule{at(5, 1, 7), at(5, 1, 8), credential, "sender_refused"},
    CodeRule{at(5, 1, 9), 0, permanent, "no_route"},
    CodeRule{at(5, 1, 10), 0, permanent, "domain_takes_no_mail", {}, account, dead},
    // Microsoft's: so many recipients a day.
    CodeRule{at(5, 1, 90), 0, rate_limited, "daily_limit", hours(1)},
    CodeRule{at(5, 2, 0), 0, permanent, "mailbox_refused"},
    CodeRule{at(5, 2, 1), 0, permanent, "mailbox_disabled", {}, account, dead},
    CodeRule{at(5, 2, 2), 0, transient, "mailbox_full", hours(6)},
    CodeRule{at(5, 2, 3), 0, permanent, "mail_too_large"},
    CodeRule{at(5, 2, 4), 0, permanent, "mailing_list_broken"},
    // Microsoft's SendAsDenied.
    CodeRule{at(5, 2, 252), 0, credential, "sender_refused"},
    CodeRule{at(5, 3, 0), at(5, 3, 2), transient, "provider_unavailable"},
    CodeRule{at(5, 3, 3), 0, permanent, "not_supported"},
    CodeRule{at(5, 3, 4), 0, permanent, "mail_too_large"},
    CodeRule{at(5, 3, 5), 0, transient, "provider_misconfigured"},
    // Microsoft's word for a recipient that it does not know.
    CodeRule{at(5, 4, 1), 0, permanent, "invalid_recipient", {}, account, dead},
    CodeRule{at(5, 4, 4), 0, permanent, "no_route"},
    // Google's: so many messages a day.
    CodeRule{at(5, 4, 5), 0, rate_limited, "daily_limit", hours(1)},
    CodeRule{at(5, 4, 6), 0, permanent, "mail_loop"},
    CodeRule{at(5, 4, 7), 0, permanent, "expired"},
    CodeRule{at(5, 5, 0), at(5, 5, 999), permanent, "rejected"},
    CodeRule{at(5, 6, 0), at(5, 6, 6), permanent, "invalid_content"},
    CodeRule{at(5, 6, 7), 0, permanent, "address_not_supported"},
    CodeRule{at(5, 6, 8), at(5, 6, 999), permanent, "invalid_content"},
    CodeRule{at(5, 7, 0), at(5, 7, 7), permanent, "policy_refused"},
    CodeRule{at(5, 7, 8), 0, credential, "password_refused"},
    CodeRule{at(5, 7, 9), 0, credential, "mechanism_refused"},
    CodeRule{at(5, 7, 10), at(5, 7, 11), credential, "encryption_needed"},
    CodeRule{at(5, 7, 12), 0, credential, "password_expired"},
    CodeRule{at(5, 7, 13), at(5, 7, 14), credential, "account_inactive"},
    CodeRule{at(5, 7, 17), at(5, 7, 18), permanent, "mailbox_changed_owner", {}, account, dead},
    CodeRule{at(5, 7, 20), at(5, 7, 27), credential, "authentication_missing"},
    CodeRule{at(5, 7, 28), 0, credential, "mail_flood"},
    CodeRule{at(5, 7, 29), at(5, 7, 30), permanent, "policy_refused"},
    // Microsoft's: who may send through it, and whom its own servers turn away.
    CodeRule{at(5, 7, 57), 0, credential, "login_needed"},
    CodeRule{at(5, 7, 60), 0, credential, "sender_refused"},
    CodeRule{at(5, 7, 139), 0, credential, "password_refused"},
    CodeRule{at(5, 7, 500), at(5, 7, 514), permanent, "policy_refused"},
    CodeRule{at(5, 7, 515), 0, credential, "authentication_missing"},
    CodeRule{at(5, 7, 516), at(5, 7, 699), permanent, "policy_refused"},
    CodeRule{at(5, 7, 700), at(5, 7, 799), credential, "sender_refused"},
};
static_assert(shared::is_sorted(by_status));

constexpr std::array by_code = {
    CodeRule{421, 0, transient, "provider_unavailable"},
    CodeRule{432, 0, credential, "password_expired"},
    CodeRule{450, 0, transient, "mailbox_deferred"},
    CodeRule{451, 452, rate_limited, "domain_rate_limited", minutes(5), recipient},
    CodeRule{454, 0, transient, "provider_unavailable"},
    CodeRule{455, 0, permanent, "rejected"},
    CodeRule{500, 504, permanent, "rejected"},
    CodeRule{521, 0, permanent, "domain_takes_no_mail", {}, account, dead},
    CodeRule{530, 0, credential, "login_needed"},
    CodeRule{534, 0, credential, "mechanism_refused"},
    CodeRule{535, 0, credential, "password_refused"},
    CodeRule{538, 0, credential, "encryption_needed"},
    CodeRule{541, 0, permanent, "policy_refused"},
    // Without an enhanced code 550 may mean the person or a policy: the person gets the benefit.
    CodeRule{550, 0, permanent, "address_refused"},
    CodeRule{551, 0, permanent, "recipient_moved", {}, account, dead},
    CodeRule{552, 0, transient, "mailbox_full", hours(6)},
    CodeRule{553, 0, permanent, "invalid_recipient", {}, account, dead},
    CodeRule{554, 0, permanent, "policy_refused"},
    CodeRule{555, 0, permanent, "rejected"},
    CodeRule{556, 0, permanent, "domain_takes_no_mail", {}, account, dead},
};
static_assert(shared::is_sorted(by_code));

SendOutcome by_reply(SmtpStatus status, int code, Instant now) {
    if (status.cls != 0) {
        const auto key = at(status.cls, status.subject, status.detail);
        if (const CodeRule* const rule = shared::find_rule(by_status, key)) {
            return shared::outcome_of(*rule, now);
        }
    } else if (const CodeRule* const rule = shared::find_rule(by_code, code)) {
        return shared::outcome_of(*rule, now);
    }
    const bool permanently = status.cls == 5 || (status.cls == 0 && code >= 500);
    return permanently ? shared::outcome(permanent, "rejected")
                       : shared::outcome(transient, "deferred");
}

bool about_us(SmtpStage stage) {
    return stage <= SmtpStage::mail;
}

/// Codes about the login of whoever sends, which servers behind the relay use for the mail or for
/// the recipient: nobody logs in there.
bool is_of_login(std::string_view word) {
    return word == "password_refused" || word == "mechanism_refused" ||
           word == "password_expired" || word == "account_inactive";
}

void spare_login(const SmtpStatus& status, int code, SendOutcome& out) {
    if (out.result != credential || !is_of_login(out.code)) return;
    const bool later = status.cls == 4 || (status.cls == 0 && code < 500);
    const bool person = !later && status.subject == 7 && status.detail == 13;
    out.result = later ? transient : permanent;
    out.code = later ? "deferred" : person ? "mailbox_disabled" : "policy_refused";
    out.address = person ? dead : none;
}

/// Nobody is dead whose server says in words that the fault is another.
void spare_person(const SmtpReply& reply, Instant now, SendOutcome& out) {
    if (out.address != dead) return;
    const std::string words = reply.words();
    SmtpStatus meant;
    if (names_full_mailbox(words))
        meant = {5, 2, 2};
    else if (names_busy_mailbox(words))
        meant = {4, 2, 1};
    else if (blames_sender(words))
        meant = {5, 7, 1};
    else
        return;
    std::string provider_code = std::move(out.provider_code);
    out = by_reply(meant, reply.code, now);
    out.provider_code = std::move(provider_code);
}

/// What a code says of a person is said of us where no recipient had been named yet, and the
/// letter's own faults remain the letter's.
void mind_stage(SmtpStage stage, int code, SendOutcome& out) {
    if (code == 530) {  // whatever stands behind it
        out.result = credential;
        out.code = "login_needed";
        out.address = none;
    }
    if (code == 454 && stage > SmtpStage::auth && out.provider_code == "454") {
        // RFC 4954's of a login; behind it, Amazon's of a rate.
        out.result = rate_limited;
        out.code = "account_rate_limited";
    }
    if (stage == SmtpStage::data || stage == SmtpStage::content) {
        // A person who was taken at RCPT is not dead because of what the letter says.
        if (out.address == dead && out.code == "invalid_recipient") out.address = none;
        if (code == 552 && out.code == "mailbox_full" && out.provider_code == "552") {
            out.result = permanent;
            out.code = "mail_too_large";
            out.retry_at.reset();
        }
    }
    if (!about_us(stage)) return;
    out.address = none;
    const bool letter = out.code == "mail_too_large" || out.code == "invalid_content" ||
                        out.code == "address_not_supported" || out.code == "rejected";
    if (out.result == permanent && !(stage == SmtpStage::mail && letter)) {
        out.result = credential;
        out.code = stage == SmtpStage::mail ? "sender_refused"
                   : code == 535            ? "password_refused"
                                            : "relay_refused";
    }
    if (out.result == rate_limited) out.scope = account;
    if (stage == SmtpStage::mail && code == 552) {
        out.result = permanent;
        out.code = "mail_too_large";
        out.retry_at.reset();
    }
}

SendOutcome of_problem(SmtpProblem problem) {
    switch (problem) {
        case SmtpProblem::too_large:
            return shared::outcome(permanent, "mail_too_large");
        case SmtpProblem::no_utf8:
            return shared::outcome(permanent, "address_not_supported");
        case SmtpProblem::broken:
            return shared::outcome(permanent, "invalid_content");
        case SmtpProblem::no_tls:
            return shared::outcome(credential, "tls_not_offered");
        case SmtpProblem::no_mechanism:
            return shared::outcome(credential, "mechanism_refused");
        case SmtpProblem::protocol:
        case SmtpProblem::none:
            break;
    }
    return shared::outcome(transient, "protocol_error");
}

std::string code_text(SmtpStatus status, int code) {
    if (status.cls == 0) return code == 0 ? std::string{} : std::to_string(code);
    return std::to_string(status.cls) + "." + std::to_string(status.subject) + "." +
           std::to_string(status.detail);
}

}  // namespace

SendOutcome classify(const SmtpEnd& end, Instant now, std::span<const Secret> credentials) {
    SendOutcome out;
    const int code = end.reply.code;
    if (end.accepted()) {
        out = shared::outcome(accepted, "accepted");
    } else if (end.problem == SmtpProblem::protocol && end.stage == SmtpStage::content) {
        out = shared::outcome(unknown, "answer_not_understood");
    } else if (end.problem != SmtpProblem::none) {
        out = of_problem(end.problem);
    } else {
        out = by_reply(end.reply.status(), code, now);
        out.provider_code = code_text(end.reply.status(), code);
        if (!about_us(end.stage) && code != 534 && code != 535)
            spare_login(end.reply.status(), code, out);
        if (!about_us(end.stage)) spare_person(end.reply, now, out);
        mind_stage(end.stage, code, out);
        // Another wrong password within minutes gets accounts locked.
        if (code == 535) out.retry_at = now + minutes(15);
    }
    const std::string words = end.detail.empty() ? end.reply.words() : end.detail;
    if (out.result != accepted) out.detail = shared::detail_of(words, credentials);
    return out;
}

SendOutcome classify_lost(SmtpStage stage, bool whole, std::string_view problem) {
    SendOutcome out = whole ? shared::outcome(unknown, "no_answer")
                            : shared::outcome(transient, "connection_lost");
    out.detail = "while the server was to answer " + std::string(to_string(stage)) + ": ";
    out.detail += problem;
    return out;
}

SendOutcome classify_bounce(SmtpStatus status, int code, Instant now) {
    // x.0.0 says nothing but the class (RFC 3464 leaves the rest to the diagnosis).
    if (status.subject == 0 && status.detail == 0 && code != 0) status = {};
    SendOutcome out = by_reply(status, code, now);
    spare_login(status, code, out);
    out.provider_code = code_text(status, code);
    return out;
}

}  // namespace postern::adapters::email
