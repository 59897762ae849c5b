// Mailgun's event webhooks: one event a request.
#include "adapters/email/bounce_form.h"
#include "adapters/email/email_auto.h"
#include "adapters/email/email_event.h"
#include "adapters/email/email_text.h"
#include "adapters/email/mailgun.h"
#include "adapters/email/mime_header.h"
#include "adapters/errc.h"
#include "adapters/shared/epoch.h"
#include "adapters/shared/json.h"

namespace postern::adapters::email {
namespace {

std::string echo_of(json::Object event, std::string_view message_id) {
    if (const auto variables = json::object(event, "user-variables")) {
        for (const auto [key, value] : *variables) {
            std::string_view text;
            if (value.get(text) != simdjson::SUCCESS) continue;
            std::string name = our_name_in(text);
            if (!name.empty()) return name;
        }
    }
    return our_name_in(message_id);
}

MailEvent event_of(json::Object from, Instant now) {
    MailEvent event;
    event.word = json::text(from, "event");
    event.id = json::text(from, "id");
    event.recipient = plain_address(json::text(from, "recipient"));
    const auto message = json::object(from, "message");
    const auto headers = message ? json::object(*message, "headers") : std::nullopt;
    const std::vector<std::string> ids =
        message_ids(headers ? json::text(*headers, "message-id") : std::string_view{});
    if (!ids.empty()) event.external_id = ids.front();
    event.echo = echo_of(from, event.external_id);
    const auto seconds = json::number(from, "timestamp");
    const bool sane = seconds && *seconds > 0 && *seconds < 1e12;
    event.time = shared::epoch_time(
        sane ? std::optional<std::int64_t>(static_cast<std::int64_t>(*seconds)) : std::nullopt,
        now);
    return event;
}

void add_failed(const MailEvent& event, json::Object from, Instant now, std::string_view raw,
                InboundBatch& batch) {
    if (json::text(from, "severity") != "permanent")
        return add_note(event, json::compact(from), raw, batch);
    const std::string_view reason = json::text(from, "reason");
    AddressVerdict verdict = AddressVerdict::none;
    if (reason == "suppress-bounce") verdict = AddressVerdict::dead;
    if (reason == "suppress-unsubscribe") verdict = AddressVerdict::opted_out;
    if (reason == "suppress-complaint") verdict = AddressVerdict::blocked;
    const auto delivery = json::object(from, "delivery-status");
    std::string words;
    std::string enhanced;
    int code = 0;
    if (delivery) {
        words = json::text(*delivery, "message");
        if (words.empty()) words = json::text(*delivery, "description");
        // A report that came as a mail has its status in other places, too.
        for (const char* name : {"enhanced-code", "bounce-code", "code"}) {
            if (enhanced.empty()) enhanced = enhanced_status_in(json::text(*delivery, name));
        }
        code = static_cast<int>(json::loose_integer(*delivery, "code").value_or(0));
    }
    // Mailgun's own codes for what it did not even try begin at 600.
    const std::string own = code >= 600 ? std::to_string(code) : std::string{};
    if (code < 400 || code > 599) code = verdict == AddressVerdict::none ? 0 : 554;
    if (words.empty()) words = reason;
    if (code == 0) code = 554;
    add_failure(event, {enhanced, code, words, own}, verdict, now, raw, batch);
}

}  // namespace

Result<InboundBatch> decode_mailgun_event(std::string_view body, Instant now) {
    const auto parsed = json::parse(body);
    if (!parsed) return parsed.error();
    const auto root = json::as_object(*parsed);
    const auto data = root ? json::object(*root, "event-data") : std::nullopt;
    if (!data || json::text(*data, "event").empty()) return make_error_code(Errc::wrong_shape);
    InboundBatch batch;
    const MailEvent event = event_of(*data, now);
    if (event.word == "delivered") {
        add_status(event, ReceiptState::delivered, body, batch);
    } else if (event.word == "opened" || event.word == "clicked") {
        const auto client = json::object(*data, "client-info");
        const bool robot = client && (!json::text(*client, "bot").empty() ||
                                      json::text(*client, "client-type") == "robot");
        if (robot)
            add_note(event, json::compact(*data), body, batch);
        else
            add_status(event, ReceiptState::read, body, batch);
    } else if (event.word == "failed") {
        add_failed(event, *data, now, body, batch);
    } else if (event.word == "rejected") {
        const auto reject = json::object(*data, "reject");
        const std::string reason(reject ? json::text(*reject, "reason") : std::string_view{});
        add_failure(event, {"", 554, reason, "rejected"}, AddressVerdict::none, now, body, batch);
    } else if (event.word == "complained") {
        add_refused(event, "complaint", {}, body, batch);
    } else if (event.word == "unsubscribed") {
        add_refused(event, "unsubscribe", {}, body, batch);
    } else {
        add_note(event, json::compact(*data), body, batch);
    }
    return batch;
}

}  // namespace postern::adapters::email
