// Mailgun: routes that forward (fields or the raw message) and the event webhooks, on one URL, with
// one signature. Pure. Thread: any.
#pragma once

#include "adapters/email/email_account.h"
#include "adapters/email/email_form.h"

namespace postern::adapters::email {

[[nodiscard]] Verification verify_mailgun(const MailAccount& account, const WebhookRequest& request,
                                          Instant now);
[[nodiscard]] Result<InboundBatch> decode_mailgun(const MailAccount& account,
                                                  const WebhookRequest& request, Instant now);

/// One event (mailgun_events.cc).
[[nodiscard]] Result<InboundBatch> decode_mailgun_event(std::string_view body, Instant now);

/// The same of old: a form whose field `event` says what happened (mailgun_legacy.cc).
[[nodiscard]] InboundBatch decode_mailgun_legacy(const PostedForm& form, std::string_view raw,
                                                 Instant now);

}  // namespace postern::adapters::email
