// Amazon SES through SNS: inbound mail (an SNS action with the whole message) and events, each in
// an SNS notification that is signed with a certificate which has to be fetched. Pure. Thread: any.
#pragma once

#include "adapters/email/email_account.h"

namespace postern::adapters::email {

/// Without `certificate`: need_fetch, unless it is refused before.
[[nodiscard]] Verification verify_ses(const MailAccount& account, const WebhookRequest& request,
                                      const std::string_view* certificate, Instant now);
[[nodiscard]] Result<InboundBatch> decode_ses(const MailAccount& account,
                                              const WebhookRequest& request, Instant now);

/// What SES wrote into the notification (ses_events.cc); `raw` is the request's body.
[[nodiscard]] Result<InboundBatch> decode_ses_message(const MailAccount& account,
                                                      std::string message, std::string_view id,
                                                      std::string_view raw, Instant now);

}  // namespace postern::adapters::email
