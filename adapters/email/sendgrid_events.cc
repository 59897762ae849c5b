// SendGrid's Event Webhook: an array of events, each about one recipient.
#include <algorithm>
#include <array>
#include <vector>

#include "adapters/email/bounce_form.h"
#include "adapters/email/email_auto.h"
#include "adapters/email/email_event.h"
#include "adapters/email/email_text.h"
#include "adapters/email/mime_header.h"
#include "adapters/email/sendgrid.h"
#include "adapters/errc.h"
#include "adapters/shared/epoch.h"
#include "adapters/shared/json.h"
#include "adapters/shared/json_cursor.h"

namespace postern::adapters::email {
namespace {

/// SendGrid's own members but smtp-id. Some of them repeat what strangers say: a server's answer,
/// the name of a browser, the address of a link.
bool is_own_member(std::string_view key) {
    static constexpr std::array<std::string_view, 36> own = {"email",
                                                             "event",
                                                             "timestamp",
                                                             "category",
                                                             "sg_event_id",
                                                             "sg_message_id",
                                                             "useragent",
                                                             "ip",
                                                             "url",
                                                             "url_offset",
                                                             "reason",
                                                             "response",
                                                             "status",
                                                             "attempt",
                                                             "type",
                                                             "bounce_classification",
                                                             "asm_group_id",
                                                             "tls",
                                                             "cert_err",
                                                             "pool",
                                                             "send_at",
                                                             "newsletter",
                                                             "mc_stats",
                                                             "mc_pod_id",
                                                             "phase_id",
                                                             "template_id",
                                                             "template_hash",
                                                             "template_version_id",
                                                             "singlesend_id",
                                                             "singlesend_name",
                                                             "marketing_campaign_id",
                                                             "marketing_campaign_name",
                                                             "marketing_campaign_split_id",
                                                             "marketing_campaign_version",
                                                             "automation_id",
                                                             "step_id"};
    return key.starts_with("sg_") || std::ranges::find(own, key) != own.end();
}

/// Custom arguments stand beside SendGrid's own members.
std::string echo_of(json::Object event) {
    for (const auto [key, value] : event) {
        std::string_view text;
        if (is_own_member(key) || value.get(text) != simdjson::SUCCESS) continue;
        std::string name = our_name_in(text);
        if (!name.empty()) return name;
    }
    return {};
}

MailEvent event_of(json::Object from, Instant now) {
    MailEvent event;
    event.word = json::text(from, "event");
    event.id = json::text(from, "sg_event_id");
    event.recipient = plain_address(json::text(from, "email"));
    event.echo = echo_of(from);
    event.time = shared::epoch_time(json::loose_integer(from, "timestamp"), now);
    const std::vector<std::string> ids = message_ids(json::text(from, "smtp-id"));
    const std::string_view sent = json::text(from, "sg_message_id");
    // What the call that sent it was answered, before SendGrid's own additions.
    event.external_id = ids.empty() ? std::string(sent.substr(0, sent.find('.'))) : ids.front();
    return event;
}

void add_drop(const MailEvent& event, json::Object from, Instant now, std::string_view raw,
              InboundBatch& batch) {
    const std::string_view reason = json::text(from, "reason");
    AddressVerdict verdict = AddressVerdict::none;
    const bool header = contains(reason, "smtpapi");  // «Invalid SMTPAPI header» is about the mail
    if (contains(reason, "bounced") || (contains(reason, "invalid") && !header))
        verdict = AddressVerdict::dead;
    if (contains(reason, "unsubscribe")) verdict = AddressVerdict::opted_out;
    if (contains(reason, "spam report")) verdict = AddressVerdict::blocked;
    add_failure(event, {"", 554, reason, "dropped"}, verdict, now, raw, batch);
    // Whether the person left this group or all, SendGrid does not say: it holds back both.
    if (verdict != AddressVerdict::opted_out || !json::member(from, "asm_group_id")) return;
    spare_address(batch);
    add_refused(event, "unsubscribe", "marketing", raw, batch);
}

void add_bounce(const MailEvent& event, json::Object from, Instant now, std::string_view raw,
                InboundBatch& batch) {
    const std::string_view status = json::text(from, "status");
    const std::string_view reason = json::text(from, "reason");
    const std::string_view type = json::text(from, "type");
    // A block is about this mail, «expired» about three days; a bounce without a code about the
    // person.
    const bool other = type == "blocked" || type == "expired";
    const std::string_view about = json::text(from, "bounce_classification");
    const bool hard = !other && (about == "Invalid Address" || (status.empty() && about.empty()));
    // «bounce» is for good, and SendGrid drops what comes next.
    const bool coded = !status.empty() || smtp_code_in(reason) != 0;
    std::string_view named;
    if (other)
        named = type;
    else if (!coded)
        named = "bounce";
    add_failure(event, {status, other || coded ? 0 : 550, reason, named},
                hard ? AddressVerdict::dead : AddressVerdict::none, now, raw, batch);
    if (type == "blocked") spare_address(batch);
}

void decode_event(json::Object from, std::string_view raw, Instant now, InboundBatch& batch) {
    const MailEvent event = event_of(from, now);
    const std::string_view word = event.word;
    if (word == "delivered") return add_status(event, ReceiptState::delivered, raw, batch);
    const bool machine = json::flag(from, "sg_machine_open");
    if ((word == "open" && !machine) || word == "click")
        return add_status(event, ReceiptState::read, raw, batch);
    if (word == "bounce") return add_bounce(event, from, now, raw, batch);
    if (word == "dropped") return add_drop(event, from, now, raw, batch);
    if (word == "spamreport") return add_refused(event, "complaint", {}, raw, batch);
    if (word == "unsubscribe") return add_refused(event, "unsubscribe", {}, raw, batch);
    // A group is one kind of advertising; which one, only SendGrid knows.
    if (word == "group_unsubscribe")
        return add_refused(event, "unsubscribe", "marketing", raw, batch);
    add_note(event, json::compact(from), raw, batch);
}

}  // namespace

Result<InboundBatch> decode_sendgrid_events(std::string_view body, Instant now) {
    // It ends in CRLF, which is signed, but no JSON.
    while (body.ends_with('\n') || body.ends_with('\r')) body.remove_suffix(1);
    const auto parsed = json::parse(body);
    if (!parsed) return parsed.error();
    json::Array events;
    if (parsed->get(events) != simdjson::SUCCESS) return make_error_code(Errc::wrong_shape);
    InboundBatch batch;
    json::Cursor cursor(body);
    json::each_element(events, cursor, [&](json::Value value, json::Cursor& at) {
        const std::string_view raw = at.skip();
        const auto event = json::as_object(value);
        if (event && !json::text(*event, "event").empty()) {
            decode_event(*event, raw, now, batch);
        } else {
            batch.undecoded.push_back({raw, "an element without \"event\"", {}});
        }
    });
    return batch;
}

}  // namespace postern::adapters::email
