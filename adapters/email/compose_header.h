// Header fields of a mail of ours, one line each or folded: nothing in a value can begin another
// field. Thread: any.
#pragma once

#include <string>
#include <string_view>

#include "adapters/email/smtp_address.h"
#include "adapters/model/time.h"

namespace postern::adapters::email {

/// Appends "Name: value" with CRLF, folded at spaces so that lines stay within 78 bytes where that
/// can be. Control characters of the value become spaces.
void append_field(std::string& out, std::string_view name, std::string_view value);

/// Words of people: encoded (RFC 2047) where they are not ASCII.
[[nodiscard]] std::string encoded_text(std::string_view words);
/// "Acme" <avisos@example.net>, the name encoded or quoted as it needs.
[[nodiscard]] std::string encoded_mailbox(const NamedAddress& mailbox);
/// RFC 5322, in UTC.
[[nodiscard]] std::string mail_date_text(Instant at);

}  // namespace postern::adapters::email
