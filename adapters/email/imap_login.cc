// From the greeting to who we are. No password leaves before TLS, unless the account is configured
// without it, which its settings allow to this machine alone.
#include <algorithm>

#include "adapters/email/imap_client.h"
#include "adapters/email/imap_words.h"

namespace postern::adapters::email {
namespace {

std::string counted(std::string_view text) {
    return "{" + std::to_string(text.size()) + "}";
}

bool is_sendable(std::string_view text) {
    return text.find_first_of(std::string_view("\0\r\n", 3)) == std::string_view::npos;
}

/// Words of a server that cannot say yet who we are (RFC 5530): the password may be right.
bool is_passing(std::string_view code) {
    return code == "UNAVAILABLE" || code == "INUSE" || code == "LIMIT" || code == "SERVERBUG" ||
           code == "OVERQUOTA";
}

}  // namespace

void ImapClient::on_greeting(const ImapReply& reply) {
    if (reply.kind == ImapKind::bye && reply.tag.empty())
        return refuse(ImapProblem::unavailable, reply);
    const bool known = reply.kind == ImapKind::preauth;
    if (!reply.tag.empty() || (!known && reply.kind != ImapKind::ok))
        return fail(ImapProblem::protocol, "a greeting that is none");
    capabilities_ = reply.words;
    if (known) {
        // Nothing can be begun any more: whoever stands between could have said it.
        if (options_.tls == SmtpTls::starttls)
            return fail(ImapProblem::no_tls, "the server logs in by itself before TLS");
        return say("CAPABILITY", State::late_capability);
    }
    if (capabilities_.empty()) return say("CAPABILITY", State::capability);
    open();
}

void ImapClient::open() {
    if (options_.tls != SmtpTls::starttls || secure_) return log_in();
    if (!can("STARTTLS")) return fail(ImapProblem::no_tls, "the server does not offer STARTTLS");
    say("STARTTLS", State::tls);
}

void ImapClient::secured() {
    if (state_ != State::tls) return;
    secure_ = true;
    capabilities_.clear();
    reader_.clear();
    say("CAPABILITY", State::capability);
}

void ImapClient::log_in() {
    const SmtpLogin& login = options_.login;
    SmtpMechanism mechanism = SmtpMechanism::plain;
    if (login.token) {
        if (!can("AUTH=XOAUTH2") && !can("AUTH=OAUTHBEARER"))
            return fail(ImapProblem::no_mechanism, "the server offers no OAuth2");
        mechanism = can("AUTH=XOAUTH2") ? SmtpMechanism::xoauth2 : SmtpMechanism::oauthbearer;
    } else if (!can("AUTH=PLAIN")) {
        return log_in_plainly();
    }
    std::string command = "AUTHENTICATE ";
    command += sasl_name(mechanism);
    // RFC 7628 wants ^A in base64; Google's XOAUTH2 an empty line.
    if (mechanism == SmtpMechanism::oauthbearer) complaint_answer_ = "AQ==";
    std::string response = sasl_response(login, mechanism);
    if (can("SASL-IR")) {
        command.append(" ").append(response);
    } else {
        pieces_.push_back(std::move(response));
    }
    say(command, State::login);
}

/// The command of RFC 3501: what quotes cannot carry goes as literals, each after a "+".
void ImapClient::log_in_plainly() {
    if (can("LOGINDISABLED"))
        return fail(ImapProblem::no_mechanism, "the server offers no login that is ours");
    const std::string_view name = options_.login.username;
    const std::string_view secret = options_.login.secret.reveal();
    if (!is_sendable(name) || !is_sendable(secret))
        return fail(ImapProblem::no_mechanism, "user or password hold a line end");
    const auto quoted_name = imap_quoted(name);
    const auto quoted_secret = imap_quoted(secret);
    if (quoted_name && quoted_secret)
        return say("LOGIN " + *quoted_name + " " + *quoted_secret, State::login);
    pieces_.push_back(std::string(name) + " " + counted(secret));
    pieces_.emplace_back(secret);
    say("LOGIN " + counted(name), State::login);
}

void ImapClient::on_login(const ImapReply& reply) {
    pieces_.clear();
    if (reply.kind == ImapKind::bad) return refuse(ImapProblem::protocol, reply);
    if (reply.kind == ImapKind::no) {
        return refuse(is_passing(reply.code) ? ImapProblem::unavailable : ImapProblem::refused,
                      reply);
    }
    // What one may do once logged in is another list.
    if (!reply.words.empty()) return select();
    say("CAPABILITY", State::late_capability);
}

}  // namespace postern::adapters::email
