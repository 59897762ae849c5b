// What a server says it can do (the answer to EHLO). Thread: any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "adapters/email/smtp_reply.h"

namespace postern::adapters::email {

struct SmtpExtensions {
    bool starttls = false;
    bool pipelining = false;
    bool eight_bit = false;  // 8BITMIME
    bool utf8 = false;       // SMTPUTF8
    bool chunking = false;
    bool dsn = false;
    std::optional<std::uint64_t> size_max;   // SIZE n; 0 and absent: none told
    std::optional<std::uint64_t> mails_max;  // LIMITS MAILMAX: of one connection (RFC 9422)
    // Of AUTH, also as old servers spell it (`AUTH=`).
    bool plain = false;
    bool login = false;
    bool xoauth2 = false;
    bool oauthbearer = false;
    bool operator==(const SmtpExtensions&) const = default;
};

/// Unknown keywords and broken parameters are passed over.
[[nodiscard]] SmtpExtensions smtp_extensions(const SmtpReply& hello);

}  // namespace postern::adapters::email
