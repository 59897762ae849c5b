// A server's replies (RFC 5321 section 4.2) out of the bytes of a connection, strictly: what is no
// reply ends the connection, because a client that guesses here loses count of its commands.
// Nothing is kept but the reply under way. Thread: one connection's.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::adapters::email {

/// An enhanced status code (RFC 3463): 5.1.1 and the like.
struct SmtpStatus {
    int cls = 0;  // 2, 4 or 5; 0: the reply carries none
    int subject = 0;
    int detail = 0;
    bool operator==(const SmtpStatus&) const = default;
};
/// At the start of `text`, followed by a space or nothing.
[[nodiscard]] std::optional<SmtpStatus> smtp_status(std::string_view text);

struct SmtpReply {
    int code = 0;                    // 200..599; 0: none came
    std::vector<std::string> lines;  // texts behind the code, at least one, bytes as they came
    bool operator==(const SmtpReply&) const = default;

    [[nodiscard]] bool positive() const { return code >= 200 && code < 300; }
    /// The status that leads the text, or stands in it behind a «#», if its class is the code's.
    [[nodiscard]] SmtpStatus status() const;
    /// "550 5.1.1 no such user", the lines joined by a space.
    [[nodiscard]] std::string words() const;
};

class SmtpReplyReader final {
  public:
    static constexpr std::size_t line_bytes_max = 2048;  // RFC 5321 asks for 512
    static constexpr std::size_t lines_max = 256;

    /// Takes all of `bytes` in.
    void add(std::string_view bytes) { waiting_.append(bytes); }
    /// The next whole reply; nullopt: more bytes are needed, or broken().
    [[nodiscard]] std::optional<SmtpReply> next();
    /// Why nothing more can be read; empty: all is well. It stays.
    [[nodiscard]] std::string_view broken() const { return broken_; }
    /// Bytes of a reply that is not whole, or of further ones.
    [[nodiscard]] bool has_more() const { return !waiting_.empty() || !reply_.lines.empty(); }
    /// Forgets what was read in clear, once the connection is secure.
    void clear();

  private:
    /// One line without its end; true: it was its reply's last.
    bool take_line(std::string_view line);

    std::string waiting_;
    SmtpReply reply_;
    std::string_view broken_;
};

}  // namespace postern::adapters::email
