// Mailgun's event webhooks of before 2018, which old domains still have: one event a form.
#include "adapters/email/bounce_form.h"
#include "adapters/email/email_auto.h"
#include "adapters/email/email_event.h"
#include "adapters/email/email_form.h"
#include "adapters/email/email_text.h"
#include "adapters/email/mailgun.h"
#include "adapters/email/mime_header.h"
#include "adapters/shared/epoch.h"
#include "adapters/shared/json.h"
#include "adapters/shared/json_write.h"
#include "adapters/shared/utf8.h"

namespace postern::adapters::email {
namespace {

std::string text_of(const PostedForm& form, std::string_view name) {
    return shared::valid_utf8(std::string(form.value(name)));
}

/// Variables of the mail are fields of their own, whatever their names.
std::string echo_of(const PostedForm& form, std::string_view message_id) {
    for (const PostedField& field : form.fields) {
        if (field.is_file || field.name == "message-headers") continue;
        std::string name = our_name_in(field.value);
        if (!name.empty()) return name;
    }
    return our_name_in(message_id);
}

MailEvent event_of(const PostedForm& form, Instant now) {
    MailEvent event;
    event.word = text_of(form, "event");
    event.recipient = plain_address(form.value("recipient"));
    const std::string_view id = form.value("Message-Id");
    const std::vector<std::string> ids = message_ids(id.empty() ? form.value("message-id") : id);
    if (!ids.empty()) event.external_id = ids.front();
    event.echo = echo_of(form, event.external_id);
    event.time = shared::epoch_time(json::to_integer(form.value("timestamp")), now);
    return event;
}

std::string details_of(const PostedForm& form) {
    json::ObjectWriter details;
    for (const char* name : {"recipient", "reason", "code", "error", "description", "url"})
        details.text_if(name, cut(text_of(form, name), 500));
    return std::move(details).finish();
}

/// Of a mail that Mailgun did not try: whom it has on a list of its own.
AddressVerdict verdict_of(std::int64_t code, std::string_view description) {
    const auto says = [&](std::string_view words) { return contains(description, words); };
    if (code == 605 || says("previously bounced")) return AddressVerdict::dead;
    if (code == 607 || says("complain") || says("as spam")) return AddressVerdict::blocked;
    if (code == 606 || says("unsubscribe")) return AddressVerdict::opted_out;
    return AddressVerdict::none;
}

/// «dropped» (never tried: reason, code of Mailgun's own) and «bounced» (code, error of the
/// server).
void add_undelivered(const PostedForm& form, const MailEvent& event, Instant now,
                     std::string_view raw, InboundBatch& batch) {
    std::string words = text_of(form, "error");
    if (words.empty()) words = text_of(form, "description");
    const std::string description = lower(words);
    const auto told = json::to_integer(form.value("code"));
    AddressVerdict verdict = AddressVerdict::none;
    if (event.word == "dropped") verdict = verdict_of(told.value_or(0), description);
    const bool smtp = told && *told >= 400 && *told <= 599;
    if (words.empty()) words = text_of(form, "reason");
    const std::string code = text_of(form, "code");
    add_failure(event,
                {enhanced_status_in(code), smtp ? static_cast<int>(*told) : 554, words, code},
                verdict, now, raw, batch);
}

}  // namespace

InboundBatch decode_mailgun_legacy(const PostedForm& form, std::string_view raw, Instant now) {
    InboundBatch batch;
    const MailEvent event = event_of(form, now);
    if (event.word == "delivered") {
        add_status(event, ReceiptState::delivered, raw, batch);
    } else if (event.word == "opened" || event.word == "clicked") {
        const bool robot = form.value("client-type") == "robot";
        if (robot)
            add_note(event, details_of(form), raw, batch);
        else
            add_status(event, ReceiptState::read, raw, batch);
    } else if (event.word == "dropped" || event.word == "bounced") {
        add_undelivered(form, event, now, raw, batch);
    } else if (event.word == "complained") {
        add_refused(event, "complaint", {}, raw, batch);
    } else if (event.word == "unsubscribed") {
        add_refused(event, "unsubscribe", {}, raw, batch);
    } else {
        add_note(event, details_of(form), raw, batch);
    }
    return batch;
}

}  // namespace postern::adapters::email
