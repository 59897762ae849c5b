// Postmark: inbound mail and the webhooks of a message stream, all JSON, told apart by RecordType.
// Nothing is signed: a password in the URL is all the proof there is. Pure. Thread: any.
#pragma once

#include "adapters/email/email_account.h"

namespace postern::adapters::email {

[[nodiscard]] Verification verify_postmark(const MailAccount& account,
                                           const WebhookRequest& request);
[[nodiscard]] Result<InboundBatch> decode_postmark(const MailAccount& account,
                                                   const WebhookRequest& request, Instant now);

/// One event (postmark_events.cc); `body` is the parsed document's text.
[[nodiscard]] Result<InboundBatch> decode_postmark_event(std::string_view body, Instant now);

}  // namespace postern::adapters::email
