#include "adapters/email/email_event.h"

#include "adapters/email/complaint.h"
#include "adapters/shared/hmac.h"
#include "adapters/shared/json_write.h"

namespace postern::adapters::email {
namespace {

std::string id_of(const MailEvent& event) {
    if (!event.id.empty()) return event.id;
    const auto time = event.time.time_since_epoch().count();
    return event.word + ":" +
           shared::fingerprint(event.external_id + "\n" + event.echo + "\n" + event.recipient +
                               "\n" + std::to_string(time));
}

bool names_a_mail(const MailEvent& event) {
    return !event.external_id.empty() || !event.echo.empty();
}

void add(const MailEvent& event, InboundStatus status, std::string_view raw, InboundBatch& batch) {
    status.external_id = event.external_id.empty() ? event.echo : event.external_id;
    if (status.external_id.empty()) status.external_id = id_of(event);
    status.recipient = event.recipient;
    status.echo = event.echo;
    status.provider_time = event.time;
    batch.items.push_back({std::move(status), {}, raw});
}

}  // namespace

void add_status(const MailEvent& event, ReceiptState state, std::string_view raw,
                InboundBatch& batch) {
    if (!names_a_mail(event)) return add_note(event, {}, raw, batch);
    InboundStatus status;
    status.state = state;
    add(event, std::move(status), raw, batch);
}

void add_failure(const MailEvent& event, const FailureFacts& facts, AddressVerdict verdict,
                 Instant now, std::string_view raw, InboundBatch& batch) {
    const MailContext context{raw, now, event.time, id_of(event)};
    InboundStatus status = failure(facts, context);
    if (verdict != AddressVerdict::none) {
        static constexpr std::string_view words[] = {"", "invalid_recipient", "opted_out",
                                                     "complaint"};
        status.address = verdict;
        status.retry_at.reset();
        status.error->title = words[static_cast<std::size_t>(verdict)];
        status.error->word = status.error->title;
        status.error->result = SendResult::permanent;
    }
    // The provider's word, under its secret: it holds of the address whatever mail it was about.
    const bool dead = status.address == AddressVerdict::dead && !event.recipient.empty();
    if (dead) status.watermark = event.time;
    if (!names_a_mail(event) && !dead) {
        json::ObjectWriter details;
        details.text_if("recipient", event.recipient).text_if("code", status.error->code);
        details.text_if("detail", status.error->detail);
        return add_note(event, std::move(details).finish(), raw, batch);
    }
    add(event, std::move(status), raw, batch);
}

void spare_address(InboundBatch& batch) {
    if (batch.items.empty()) return;
    auto* const added = std::get_if<InboundStatus>(&batch.items.back().what);
    if (added == nullptr) return;
    added->address = AddressVerdict::none;
    added->watermark.reset();
}

void add_refused(const MailEvent& event, std::string_view word, std::string_view category,
                 std::string_view raw, InboundBatch& batch) {
    const MailContext context{raw, event.time, event.time, id_of(event)};
    add_refusal({event.recipient, event.external_id, event.echo, word, event.word, category},
                context, batch);
}

void add_note(const MailEvent& event, std::string details_json, std::string_view raw,
              InboundBatch& batch) {
    InboundSignal signal;
    signal.dedupe_id = id_of(event);
    signal.target = event.external_id;
    signal.provider_type = event.word;
    signal.details_json = std::move(details_json);
    signal.provider_time = event.time;
    batch.items.push_back({std::move(signal), {}, raw});
}

}  // namespace postern::adapters::email
