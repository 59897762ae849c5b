// Any mail server that can POST a message as it is (RFC 5322): a Postfix pipe, Cloudflare's e-mail
// workers, a forwarder; or that was fetched by IMAP. Pure. Thread: any.
#pragma once

#include "adapters/email/email_account.h"

namespace postern::adapters::email {

[[nodiscard]] Verification verify_raw(const MailAccount& account, const WebhookRequest& request);
/// X-Envelope-From and X-Envelope-To of the request, where they are, tell the envelope.
[[nodiscard]] Result<InboundBatch> decode_raw(const MailAccount& account,
                                              const WebhookRequest& request, Instant now);
/// A mail that was fetched from a mailbox; `target` names its place there (imap_target()), which
/// stands for a Message-ID that is not there.
[[nodiscard]] Result<InboundBatch> decode_fetched(const MailAccount& account,
                                                  const WebhookRequest& request, Instant now);

}  // namespace postern::adapters::email
