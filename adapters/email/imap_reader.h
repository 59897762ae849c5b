// A server's responses out of the bytes of a connection: lines, with the strings between them whose
// length was announced. Bounded: of a string that is too long the beginning is kept and the rest is
// read past, so that one mail does not end the connection. Thread: one connection's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/email/imap_reply.h"

namespace postern::adapters::email {

class ImapReader final {
  public:
    /// Of one response, without its literals.
    static constexpr std::size_t line_bytes_max = std::size_t{256} << 10;
    /// Of a SEARCH, which names every mail that it found.
    static constexpr std::size_t search_bytes_max = std::size_t{16} << 20;
    static constexpr std::size_t literals_max = 64;
    /// A literal that claims more ends the connection.
    static constexpr std::uint64_t announced_bytes_max = std::uint64_t{4} << 30;

    /// `literal_bytes_max`: kept of all literals of one response together.
    explicit ImapReader(std::size_t literal_bytes_max) : literal_bytes_max_(literal_bytes_max) {}

    /// Takes all of `bytes` in.
    void add(std::string_view bytes) { waiting_.append(bytes); }
    /// The next whole response; nullopt: more bytes are needed, or broken().
    [[nodiscard]] std::optional<ImapReply> next();
    /// Why nothing more can be read; empty: all is well. It stays.
    [[nodiscard]] std::string_view broken() const { return broken_; }
    /// Bytes of a response that is not whole, or of further ones.
    [[nodiscard]] bool has_more() const {
        return at_ < waiting_.size() || !line_.empty() || left_ > 0;
    }
    /// Of a response that is not whole: something of a string in it has come.
    [[nodiscard]] bool has_string() const { return kept_ > 0; }
    /// Forgets what was read in clear, once the connection is secure.
    void clear();

  private:
    [[nodiscard]] bool take_literal();
    [[nodiscard]] bool take_line();
    [[nodiscard]] bool announces(std::string_view segment, std::uint64_t& bytes);
    [[nodiscard]] bool is_too_long(std::string_view segment) const;
    void compact();

    const std::size_t literal_bytes_max_;
    std::string waiting_;
    std::size_t at_ = 0;       // of `waiting_`: all before is done with
    std::size_t scanned_ = 0;  // of `waiting_`: no line end before
    std::string line_;
    std::vector<ImapLiteral> literals_;
    std::size_t kept_ = 0;    // bytes of `literals_`
    std::uint64_t left_ = 0;  // of the literal under way
    bool whole_ = false;      // `line_` is a response
    std::string_view broken_;
};

}  // namespace postern::adapters::email
