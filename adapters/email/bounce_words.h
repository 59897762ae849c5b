// What servers say in their own words of mail that they did not deliver. Pure. Thread: any.
#pragma once

#include <string_view>

#include "adapters/email/email_message.h"

namespace postern::adapters::email {

/// What `words` say of a mailbox that their code does not: «user unknown» with a bare 550.
[[nodiscard]] bool names_unknown_user(std::string_view words);
/// A mailbox that is there and full.
[[nodiscard]] bool names_full_mailbox(std::string_view words);
/// A mailbox that is there and gets too much at once.
[[nodiscard]] bool names_busy_mailbox(std::string_view words);
/// Whoever sent it, or how, or how often: nothing that the mailbox can help.
[[nodiscard]] bool blames_sender(std::string_view words);

/// By From and the null sender of its envelope.
[[nodiscard]] bool is_mail_daemon(const Mail& mail);
/// A daemon's mail that tells of a failure or a delay, by its subject or else by its text, and has
/// evidence of it: our mail, its headers, or a server's answer.
[[nodiscard]] bool speaks_of_failure(const Mail& mail);

}  // namespace postern::adapters::email
