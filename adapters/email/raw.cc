#include "adapters/email/raw.h"

#include "adapters/email/decode.h"
#include "adapters/email/email_text.h"
#include "adapters/email/mime.h"
#include "adapters/errc.h"
#include "adapters/shared/hmac.h"

namespace postern::adapters::email {
namespace {

bool has_header(const WebhookRequest& request, std::string_view name) {
    for (const HeaderView& header : request.headers) {
        if (same(header.name, name)) return true;
    }
    return false;
}

/// An error: a body without a single header is no mail.
Result<Mail> mail_in(std::string_view body) {
    if (blank(body)) return make_error_code(Errc::wrong_shape);
    Mail mail = parse_mail(body);
    if (mail.headers.empty()) return make_error_code(Errc::wrong_shape);
    return mail;
}

}  // namespace

Verification verify_raw(const MailAccount& account, const WebhookRequest& request) {
    if (carries_secret(request, account.secrets)) return Verification::ok();
    return Verification::no("Authorization must be \"Bearer\" and inbound_secret");
}

Result<InboundBatch> decode_raw(const MailAccount& account, const WebhookRequest& request,
                                Instant now) {
    Result<Mail> mail = mail_in(request.body);
    if (mail.has_error()) return mail.error();
    if (has_header(request, "X-Envelope-From"))
        mail->envelope_from = request.header("X-Envelope-From");
    if (!request.header("X-Envelope-To").empty())
        mail->envelope_to.emplace_back(request.header("X-Envelope-To"));
    InboundBatch batch;
    decode_mail(std::move(*mail), request.body, account, {}, now, batch);
    return batch;
}

Result<InboundBatch> decode_fetched(const MailAccount& account, const WebhookRequest& request,
                                    Instant now) {
    Result<Mail> mail = mail_in(request.body);
    if (mail.has_error()) return mail.error();
    InboundBatch batch;
    const std::string place = "imap:" + shared::fingerprint(request.target, 16);
    decode_mail(std::move(*mail), request.body, account, place, now, batch);
    return batch;
}

}  // namespace postern::adapters::email
