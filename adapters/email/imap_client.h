// The client's side of IMAP (RFC 9051, RFC 3501; IDLE RFC 2177, MOVE RFC 6851, UIDPLUS RFC 4315,
// SASL-IR RFC 4959) without its socket: bytes in, bytes out. It logs in, opens one mailbox, hands
// out the mails in it one after the other, marks each once it is told that the mail is safe, and
// then waits for more. One command at a time: a mailbox is not a queue that wants throughput, and
// what the server says is never ambiguous.
//
// Life: one connection; ImapMemory outlives it. Thread: the connection's.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/email/imap_reader.h"
#include "adapters/email/smtp_client.h"

namespace postern::adapters::email {

/// What becomes of a mail in the mailbox once it is safe here.
enum class ImapAfter : unsigned char { seen, remove, move };

struct ImapOptions {
    SmtpTls tls = SmtpTls::implicit;
    SmtpLogin login;                    // `mechanism`: automatic
    std::string mailbox = "\"INBOX\"";  // as it goes over the wire: imap_mailbox()
    ImapAfter after = ImapAfter::seen;
    std::string folder;  // of `move`, likewise
    std::size_t mail_bytes_max = std::size_t{50} << 20;
};

enum class ImapSettled : unsigned char {
    taken,      // durable: marked as `after` says
    set_aside,  // durable as a note for people: it stays where it is, \Seen and \Flagged
    later,      // not durable: it is handed out again after look()
};

/// What must be known beyond a connection: one account's, kept by who makes its clients. A start
/// begins with an empty one; duplicates drop what that brings again.
struct ImapMemory {
    std::uint32_t validity = 0;                    // UIDVALIDITY that the rest is of
    std::map<std::uint32_t, ImapSettled> durable;  // by UID: safe, and not marked yet
    std::set<std::uint32_t> copied;  // of these: what is left of the move is the mail itself
    /// The mail that was asked for last: what ends every connection must not stand before all
    /// others for ever, and a server that is unwell must not cost anybody a mail.
    std::uint32_t hard_uid = 0;
    unsigned hard_attempts = 0;  // in a row: something of it came, and it did not come whole
    unsigned vain_attempts = 0;  // in a row: nothing of it came
    std::chrono::microseconds hard_since{0};  // when the first of `hard_attempts` was
    /// A steady clock's, set by who drives the client before each received().
    std::chrono::microseconds now{0};

    /// Of a mail whose connection may be gone by now.
    void keep(std::uint32_t of_validity, std::uint32_t uid, ImapSettled how);
};

struct ImapMail {
    std::uint32_t validity = 0;
    std::uint32_t uid = 0;
    std::string bytes;    // RFC 5322; with a `problem` what there is of it, at most 64 KiB
    std::string problem;  // why it is not whole, for people; empty: it is
};

enum class ImapProblem : unsigned char {
    protocol,      // what came is not IMAP, or bytes in clear behind STARTTLS
    no_tls,        // the server does not offer it
    no_mechanism,  // no way to log in that is ours, or none without TLS
    refused,       // the login
    unavailable,   // the server cannot now, or says good-bye
    no_mailbox,    // it does not exist, or is not ours
    cannot_mark,   // read-only, or too many mails that it would not mark
};
[[nodiscard]] std::string_view to_string(ImapProblem problem);

struct ImapFailure {
    ImapProblem problem = ImapProblem::protocol;
    std::string detail;  // the server's words or ours; bytes as they came
};

enum class ImapWish : unsigned char { nothing, start_tls };

class ImapClient final {
  public:
    ImapClient(ImapOptions options, ImapMemory& memory);

    /// What came. Look at all of the below afterwards.
    void received(std::string_view bytes);
    /// The TLS that `start_tls` asked for is there.
    void secured();

    /// What is to be written now; often empty.
    [[nodiscard]] std::string take_output();
    [[nodiscard]] ImapWish take_wish();
    /// Why the connection came to nothing; nothing follows.
    [[nodiscard]] const std::optional<ImapFailure>& failure() const { return failure_; }

    /// The mailbox is open.
    [[nodiscard]] bool selected() const { return selected_; }
    /// A mail; the next one comes after settle() alone.
    [[nodiscard]] std::optional<ImapMail> take_mail();
    void settle(ImapSettled how);
    /// A mail is with whoever took it, or waits for look() since it found no room.
    [[nodiscard]] bool holds_mail() const {
        return state_ == State::handed || state_ == State::held;
    }
    /// The server would not mark a mail, in its words; once each.
    [[nodiscard]] std::optional<std::string> take_mark_problem();

    /// There is nothing to do until the server tells of a mail (then IDLE stands) or look().
    [[nodiscard]] bool resting() const {
        return state_ == State::idling || state_ == State::resting;
    }
    [[nodiscard]] bool idling() const { return state_ == State::idling; }
    /// A mail was left for later, since nothing of it came: look(true) before long.
    [[nodiscard]] bool passed_over() const { return passed_over_; }
    /// Looks for mails again: all of the mailbox, or asks whether something is new. Later, if
    /// something else is under way.
    void look(bool all);
    /// Says good-bye; nothing follows.
    void log_out();

    /// How long it is to wait for the server's next bytes, where it does not rest.
    [[nodiscard]] std::chrono::seconds patience() const;
    /// How long the command under way may take in all, however often something comes; a command is
    /// another one once commands() is another number.
    [[nodiscard]] std::chrono::seconds allowance() const;
    [[nodiscard]] std::uint32_t commands() const { return tags_; }

  private:
    enum class State : unsigned char {
        greeting,
        capability,
        tls,
        login,
        late_capability,  // of who is logged in
        select,
        search,
        sizes,
        fetch,
        handed,
        held,
        mark,
        idle_begin,
        idling,
        idle_end,
        asking,   // NOOP
        resting,  // without IDLE
        over,
    };

    // imap_client.cc
    void say(std::string_view command, State next);
    void on_reply(ImapReply reply);
    void on_told(ImapReply reply);
    void add_found(const std::vector<std::uint32_t>& uids);
    void on_fetch(ImapFetched fetched);
    void on_done(const ImapReply& reply);
    void on_more();
    void fail(ImapProblem problem, std::string_view detail);
    void refuse(ImapProblem problem, const ImapReply& reply);
    [[nodiscard]] bool can(std::string_view capability) const;

    // imap_login.cc
    void on_greeting(const ImapReply& reply);
    void open();
    void log_in();
    void log_in_plainly();
    void on_login(const ImapReply& reply);

    // imap_mailbox.cc
    void select();
    void on_selected(const ImapReply& reply);
    void search();
    void on_searched();
    void next();
    void ask_sizes();
    void fetch(std::uint32_t uid);
    void on_fetched();
    void note_attempt();
    void hand_out(std::uint32_t uid, std::string bytes, std::string problem);
    void mark(std::uint32_t uid, ImapSettled how);
    void on_marked(const ImapReply& reply);
    void drop_front();
    [[nodiscard]] std::vector<std::string> mark_commands(std::uint32_t uid, ImapSettled how) const;
    void rest();
    void end_idle();

    const ImapOptions options_;
    ImapMemory& memory_;
    ImapReader reader_;
    State state_ = State::greeting;
    bool secure_ = false;
    bool selected_ = false;
    std::uint32_t tags_ = 0;
    std::string tag_;  // of the command under way; empty: none is
    std::string output_;
    ImapWish wish_ = ImapWish::nothing;
    std::optional<ImapFailure> failure_;
    std::vector<std::string> capabilities_;
    std::deque<std::string> pieces_;  // of the command under way, each after a "+"
    std::string complaint_answer_;    // to a "+" when no piece is left: an OAuth error in JSON
    bool complained_ = false;

    std::uint32_t validity_ = 0;
    std::string permanent_flags_;       // empty: all
    bool news_ = false;                 // the server told of mails since the last search began
    bool look_all_ = false;             // asked for while something else was under way
    bool idle_refused_ = false;         // said to be there, and then was not
    std::uint32_t from_ = 1;            // UIDs below were looked at over this connection
    std::vector<std::uint32_t> found_;  // by the search under way
    bool found_more_ = false;           // and there was no room for all of it
    std::deque<std::uint32_t> queue_;   // UIDs to be fetched or marked, rising
    std::size_t sized_ = 0;             // so many of its first ones have been asked for in sizes_
    std::map<std::uint32_t, std::uint64_t> sizes_;
    bool whole_asked_ = false;    // by the fetch under way, not its headers alone
    bool attempt_noted_ = false;  // of it, in `memory_`
    bool passed_over_ = false;
    ImapFetched fetched_;
    std::optional<ImapMail> mail_;
    std::deque<std::string> marks_;  // commands of the mark under way, the first is said
    bool folder_made_ = false;
    std::optional<std::string> mark_problem_;
};

}  // namespace postern::adapters::email
