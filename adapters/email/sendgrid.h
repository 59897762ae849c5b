// SendGrid: Inbound Parse (fields or the raw message) and the Event Webhook, on one URL. Pure.
// Thread: any.
#pragma once

#include "adapters/email/email_account.h"
#include "adapters/email/email_form.h"

namespace postern::adapters::email {

[[nodiscard]] Verification verify_sendgrid(const MailAccount& account,
                                           const WebhookRequest& request, Instant now);
[[nodiscard]] Result<InboundBatch> decode_sendgrid(const MailAccount& account,
                                                   const WebhookRequest& request, Instant now);

/// An array of events (sendgrid_events.cc).
[[nodiscard]] Result<InboundBatch> decode_sendgrid_events(std::string_view body, Instant now);

}  // namespace postern::adapters::email
