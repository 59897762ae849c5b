// Mails that a machine wrote (RFC 3834 and what programs really send), and our own that came back.
// Pure. Thread: any.
#pragma once

#include <string>
#include <string_view>

#include "adapters/email/email_message.h"

namespace postern::adapters::email {

/// Why nothing may answer it by itself: "auto_submitted", "null_sender", "list", "no_reply" …;
/// empty: a person wrote it, as far as its headers tell.
[[nodiscard]] std::string_view automatic_reason(const Mail& mail);

/// Our name of an attempt ("msg_<ulid>.<attempt>") within `text`, in its own spelling although
/// mailers change case on the way; empty: there is none.
[[nodiscard]] std::string our_name_in(std::string_view text);

/// It went around: we sent it, or it has been through more servers than any mail.
[[nodiscard]] bool is_loop(const Mail& mail);

}  // namespace postern::adapters::email
