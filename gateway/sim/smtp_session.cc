// One command a function, after the RFCs named in the header.
#include "gateway/sim/smtp_session.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "gateway/sim/base64.h"
#include "gateway/sim/smtp_mail.h"
#include "gateway/sim/smtp_words.h"

namespace postern::sim {
namespace {

constexpr std::size_t line_max = 12'288;
constexpr std::size_t envelope_id_max = 100;

std::string_view refusal_of(SendFault fault) {
    switch (fault) {
        case SendFault::rate_limited:
            return "450 4.7.28 too much mail, slow down";
        case SendFault::pair_limited:
            return "450 4.2.1 receiving mail too quickly";
        case SendFault::server_error:
            return "451 4.3.0 internal trouble";
        case SendFault::blocked:
        case SendFault::closed_window:
            return "550 5.7.1 not wanted here";
        case SendFault::unreachable:
            return "550 5.1.1 no such mailbox";
        default:
            return {};
    }
}

}  // namespace

SmtpSession::SmtpSession(SmtpBooks books, SmtpSecurity security)
    : books_(std::move(books)), security_(security) {
    say("220 simulator.postern.example ESMTP");
}

void SmtpSession::hear(std::string_view bytes) {
    if (over_) return;
    heard_ += bytes;
    while (!over_) {
        if (mode_ == Mode::data) {
            if (!take_data()) return;
            continue;
        }
        if (mode_ == Mode::chunk) {
            if (!take_chunk()) return;
            continue;
        }
        const std::size_t stop = heard_.find('\n');
        if (stop == std::string::npos) {
            if (heard_.size() > line_max) end("500 5.5.6 line too long");
            return;
        }
        const std::string text = heard_.substr(0, stop);
        heard_.erase(0, stop + 1);
        if (!text.ends_with('\r') || text.find('\r') != text.size() - 1 || stop > line_max) {
            return end("500 5.5.2 a line ends with CR and LF");
        }
        line(std::string_view(text).substr(0, text.size() - 1));
    }
}

void SmtpSession::line(std::string_view text) {
    if (mode_ == Mode::commands) {
        const std::size_t space = std::min(text.find(' '), text.size());
        std::string_view rest = text.substr(space);
        if (!rest.empty()) rest.remove_prefix(1);
        return command(upper(text.substr(0, space)), rest);
    }
    const Mode was = std::exchange(mode_, Mode::commands);
    if (was == Mode::plain) return log_in_plain(text);
    std::string decoded;
    if (!base64_decode(text, decoded)) return say("501 5.5.2 no base64");
    if (was == Mode::login_password) return log_in(user_, decoded);
    user_ = decoded;
    mode_ = Mode::login_password;
    say("334 UGFzc3dvcmQ6");
}

void SmtpSession::command(std::string_view verb, std::string_view rest) {
    if (verb == "QUIT") return end("221 2.0.0 bye");
    if (verb == "EHLO" || verb == "HELO") {
        if (rest.empty()) return say("501 5.5.4 who are you");
        return hello(verb);
    }
    if (verb == "NOOP") return say("250 2.0.0 ok");
    if (verb == "RSET") {
        forget();
        return say("250 2.0.0 ok");
    }
    if (!greeted_) return say("503 5.5.1 EHLO first");
    if (verb == "STARTTLS") return start_tls(rest);
    if (security_ == SmtpSecurity::wanted) {
        return say(verb == "AUTH" ? "538 5.7.11 encryption needed"
                                  : "530 5.7.0 must issue a STARTTLS command first");
    }
    if (verb == "AUTH") return auth(rest);
    if (verb == "MAIL") return mail(rest);
    if (verb == "RCPT") return rcpt(rest);
    if (verb == "BDAT") return begin_chunk(rest);
    if (verb != "DATA") return say("502 5.5.1 no such command here");
    begin_data();
}

void SmtpSession::begin_data() {
    if (chunked_) return say("503 5.5.1 BDAT has begun this mail");
    if (envelope_.to.empty()) return say("503 5.5.1 no valid recipients");
    mode_ = Mode::data;
    say("354 go ahead");
}

void SmtpSession::start_tls(std::string_view rest) {
    if (security_ != SmtpSecurity::wanted) return say("502 5.5.1 no such command here");
    if (!rest.empty()) return say("501 5.5.4 STARTTLS takes nothing");
    say("220 2.0.0 go ahead");
    // What was sent behind it in clear is of nobody: RFC 3207.
    heard_.clear();
    forget();
    user_.clear();
    greeted_ = false;
    security_ = SmtpSecurity::on;
    tls_wished_ = true;
}

bool SmtpSession::take_tls_wish() {
    return std::exchange(tls_wished_, false);
}

void SmtpSession::hello(std::string_view verb) {
    forget();
    greeted_ = true;
    if (verb == "HELO") return say("250 simulator.postern.example");
    const bool clear = security_ == SmtpSecurity::wanted;
    say("250-simulator.postern.example\r\n250-PIPELINING\r\n250-SIZE " +
        std::to_string(mail_bytes_max) +
        "\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-CHUNKING\r\n250-DSN\r\n" +
        (clear ? "250-STARTTLS" : "250-AUTH PLAIN LOGIN") + "\r\n250 ENHANCEDSTATUSCODES");
}

void SmtpSession::auth(std::string_view rest) {
    if (!user_.empty()) return say("503 5.5.1 once is enough");
    const std::size_t space = std::min(rest.find(' '), rest.size());
    const std::string mechanism = upper(rest.substr(0, space));
    const std::string_view initial = space < rest.size() ? rest.substr(space + 1) : "";
    if (mechanism == "LOGIN") {
        mode_ = Mode::login_user;
        return initial.empty() ? say("334 VXNlcm5hbWU6") : line(initial);
    }
    if (mechanism != "PLAIN") return say("504 5.5.4 no such mechanism");
    if (!initial.empty()) return log_in_plain(initial);
    mode_ = Mode::plain;
    say("334 ");
}

void SmtpSession::log_in_plain(std::string_view base64) {
    std::string decoded;
    if (!base64_decode(base64, decoded)) return say("501 5.5.2 no base64");
    const std::size_t first = decoded.find('\0');
    const std::size_t second = decoded.find('\0', std::min(first, decoded.size() - 1) + 1);
    if (first == std::string::npos || second == std::string::npos) {
        return say("501 5.5.2 not the three parts of PLAIN");
    }
    log_in(decoded.substr(first + 1, second - first - 1), decoded.substr(second + 1));
}

void SmtpSession::log_in(std::string_view user, std::string_view password) {
    user_ = user;
    if (!user_.empty() && books_.login(user, password)) return say("235 2.7.0 welcome");
    user_.clear();
    say("535 5.7.8 bad credentials");
}

void SmtpSession::mail(std::string_view rest) {
    if (mail_given_) return say("503 5.5.1 one sender");
    std::string_view options;
    const std::string_view path = path_of(rest, "FROM:", options);
    if (path.empty()) return say("501 5.1.7 bad sender");
    forget();
    for (auto option = take_option(options); !option.empty(); option = take_option(options)) {
        if (const std::string_view wrong = mail_option(option); !wrong.empty()) {
            forget();
            return say(wrong);
        }
    }
    if (!is_ascii(path) && !utf8_) return say("553 5.6.7 SMTPUTF8 was not asked for");
    envelope_.from = path;
    mail_given_ = true;
    say("250 2.1.0 ok");
}

/// The refusal; empty: none.
std::string_view SmtpSession::mail_option(std::string_view option) {
    const std::size_t equals = std::min(option.find('='), option.size());
    const std::string name = upper(option.substr(0, equals));
    const std::string_view value = option.substr(std::min(option.size(), equals + 1));
    const std::string word = upper(value);
    if (name == "SIZE") {
        std::size_t size = 0;
        const auto [stop, error] = std::from_chars(value.data(), value.data() + value.size(), size);
        if (error != std::errc{} || stop != value.data() + value.size()) return "501 5.5.4 SIZE";
        return size > mail_bytes_max ? "552 5.3.4 too large" : "";
    }
    if (name == "BODY") {
        eight_bit_ = word == "8BITMIME";
        return eight_bit_ || word == "7BIT" ? "" : "501 5.5.4 BODY";
    }
    if (name == "SMTPUTF8") {
        utf8_ = true;
        return value.empty() ? "" : "501 5.5.4 SMTPUTF8";
    }
    if (name == "RET") return word == "FULL" || word == "HDRS" ? "" : "501 5.5.4 RET";
    if (name == "ENVID") {
        const bool good =
            !value.empty() && value.size() <= envelope_id_max && from_xtext(value, envelope_.id);
        return good ? "" : "501 5.5.4 ENVID";
    }
    return name == "AUTH" ? "" : "555 5.5.4 unsupported option";
}

void SmtpSession::rcpt(std::string_view rest) {
    if (!mail_given_) return say("503 5.5.1 MAIL first");
    std::string_view options;
    const std::string_view path = path_of(rest, "TO:", options);
    if (path.empty()) return say("501 5.1.3 bad recipient");
    if (!is_ascii(path) && !utf8_) return say("553 5.6.7 SMTPUTF8 was not asked for");
    for (auto option = take_option(options); !option.empty(); option = take_option(options)) {
        const std::string word = upper(option);
        if (!word.starts_with("NOTIFY=") && !word.starts_with("ORCPT="))
            return say("555 5.5.4 unsupported option");
    }
    if (!envelope_.to.empty()) return say("452 4.5.3 one recipient a mail here");
    verdict_ = books_.judge(envelope_.from, path);
    latency_us_ += verdict_.latency_us;
    if (verdict_.fault == SendFault::unavailable) return end("421 4.3.2 not now");
    if (verdict_.fault == SendFault::revoked) return say("530 5.7.0 log in again");
    const auto refusal = refusal_of(verdict_.fault);
    if (!refusal.empty() && !verdict_.later) return say(refusal);
    envelope_.to = path;
    say("250 2.1.5 ok");
}

/// False: more has to come.
bool SmtpSession::take_data() {
    // The dot that ends it stands alone in its line, and may be all there is.
    const bool empty = letter_.empty() && heard_.starts_with(".\r\n");
    const std::size_t stop = empty ? 0 : heard_.find("\r\n.\r\n");
    if (stop == std::string::npos) {
        if (heard_.size() <= mail_bytes_max) return false;
        end("552 5.3.4 too large");
        return true;
    }
    letter_ = heard_.substr(0, empty ? 0 : stop + 2);
    heard_.erase(0, stop + (empty ? 3 : 5));
    for (std::size_t at = 0; at < letter_.size();) {
        if (letter_[at] == '.') letter_.erase(at, 1);
        const std::size_t next = letter_.find("\r\n", at);
        at = next == std::string::npos ? letter_.size() : next + 2;
    }
    mode_ = Mode::commands;
    finish();
    return true;
}

void SmtpSession::begin_chunk(std::string_view rest) {
    const std::size_t space = std::min(rest.find(' '), rest.size());
    const std::string_view digits = rest.substr(0, space);
    const auto [stop, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), chunk_left_);
    const bool number = error == std::errc{} && stop == digits.data() + digits.size();
    if (!number || chunk_left_ > mail_bytes_max) return end("501 5.5.4 BDAT what");
    chunked_ = true;
    last_chunk_ = space < rest.size() && upper(rest.substr(space + 1)) == "LAST";
    mode_ = Mode::chunk;
}

bool SmtpSession::take_chunk() {
    const std::size_t size = std::min(chunk_left_, heard_.size());
    letter_.append(heard_, 0, size);
    heard_.erase(0, size);
    chunk_left_ -= size;
    if (chunk_left_ > 0) return false;
    mode_ = Mode::commands;
    if (envelope_.to.empty()) {
        forget();
        say("503 5.5.1 no valid recipients");
    } else if (letter_.size() > mail_bytes_max) {
        end("552 5.3.4 too large");
    } else if (last_chunk_) {
        finish();
    } else {
        say("250 2.0.0 ok");
    }
    return true;
}

void SmtpSession::finish() {
    if (const std::string_view fault = mail_fault(letter_); !fault.empty()) {
        forget();
        return say("554 5.6.0 " + std::string(fault));
    }
    if (!eight_bit_ && !utf8_ && !is_ascii(letter_)) {
        forget();
        return say("554 5.6.1 eight bits that were not announced");
    }
    over_ = broken_ = verdict_.fault == SendFault::reset_before;
    if (over_) return;
    const std::string id = books_.take(envelope_, mail_text(letter_), letter_);
    // Taken, and nobody hears of it.
    over_ = verdict_.fault == SendFault::no_answer || verdict_.fault == SendFault::reset_after;
    broken_ = over_;
    forget();
    if (!over_) say("250 2.0.0 Ok: queued as " + id);
}

void SmtpSession::forget() {
    envelope_ = {};
    letter_.clear();
    mail_given_ = false;
    eight_bit_ = false;
    utf8_ = false;
    chunked_ = false;
    verdict_ = {};
}

void SmtpSession::say(std::string_view reply) {
    output_.append(reply).append("\r\n");
}

void SmtpSession::end(std::string_view reply) {
    say(reply);
    over_ = true;
}

std::string SmtpSession::take_output() {
    return std::exchange(output_, {});
}

std::int64_t SmtpSession::take_latency_us() {
    return std::exchange(latency_us_, 0);
}

}  // namespace postern::sim
