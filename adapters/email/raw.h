// Any mail server that can POST a message as it is (RFC 5322): a Postfix pipe, Cloudflare's e-mail
// workers, a forwarder. Pure. Thread: any.
#pragma once

#include "adapters/email/email_account.h"

namespace postern::adapters::email {

[[nodiscard]] Verification verify_raw(const MailAccount& account, const WebhookRequest& request);
/// X-Envelope-From and X-Envelope-To of the request, where they are, tell the envelope.
[[nodiscard]] Result<InboundBatch> decode_raw(const MailAccount& account,
                                              const WebhookRequest& request, Instant now);

}  // namespace postern::adapters::email
