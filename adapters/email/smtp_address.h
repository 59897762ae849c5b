// A mail address as an SMTP command and a header carry it: checked so that nothing in it can end a
// line or a path, its domain in ASCII (RFC 5890), because every server understands that. Thread:
// any.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace postern::adapters::email {

struct MailAddress {
    std::string local;   // as given: case belongs to the mailbox
    std::string domain;  // ASCII, lower case
    bool operator==(const MailAddress&) const = default;

    [[nodiscard]] std::string text() const { return local + "@" + domain; }
    /// The local part is not ASCII: only a server with SMTPUTF8 takes it.
    [[nodiscard]] bool needs_utf8() const;
};

/// A dot-atom at a domain of at least one label, within RFC 5321's lengths (64, 255). Quoted local
/// parts and address literals are refused: nobody writes to them, and they are how commands get
/// smuggled.
[[nodiscard]] std::optional<MailAddress> mail_address(std::string_view text);

/// "Acme, Inc. <avisos@example.net>", or the address alone.
struct NamedAddress {
    std::string name;  // UTF-8, without quotes
    MailAddress address;
};
[[nodiscard]] std::optional<NamedAddress> named_address(std::string_view text);

[[nodiscard]] bool is_ascii(std::string_view text);

}  // namespace postern::adapters::email
