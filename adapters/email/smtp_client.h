// The client's side of an SMTP submission (RFC 5321, 6409) without its socket: bytes in, bytes out.
// The greeting, EHLO, STARTTLS, AUTH; then letters, one after the other, over the same connection.
// One letter has one recipient: what becomes of it is known for that person.
//
// Commands are pipelined where the server allows it, up to DATA, but never the letter itself behind
// RCPT: BDAT in the same flight would save nothing (DATA costs the same round trip) and make every
// connection that a server had closed meanwhile look as if the letter might have been taken.
//
// Life: one connection. Thread: the connection's.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/email/smtp_auth.h"
#include "adapters/email/smtp_extensions.h"
#include "adapters/email/smtp_reply.h"

namespace postern::adapters::email {

enum class SmtpTls : unsigned char { none, starttls, implicit };

struct SmtpOptions {
    std::string hello;  // our name, or an address literal
    SmtpTls tls = SmtpTls::starttls;
    SmtpLogin login;
};

/// Where something ended: connect to auth and mail are about us, rcpt about the person, data and
/// content about the letter.
enum class SmtpStage : unsigned char { connect, hello, tls, auth, mail, rcpt, data, content };
[[nodiscard]] std::string_view to_string(SmtpStage stage);

/// What the client found wrong itself; `none`: the server's reply says all.
enum class SmtpProblem : unsigned char {
    none,
    protocol,      // what came is not SMTP, or bytes in clear behind STARTTLS
    no_tls,        // the server does not offer it
    no_mechanism,  // none of its AUTH mechanisms is ours
    too_large,     // beyond the server's SIZE: nothing was sent
    no_utf8,       // an address needs SMTPUTF8: nothing was sent
    broken,        // the letter or an address cannot be sent as it is: our defect
};

struct SmtpEnd {
    SmtpStage stage = SmtpStage::connect;
    SmtpReply reply;  // code 0: none came
    SmtpProblem problem = SmtpProblem::none;
    std::string detail;  // of `problem`, for people
    [[nodiscard]] bool accepted() const {
        return stage == SmtpStage::content && problem == SmtpProblem::none && reply.positive();
    }
};

struct SmtpLetter {
    std::string sender;            // envelope, an address
    std::string recipient;         // envelope, an address
    std::string content;           // headers and body, lines ended by CRLF
    std::string envelope_id;       // our name of it in bounces, printable ASCII; or empty
    std::uint64_t more_bytes = 0;  // that come by pour(), behind `content`
};

enum class SmtpWish : unsigned char { nothing, start_tls, close };

class SmtpClient final {
  public:
    explicit SmtpClient(SmtpOptions options);

    /// What came. Look at all of the below afterwards.
    void received(std::string_view bytes);
    /// The TLS that `start_tls` asked for is there.
    void secured();

    /// What is to be written now; often empty.
    [[nodiscard]] std::string take_output();
    /// start_tls: told once. close: nothing more will come of this connection (write first).
    [[nodiscard]] SmtpWish take_wish();

    /// A letter may be given.
    [[nodiscard]] bool ready() const { return state_ == State::idle && awaited_.empty(); }
    void submit(SmtpLetter letter);
    /// Bytes of the letter that it waits for; they may come in pieces. 0: none, or not yet.
    [[nodiscard]] std::uint64_t wants() const { return wanted_; }
    /// At most so many: whole lines put together, of which none begins with a dot and the last ends
    /// with CRLF.
    void pour(std::string_view bytes);
    /// Of the letter, once; also where it ended without a byte sent.
    [[nodiscard]] std::optional<SmtpEnd> take_end();
    /// Why the connection came to nothing; set before a letter could be given, or with its end.
    [[nodiscard]] const std::optional<SmtpEnd>& failure() const { return failure_; }

    /// Says good-bye; ready() is false from now on.
    void quit();

    /// Of what it waits for.
    [[nodiscard]] SmtpStage stage() const;
    [[nodiscard]] std::chrono::seconds patience() const;
    /// Whether it waits for the server at all.
    [[nodiscard]] bool waiting() const { return !awaited_.empty(); }
    [[nodiscard]] const SmtpExtensions& extensions() const { return extensions_; }
    /// Bytes given by take_output() up to which the server cannot have the letter whole; once more
    /// have left it may have. Nullopt: the end of the letter was not written.
    [[nodiscard]] std::optional<std::uint64_t> whole_after() const { return whole_after_; }

  private:
    enum class State : unsigned char { opening, idle, letter, over };
    enum class Awaited : unsigned char {
        greeting,
        hello,
        tls,
        auth,
        mail,
        rcpt,
        data,
        content,
        chunk,
        nothing_sent,
        reset,
        quit
    };

    void say(std::string_view line, Awaited answer);
    void on_reply(SmtpReply reply);
    void on_greeting(SmtpReply reply);
    void on_hello(SmtpReply reply);
    void on_tls(SmtpReply reply);
    void on_auth(SmtpReply reply);
    void on_mail(SmtpReply reply);
    void on_rcpt(SmtpReply reply);
    void on_data(SmtpReply reply);
    void log_in();
    void say_rcpt();
    void say_content();
    void end_content();
    void refuse(SmtpStage stage, SmtpReply reply);
    void end_letter(SmtpEnd end);
    void clean_up();
    void fail(SmtpStage stage, SmtpReply reply, SmtpProblem problem, std::string_view detail = {});

    const SmtpOptions options_;
    SmtpReplyReader reader_;
    SmtpExtensions extensions_;
    State state_ = State::opening;
    bool secure_ = false;
    SmtpMechanism mechanism_ = SmtpMechanism::plain;
    int auth_round_ = 0;
    std::deque<Awaited> awaited_;
    std::string output_;
    std::uint64_t written_ = 0;  // with what stands in output_
    SmtpWish wish_ = SmtpWish::nothing;

    SmtpLetter letter_;
    bool refused_ = false;
    std::uint64_t wanted_ = 0;
    std::optional<SmtpEnd> end_;
    std::optional<std::uint64_t> whole_after_;
    std::optional<SmtpEnd> failure_;
};

/// The letter with every line that begins with a dot given another, and its last one ended; the dot
/// that ends it all comes behind.
[[nodiscard]] std::string smtp_stuffed(std::string_view content);
/// Every CR is followed by LF, every LF follows a CR, no line is beyond 998 bytes, no NUL: what a
/// lenient server could read as the end of the letter is not in it.
[[nodiscard]] bool smtp_clean(std::string_view content);

}  // namespace postern::adapters::email
