// The commands that carry one letter, and what keeps a letter from being sent at all. Thread: any.
#pragma once

#include <string>
#include <string_view>

#include "adapters/email/smtp_client.h"

namespace postern::adapters::email {

/// Of the whole letter, as SIZE counts them.
[[nodiscard]] std::uint64_t smtp_bytes(const SmtpLetter& letter);

/// Why this letter cannot go to a server with these extensions; `none`: it can.
[[nodiscard]] SmtpProblem smtp_obstacle(const SmtpLetter& letter, const SmtpExtensions& server);
[[nodiscard]] std::string_view smtp_words(SmtpProblem problem);

[[nodiscard]] std::string smtp_mail_command(const SmtpLetter& letter, const SmtpExtensions& server);
[[nodiscard]] std::string smtp_rcpt_command(const SmtpLetter& letter, const SmtpExtensions& server);

/// RFC 3461 section 4: '+', '=' and what is not printable as +XX.
[[nodiscard]] std::string smtp_xtext(std::string_view text);

}  // namespace postern::adapters::email
