// What an SMTP reply, or the status of a bounce, means (RFC 3463 and IANA's registry, RFC 5321
// where there is no enhanced code): by code and stage. Words only spare a person whom a code calls
// dead: where they name a full mailbox, or blame whoever sent it. Pure. Thread: any.
#pragma once

#include <span>

#include "adapters/email/smtp_client.h"
#include "adapters/sending_adapter.h"

namespace postern::adapters::email {

/// What became of a letter, or of a connection that came to nothing. A reply that asks to slow down
/// is `rate_limited` for the recipient's domain: code "domain_rate_limited", to whose other
/// recipients the sender then leaves alone too.
[[nodiscard]] SendOutcome classify(const SmtpEnd& end, Instant now,
                                   std::span<const Secret> credentials);

/// The connection ended, or a deadline passed, while `stage` was awaited. `whole`: the server may
/// have the letter, so nobody knows.
[[nodiscard]] SendOutcome classify_lost(SmtpStage stage, bool whole, std::string_view problem);

/// Of a bounce (RFC 3464): its Status, else the code of its diagnosis. `status.cls` 0 and `code` 0:
/// transient, for nothing is known.
[[nodiscard]] SendOutcome classify_bounce(SmtpStatus status, int code, Instant now);

}  // namespace postern::adapters::email
