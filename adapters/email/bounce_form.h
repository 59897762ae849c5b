// Reading the forms of bounces: blocks of a delivery status, and the words of servers that write
// none. Pure. Thread: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/email/bounce.h"

namespace postern::adapters::email {

struct DeliveryReport {
    std::string envelope_id;
    std::vector<Bounce> recipients;
};
/// RFC 3464: blocks of fields apart by empty lines, the first about the message.
[[nodiscard]] DeliveryReport read_delivery_status(std::string_view text);

/// Where a block has no words of the server, those that the mail's text has of its recipient.
void add_words(const Mail& mail, DeliveryReport& report);

// bounce_text.cc
/// A bounce without blocks: by X-Failed-Recipients, or from a mail daemon that speaks of a failure.
[[nodiscard]] std::optional<DeliveryReport> read_free_bounce(const Mail& mail);
/// The lines that name `recipient`, each with what follows it up to an empty one.
[[nodiscard]] std::string words_about(std::string_view text, std::string_view recipient);

/// The first "5.1.1" in `text`, or empty.
[[nodiscard]] std::string enhanced_status_in(std::string_view text);
/// The first SMTP code (400 to 599) in `text`, or 0.
[[nodiscard]] int smtp_code_in(std::string_view text);

}  // namespace postern::adapters::email
