// What an IMAP command is written with (RFC 9051, RFC 3501 section 5.1.3): strings and the names of
// mailboxes, so that nothing in them can end the line. Pure. Thread: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace postern::adapters::email {

/// In double quotes; nullopt: it has a character that only a literal can carry (beyond ASCII,
/// control characters), or more than 4 KiB.
[[nodiscard]] std::optional<std::string> imap_quoted(std::string_view text);

/// A mailbox's name as it goes over the wire, quoted: modified UTF-7. Nullopt: it is empty, has
/// control characters, is no UTF-8, or is beyond 1,000 bytes.
[[nodiscard]] std::optional<std::string> imap_mailbox(std::string_view name);

}  // namespace postern::adapters::email
