#include "adapters/email/smtp_client.h"

#include <array>
#include <utility>

#include "adapters/email/smtp_address.h"
#include "adapters/email/smtp_letter.h"

namespace postern::adapters::email {

std::string_view to_string(SmtpStage stage) {
    static constexpr std::array<std::string_view, 8> names = {
        "connect", "hello", "tls", "auth", "mail", "rcpt", "data", "content"};
    return names[static_cast<std::size_t>(stage)];
}

SmtpClient::SmtpClient(SmtpOptions options)
    : options_(std::move(options)), secure_(options_.tls == SmtpTls::implicit) {
    awaited_.push_back(Awaited::greeting);
}

void SmtpClient::received(std::string_view bytes) {
    if (state_ == State::over) return;
    reader_.add(bytes);
    while (state_ != State::over) {
        auto reply = reader_.next();
        if (!reply) break;
        on_reply(std::move(*reply));
    }
    if (state_ != State::over && !reader_.broken().empty()) {
        fail(stage(), {}, SmtpProblem::protocol, reader_.broken());
    }
}

void SmtpClient::on_reply(SmtpReply reply) {
    if (awaited_.empty() || (reply.code == 421 && awaited_.front() != Awaited::quit)) {
        // The server closes: with notice, or it says what nobody asked.
        const bool notice = reply.code == 421;
        return fail(stage(), std::move(reply), notice ? SmtpProblem::none : SmtpProblem::protocol,
                    notice ? "" : "a reply to nothing");
    }
    const Awaited what = awaited_.front();
    awaited_.pop_front();
    switch (what) {
        case Awaited::greeting:
            return on_greeting(std::move(reply));
        case Awaited::hello:
            return on_hello(std::move(reply));
        case Awaited::tls:
            return on_tls(std::move(reply));
        case Awaited::auth:
            return on_auth(std::move(reply));
        case Awaited::mail:
            return on_mail(std::move(reply));
        case Awaited::rcpt:
            return on_rcpt(std::move(reply));
        case Awaited::data:
            return on_data(std::move(reply));
        case Awaited::content:
        case Awaited::chunk: {
            if (wanted_ > 0) {
                // An answer to half a letter: whatever else is written would be taken for commands.
                const bool no = !reply.positive();
                return fail(SmtpStage::content, std::move(reply),
                            no ? SmtpProblem::none : SmtpProblem::protocol,
                            no ? "" : "an answer to half a letter");
            }
            const bool taken = reply.positive();
            end_letter({SmtpStage::content, std::move(reply), SmtpProblem::none, {}});
            if (!taken && what == Awaited::chunk) say("RSET", Awaited::reset);
            return;
        }
        case Awaited::nothing_sent:
            return clean_up();
        case Awaited::reset:
            if (!reply.positive()) fail(SmtpStage::mail, std::move(reply), SmtpProblem::none);
            return;
        case Awaited::quit:
            state_ = State::over;
            wish_ = SmtpWish::close;
            return;
    }
}

void SmtpClient::on_greeting(SmtpReply reply) {
    if (reply.code != 220) return fail(SmtpStage::connect, std::move(reply), SmtpProblem::none);
    say("EHLO " + options_.hello, Awaited::hello);
}

void SmtpClient::on_hello(SmtpReply reply) {
    if (reply.code != 250) return fail(SmtpStage::hello, std::move(reply), SmtpProblem::none);
    extensions_ = smtp_extensions(reply);
    if (options_.tls == SmtpTls::starttls && !secure_) {
        if (!extensions_.starttls) {
            return fail(SmtpStage::tls, std::move(reply), SmtpProblem::no_tls,
                        "the server does not offer STARTTLS");
        }
        return say("STARTTLS", Awaited::tls);
    }
    log_in();
}

void SmtpClient::on_tls(SmtpReply reply) {
    if (reply.code != 220) return fail(SmtpStage::tls, std::move(reply), SmtpProblem::none);
    if (reader_.has_more()) {
        // CVE-2011-0411: what stands behind the 220 was put there by somebody else.
        return fail(SmtpStage::tls, std::move(reply), SmtpProblem::protocol,
                    "bytes in clear behind STARTTLS");
    }
    wish_ = SmtpWish::start_tls;
}

void SmtpClient::secured() {
    if (state_ == State::over) return;
    secure_ = true;
    extensions_ = {};
    reader_.clear();
    say("EHLO " + options_.hello, Awaited::hello);
}

void SmtpClient::log_in() {
    if (options_.login.username.empty()) {
        state_ = State::idle;
        return;
    }
    const auto mechanism = smtp_mechanism(options_.login, extensions_);
    if (!mechanism) {
        return fail(SmtpStage::auth, {}, SmtpProblem::no_mechanism,
                    "the server offers no AUTH mechanism that fits the account");
    }
    mechanism_ = *mechanism;
    auth_round_ = 0;
    say(smtp_auth_command(options_.login, mechanism_), Awaited::auth);
}

void SmtpClient::on_auth(SmtpReply reply) {
    if (reply.code == 235) {
        state_ = State::idle;
        return;
    }
    if (reply.code == 334) {
        if (const auto answer = smtp_auth_answer(options_.login, mechanism_, auth_round_++)) {
            return say(*answer, Awaited::auth);
        }
        return fail(SmtpStage::auth, std::move(reply), SmtpProblem::protocol,
                    "a challenge beyond the mechanism's");
    }
    fail(SmtpStage::auth, std::move(reply), SmtpProblem::none);
}

void SmtpClient::submit(SmtpLetter letter) {
    letter_ = std::move(letter);
    state_ = State::letter;
    refused_ = false;
    wanted_ = 0;
    end_.reset();
    whole_after_.reset();
    if (const SmtpProblem problem = smtp_obstacle(letter_, extensions_);
        problem != SmtpProblem::none) {
        return end_letter({SmtpStage::mail, {}, problem, std::string(smtp_words(problem))});
    }
    say(smtp_mail_command(letter_, extensions_), Awaited::mail);
    if (!extensions_.pipelining) return;
    say_rcpt();
    if (!extensions_.chunking) say("DATA", Awaited::data);
}

void SmtpClient::say_rcpt() {
    say(smtp_rcpt_command(letter_, extensions_), Awaited::rcpt);
}

void SmtpClient::on_mail(SmtpReply reply) {
    if (!reply.positive()) return refuse(SmtpStage::mail, std::move(reply));
    if (!extensions_.pipelining) say_rcpt();
}

void SmtpClient::on_rcpt(SmtpReply reply) {
    if (!reply.positive()) return refuse(SmtpStage::rcpt, std::move(reply));
    if (refused_) return clean_up();
    if (extensions_.chunking) {
        say_content();
    } else if (!extensions_.pipelining) {
        say("DATA", Awaited::data);
    }
}

void SmtpClient::on_data(SmtpReply reply) {
    if (reply.code != 354) return refuse(SmtpStage::data, std::move(reply));
    // A server that wants data for a letter without recipients gets none, and refuses that.
    if (refused_) return say(".", Awaited::nothing_sent);
    say_content();
}

void SmtpClient::say_content() {
    if (extensions_.chunking) {
        say("BDAT " + std::to_string(smtp_bytes(letter_)) + " LAST", Awaited::chunk);
        output_ += letter_.content;
        written_ += letter_.content.size();
    } else {
        const std::string stuffed = smtp_stuffed(letter_.content);
        awaited_.push_back(Awaited::content);
        output_ += stuffed;
        written_ += stuffed.size();
    }
    letter_.content = {};
    wanted_ = letter_.more_bytes;
    if (wanted_ == 0) end_content();
}

void SmtpClient::pour(std::string_view bytes) {
    bytes = bytes.substr(0, wanted_);
    if (bytes.empty()) return;
    output_ += bytes;
    written_ += bytes.size();
    wanted_ -= bytes.size();
    if (wanted_ == 0) end_content();
}

void SmtpClient::end_content() {
    if (extensions_.chunking) {
        whole_after_ = written_ - 1;
        return;
    }
    output_ += ".\r\n";
    written_ += 3;
    // Some servers end at ".\r", and none before the dot.
    whole_after_ = written_ - 3;
}

/// The first refusal is the letter's end; what is still to be answered is read and passed over.
void SmtpClient::refuse(SmtpStage stage, SmtpReply reply) {
    if (!refused_) {
        refused_ = true;
        end_ = SmtpEnd{stage, std::move(reply), SmtpProblem::none, {}};
    }
    clean_up();
}

void SmtpClient::clean_up() {
    if (!awaited_.empty()) return;
    letter_ = {};
    state_ = State::idle;
    say("RSET", Awaited::reset);
}

void SmtpClient::end_letter(SmtpEnd end) {
    if (!end_) end_ = std::move(end);
    letter_ = {};
    state_ = State::idle;
}

std::optional<SmtpEnd> SmtpClient::take_end() {
    return std::exchange(end_, std::nullopt);
}

void SmtpClient::fail(SmtpStage stage, SmtpReply reply, SmtpProblem problem,
                      std::string_view detail) {
    failure_ = SmtpEnd{stage, std::move(reply), problem, std::string(detail)};
    if (state_ == State::letter && !refused_) end_ = failure_;
    state_ = State::over;
    wish_ = SmtpWish::close;
    awaited_.clear();
    letter_ = {};
    wanted_ = 0;
}

void SmtpClient::quit() {
    if (state_ == State::over) return;
    say("QUIT", Awaited::quit);
    state_ = State::opening;
}

void SmtpClient::say(std::string_view line, Awaited answer) {
    output_.append(line).append("\r\n");
    written_ += line.size() + 2;
    awaited_.push_back(answer);
}

std::string SmtpClient::take_output() {
    return std::exchange(output_, {});
}

SmtpWish SmtpClient::take_wish() {
    return std::exchange(wish_, wish_ == SmtpWish::close ? SmtpWish::close : SmtpWish::nothing);
}

SmtpStage SmtpClient::stage() const {
    if (awaited_.empty()) return state_ == State::opening ? SmtpStage::tls : SmtpStage::mail;
    switch (awaited_.front()) {
        case Awaited::greeting:
            return SmtpStage::connect;
        case Awaited::hello:
            return SmtpStage::hello;
        case Awaited::tls:
            return SmtpStage::tls;
        case Awaited::auth:
            return SmtpStage::auth;
        case Awaited::rcpt:
            return SmtpStage::rcpt;
        case Awaited::data:
            return SmtpStage::data;
        case Awaited::content:
        case Awaited::chunk:
            return SmtpStage::content;
        case Awaited::mail:
        case Awaited::nothing_sent:
        case Awaited::reset:
        case Awaited::quit:
            break;
    }
    return SmtpStage::mail;
}

std::chrono::seconds SmtpClient::patience() const {
    // Below RFC 5321's minutes: a message that waits here can be tried again, but for the last,
    // where leaving early means that nobody knows.
    switch (stage()) {
        case SmtpStage::content:
            return std::chrono::seconds(100);
        case SmtpStage::mail:
        case SmtpStage::rcpt:
        case SmtpStage::data:
            return std::chrono::seconds(60);
        default:
            return std::chrono::seconds(30);
    }
}

}  // namespace postern::adapters::email
