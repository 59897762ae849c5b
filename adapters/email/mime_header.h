// The values of mail headers as people and other mailers write them: encoded words (RFC 2047), raw
// 8-bit bytes, addresses, ids, dates. Whatever comes, UTF-8 without control characters goes out.
// Thread: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/email/email_message.h"

namespace postern::adapters::email {

/// Unfolded, encoded words read, 8-bit bytes guessed.
[[nodiscard]] std::string decoded_words(std::string_view raw);

/// Those that look like addresses at all, groups opened; at most 100.
[[nodiscard]] std::vector<Mailbox> mailboxes(std::string_view raw);

/// Lower case, without angle brackets and "mailto:"; empty if it is none.
[[nodiscard]] std::string plain_address(std::string_view text);

/// Ids without their angle brackets, in their order, at most 100.
[[nodiscard]] std::vector<std::string> message_ids(std::string_view raw);

[[nodiscard]] std::optional<Instant> mail_date(std::string_view raw);

/// A copy of `message` in which no header line that GMime reads by itself, in nested mails neither,
/// is longer or has more colons than it can bear: it recurses once a colon of an address, and looks
/// to the end for each encoded word that only begins. nullopt: nothing had to be cut. Linear.
[[nodiscard]] std::optional<std::string> bounded_headers(std::string_view message);

/// "Name: value" lines with folding, up to the first empty line.
[[nodiscard]] std::vector<MailHeader> header_lines(std::string_view block);

}  // namespace postern::adapters::email
