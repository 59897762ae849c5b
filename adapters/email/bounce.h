// Reports about mail that we sent: bounces by RFC 3464 and the free forms that servers still write,
// delivery reports of the same shape. Pure. Thread: any.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/email/decode.h"
#include "adapters/email/email_message.h"

namespace postern::adapters::email {

/// One recipient of a report.
struct Bounce {
    std::string recipient;   // lower case, may be empty
    std::string action;      // failed, delayed, delivered, relayed, expanded
    std::string status;      // "5.1.1", or empty
    std::string diagnostic;  // the server's words
};

/// Our message that a report is about, as far as it says. Anybody can write a report.
struct Original {
    std::string message_id;  // without brackets
    std::string echo;        // our name of the attempt
    bool proved = false;     // by a bounce address that we signed
    bool believed = false;   // proved, or named for an account that signs none
};
/// With `keys`: by a signed bounce address alone, which the mail went to or which stands in the
/// original's Return-Path or the report's Original-Mail-From; `message_id` is then only told of.
/// Without: by the envelope's id, the original's headers or what is quoted of them.
[[nodiscard]] Original original_of(const Mail& mail, std::span<const Secret> keys);

/// Appends what the report says; false: it is no report of a delivery.
[[nodiscard]] bool decode_bounce(const Mail& mail, const MailContext& context, InboundBatch& batch);

/// A failure as a status: our word as its title, what it means for the address, and, where it may
/// pass (RFC 3463 class 4, a full mailbox, nothing known), when the mail may go again.
struct FailureFacts {
    std::string_view status;      // enhanced, or empty
    int code = 0;                 // SMTP, or 0
    std::string_view diagnostic;  // the server's words
    std::string_view provider_code = {};
};
[[nodiscard]] InboundStatus failure(const FailureFacts& facts, const MailContext& context);

}  // namespace postern::adapters::email
