// The simulated relay's half of one SMTP connection (RFC 5321 with PIPELINING, CHUNKING, 8BITMIME,
// SMTPUTF8, SIZE, DSN, STARTTLS, AUTH PLAIN and LOGIN), bytes in, bytes out. Strict: what RFC 5321
// forbids is refused, bare line ends end the connection. It shares nothing with the client that it
// judges. Thread: one connection's.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "gateway/sim/send_faults.h"

namespace postern::sim {

struct SmtpVerdict {
    SendFault fault = SendFault::none;
    std::int64_t latency_us = 0;
    bool later = false;  // taken first; a report of the failure follows
};

struct SmtpEnvelope {
    std::string from;
    std::string to;
    std::string id;  // ENVID, decoded
};

enum class SmtpSecurity : unsigned char {
    none,    // in clear, for loopback
    wanted,  // nothing but STARTTLS in clear
    on,
};

/// What the session asks of the books. Any of them may block for a moment.
struct SmtpBooks {
    std::function<bool(std::string_view user, std::string_view password)> login;
    std::function<SmtpVerdict(std::string_view from, std::string_view to)> judge;
    /// Writes it into the ledger; the id for the answer.
    std::function<std::string(const SmtpEnvelope& envelope, std::string_view text,
                              std::string_view mail)>
        take;
};

class SmtpSession final {
  public:
    static constexpr std::size_t mail_bytes_max = 10 * 1024 * 1024;

    explicit SmtpSession(SmtpBooks books, SmtpSecurity security = SmtpSecurity::none);

    void hear(std::string_view bytes);
    [[nodiscard]] std::string take_output();
    /// Once after STARTTLS: what follows the output is TLS. All that was known is forgotten.
    [[nodiscard]] bool take_tls_wish();
    /// Nothing more is heard; close once the output is written.
    [[nodiscard]] bool over() const { return over_; }
    /// The connection breaks without the output.
    [[nodiscard]] bool broken() const { return broken_; }
    /// How long the output waits.
    [[nodiscard]] std::int64_t take_latency_us();

  private:
    enum class Mode : unsigned char { commands, login_user, login_password, plain, data, chunk };

    void line(std::string_view text);
    void command(std::string_view verb, std::string_view rest);
    void hello(std::string_view verb);
    void auth(std::string_view rest);
    void log_in(std::string_view user, std::string_view password);
    void log_in_plain(std::string_view base64);
    void start_tls(std::string_view rest);
    void mail(std::string_view rest);
    [[nodiscard]] std::string_view mail_option(std::string_view option);
    void rcpt(std::string_view rest);
    void begin_data();
    void begin_chunk(std::string_view rest);
    [[nodiscard]] bool take_data();
    [[nodiscard]] bool take_chunk();
    void finish();
    void forget();
    void say(std::string_view reply);
    void end(std::string_view reply);

    const SmtpBooks books_;
    Mode mode_ = Mode::commands;
    std::string heard_;
    std::string output_;
    std::string user_;
    SmtpEnvelope envelope_;
    std::string letter_;
    bool greeted_ = false;
    bool mail_given_ = false;
    bool eight_bit_ = false;
    bool utf8_ = false;
    bool chunked_ = false;
    bool last_chunk_ = false;
    SmtpSecurity security_;
    bool tls_wished_ = false;
    std::size_t chunk_left_ = 0;
    SmtpVerdict verdict_;
    std::int64_t latency_us_ = 0;
    bool over_ = false;
    bool broken_ = false;
};

}  // namespace postern::sim
