#include "adapters/email/complaint.h"

#include <algorithm>

#include "adapters/email/bounce.h"
#include "adapters/email/email_auto.h"
#include "adapters/email/email_text.h"
#include "adapters/email/mime_header.h"
#include "adapters/shared/json_write.h"

namespace postern::adapters::email {
namespace {

std::string field(const std::vector<MailHeader>& fields, std::string_view name) {
    const auto at = std::ranges::find_if(fields, [&](auto& f) { return same(f.name, name); });
    return at == fields.end() ? std::string{} : at->value;
}

/// Microsoft's programme attaches our mail and writes no report beside it.
bool is_bare_report(const Mail& mail) {
    return begins(trim(mail.words("Subject")), "complaint about message from") &&
           contains(mail.header("From"), "staff@hotmail.com") &&
           mail.file("message/rfc822") != nullptr;
}

/// Who complained; mailbox providers often strike it out, and then our mail's own To may tell.
std::string complainer(const Mail& mail, const std::vector<MailHeader>& report) {
    for (const std::string_view name : {"Original-Rcpt-To", "Removal-Recipient"}) {
        const std::vector<Mailbox> found = mailboxes(field(report, name));
        if (!found.empty() && !contains(found.front().address, "redacted"))
            return found.front().address;
    }
    for (const std::string_view mime : {"message/rfc822", "text/rfc822-headers"}) {
        const MailFile* const original = mail.file(mime);
        if (original == nullptr) continue;
        const std::vector<MailHeader> headers = header_lines(original->bytes);
        std::vector<Mailbox> to = mailboxes(field(headers, "X-HmXmrOriginalRecipient"));
        if (to.empty()) to = mailboxes(field(headers, "To"));
        if (to.size() == 1 && !contains(to.front().address, "redacted")) return to.front().address;
    }
    return {};
}

std::string details_of(std::string_view word, std::string_view kind,
                       std::string_view recipient = {}) {
    json::ObjectWriter writer;
    writer.text(word == "complaint" ? "complaint" : "unsubscribe", kind);
    writer.text_if("recipient", recipient);
    return std::move(writer).finish();
}

/// Of a report that anybody may have written: it speaks of the message, and thereby of the address
/// that the message went to, never of whomever it names. An address that we signed proves it; else
/// the name stands in the status, and the core compares it with the message's.
void add_judgement(const Original& original, std::string_view recipient, std::string_view word,
                   std::string_view kind, const MailContext& context, InboundBatch& batch) {
    InboundStatus status;
    status.external_id = original.message_id.empty() ? original.echo : original.message_id;
    status.state = ReceiptState::delivered;  // or nobody could complain about it
    if (!original.proved) status.recipient = recipient;
    status.echo = original.echo;
    status.provider_time = context.time;
    status.details_json = details_of(word, kind);
    if (original.proved || !recipient.empty()) {
        status.address = word == "complaint" ? AddressVerdict::blocked : AddressVerdict::opted_out;
    }
    batch.items.push_back({std::move(status), {}, context.raw});
}

}  // namespace

void add_refusal(const Refusal& refusal, const MailContext& context, InboundBatch& batch) {
    const bool complaint = refusal.word == "complaint";
    const std::string details = details_of(refusal.word, refusal.kind);
    if (complaint && (!refusal.external_id.empty() || !refusal.echo.empty())) {
        // It was delivered, or nobody could complain about it.
        InboundStatus status;
        status.external_id = refusal.external_id.empty() ? refusal.echo : refusal.external_id;
        status.state = ReceiptState::delivered;
        status.recipient = refusal.recipient;
        status.echo = refusal.echo;
        status.provider_time = context.time;
        status.details_json = details;
        status.address = AddressVerdict::blocked;
        batch.items.push_back({std::move(status), {}, context.raw});
    }
    InboundSignal signal;
    signal.kind = refusal.recipient.empty() ? SignalKind::other : SignalKind::opted_out;
    signal.dedupe_id =
        context.id + ":" + std::string(refusal.word) + ":" + std::string(refusal.recipient);
    if (!refusal.recipient.empty())
        signal.sender =
            Sender{{{std::string(refusal.recipient), IdentityScope::channel}}, {}, {}, {}};
    signal.target = refusal.external_id;
    signal.category = refusal.category;
    signal.provider_type = refusal.word;
    signal.details_json = details;
    signal.provider_time = context.time;
    batch.items.push_back({std::move(signal), {}, context.raw});
}

bool decode_complaint(const Mail& mail, const MailContext& context, InboundBatch& batch) {
    const MailFile* const file = mail.file("message/feedback-report");
    const bool bare = file == nullptr && is_bare_report(mail);
    if (file == nullptr && !bare) return false;
    const std::vector<MailHeader> report =
        bare ? std::vector<MailHeader>{} : header_lines(file->bytes);
    std::string kind = lower(trim(field(report, "Feedback-Type")));
    if (kind.empty()) kind = bare ? "abuse" : "other";
    const Original original = original_of(mail, context.bounce_keys);
    const bool leaves = kind.starts_with("opt-out") || kind == "unsubscribe";
    const std::string_view word = leaves ? "unsubscribe" : "complaint";
    // A foreign Message-ID proves no mail of ours: anybody can make one up.
    const bool ours = original.believed && !original.echo.empty();
    const std::string recipient = complainer(mail, report);
    const bool counts = ours && kind != "not-spam";
    if (counts) add_judgement(original, recipient, word, kind, context, batch);
    InboundSignal signal;
    signal.provider_type = kind == "not-spam" ? std::string_view("not-spam") : word;
    signal.dedupe_id = context.id + ":" + std::string(signal.provider_type);
    signal.target = original.message_id;
    if (kind != "not-spam" || !ours) signal.details_json = details_of(word, kind, recipient);
    signal.provider_time = context.time;
    batch.items.push_back({std::move(signal), {}, context.raw});
    return true;
}

}  // namespace postern::adapters::email
