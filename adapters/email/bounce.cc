#include "adapters/email/bounce.h"

#include <algorithm>

#include "adapters/email/bounce_form.h"
#include "adapters/email/bounce_words.h"
#include "adapters/email/codes.h"
#include "adapters/email/email_auto.h"
#include "adapters/email/email_text.h"
#include "adapters/email/mime_header.h"
#include "adapters/email/verp.h"
#include "adapters/shared/hmac.h"
#include "adapters/shared/json_write.h"
#include "adapters/shared/utf8.h"

namespace postern::adapters::email {
namespace {

constexpr std::size_t words_max = 500;
/// Before mail that came back goes again, where the code names no other wait: the relay has tried
/// by itself already.
constexpr std::chrono::minutes soft_wait{15};

const MailFile* first_file(const Mail& mail, std::initializer_list<std::string_view> mimes) {
    for (const std::string_view mime : mimes) {
        if (const MailFile* const file = mail.file(mime)) return file;
    }
    return nullptr;
}

/// The headers of our mail: attached, or quoted at the end of the text.
std::vector<MailHeader> original_headers(const Mail& mail) {
    if (const MailFile* const file =
            first_file(mail, {"message/rfc822", "message/global", "text/rfc822-headers",
                              "message/rfc822-headers", "message/global-headers"}))
        return header_lines(file->bytes);
    std::vector<MailHeader> found;
    for (const std::string_view line : lines_of(mail.text)) {
        std::string_view text = trim(line);
        while (text.starts_with('>')) text = trim(text.substr(1));
        if (begins(text, "message-id:"))
            found.push_back({"Message-ID", std::string(trim(text.substr(11)))});
    }
    return found;
}

std::string header_of(const std::vector<MailHeader>& headers, std::string_view name) {
    const auto at = std::ranges::find_if(headers, [&](auto& h) { return same(h.name, name); });
    return at == headers.end() ? std::string{} : at->value;
}

SmtpStatus parsed(std::string_view text) {
    const auto status = smtp_status(text);
    return status ? *status : SmtpStatus{};
}

/// What servers use for whatever has no number of its own: a protocol's fault (5.5.x), the system's
/// (5.3.0), and Microsoft's «the other server said».
bool says_little(SmtpStatus status) {
    const bool forwarded = status.subject <= 1 && (status.detail == 350 || status.detail == 351);
    const bool system = status.subject == 3 && status.detail == 0;
    return status.cls == 5 && (status.subject == 5 || system || forwarded);
}

/// Our name in a bounce address that one of `keys` signed; who knows it had our mail in hand, so it
/// may stand wherever such an address stands. Empty: in none.
std::string proved_name(const Mail& mail, std::span<const Secret> keys) {
    if (keys.empty()) return {};
    std::vector<std::string> places = mail.envelope_to;
    for (const std::string_view name : {"To", "Delivered-To", "X-Original-To", "Envelope-To"})
        places.emplace_back(mail.header(name));
    places.push_back(header_of(original_headers(mail), "Return-Path"));
    if (const MailFile* const report = mail.file("message/feedback-report"))
        places.push_back(header_of(header_lines(report->bytes), "Original-Mail-From"));
    for (const std::string& place : places) {
        for (const Mailbox& box : mailboxes(place)) {
            if (const auto echo = verp_echo(box.address, keys)) return our_name_in(*echo);
        }
    }
    return {};
}

/// «Read» (RFC 8098), asked for by our mail and granted by the person.
bool decode_disposition(const Mail& mail, const MailContext& context, InboundBatch& batch) {
    const MailFile* const file = mail.file("message/disposition-notification");
    if (file == nullptr) return false;
    const std::vector<MailHeader> fields = header_lines(file->bytes);
    const std::vector<std::string> ids = message_ids(header_of(fields, "Original-Message-ID"));
    const bool seen = contains(header_of(fields, "Disposition"), "displayed");
    const std::string proved = proved_name(mail, context.bounce_keys);
    const bool believed = context.bounce_keys.empty() || !proved.empty();
    if (ids.empty() || !seen || !believed) {
        InboundSignal signal;
        signal.provider_type = "disposition";
        signal.dedupe_id = context.id + ":disposition";
        signal.target = ids.empty() ? std::string{} : ids.front();
        signal.provider_time = context.time;
        batch.items.push_back({std::move(signal), {}, context.raw});
        return true;
    }
    InboundStatus status;
    status.external_id = ids.front();
    status.echo = our_name_in(ids.front());
    if (!proved.empty() && status.echo != proved) status.external_id = status.echo = proved;
    status.state = ReceiptState::read;
    status.provider_time = context.time;
    batch.items.push_back({std::move(status), {}, context.raw});
    return true;
}

InboundStatus failure_of(const Bounce& bounce, const MailContext& context) {
    const int code = bounce.status.empty() ? smtp_code_in(bounce.diagnostic) : 0;
    return failure({bounce.status, code, bounce.diagnostic}, context);
}

/// Of something that cannot be told of a message of ours: kept for people.
void add_note(std::string_view what, const Bounce& bounce, const Original& original,
              const MailContext& context, InboundBatch& batch) {
    InboundSignal signal;
    signal.provider_type = what;
    signal.target = original.message_id;
    signal.dedupe_id = context.id + ":" + std::string(what) + ":" + bounce.recipient;
    signal.provider_time = context.time;
    json::ObjectWriter details;
    details.text_if("recipient", bounce.recipient).text_if("status", bounce.status);
    if (what == "bounce") {
        const InboundStatus told = failure_of(bounce, context);
        details.text("bounce", told.address == AddressVerdict::dead ? "hard" : "soft");
    }
    details.text_if("detail", cut(shared::valid_utf8(bounce.diagnostic), words_max));
    signal.details_json = std::move(details).finish();
    batch.items.push_back({std::move(signal), {}, context.raw});
}

void add_report(const Bounce& bounce, const Original& original, const MailContext& context,
                InboundBatch& batch) {
    // «deliverable» answers a probe: no mail was sent.
    const bool untold = bounce.action == "delayed" || bounce.action == "relayed" ||
                        bounce.action == "expanded" || bounce.action == "deliverable";
    if (untold) return add_note(bounce.action, bounce, original, context, batch);
    if (!original.believed) return add_note("bounce", bounce, original, context, batch);
    InboundStatus status;
    if (bounce.action == "delivered") {
        status.state = ReceiptState::delivered;
        status.provider_time = context.time;
    } else {
        status = failure_of(bounce, context);
    }
    status.external_id = original.message_id.empty() ? original.echo : original.message_id;
    status.echo = original.echo;
    status.recipient = bounce.recipient;
    // Nobody's address is judged by a report that neither proves nor says whom it is about.
    if (!original.proved && bounce.recipient.empty()) status.address = AddressVerdict::none;
    batch.items.push_back({std::move(status), {}, context.raw});
}

}  // namespace

InboundStatus failure(const FailureFacts& facts, const MailContext& context) {
    SmtpStatus status = parsed(facts.status);
    // x.0.0 says nothing; what the server said may say more.
    const bool vague = status.cls == 0 || (status.subject == 0 && status.detail == 0);
    if (vague) {
        const SmtpStatus said = parsed(enhanced_status_in(facts.diagnostic));
        if (said.cls != 0) status = said;
    }
    const int code = facts.code != 0 ? facts.code : smtp_code_in(facts.diagnostic);
    const bool still_vague = status.cls == 0 || (status.subject == 0 && status.detail == 0);
    // «450 mailbox unavailable» is one that is locked for a while, and nobody's end.
    const bool refused = status.cls != 4 && (code == 0 || code >= 500);
    if (refused && (still_vague || says_little(status)) && names_unknown_user(facts.diagnostic))
        status = {5, 1, 1};
    else if (still_vague && code != 0 && status.cls != 4)
        status = {};
    SendOutcome outcome = classify_bounce(status, code, context.now);
    // Nobody is dead whose server says in words that the fault is another.
    if (outcome.address == AddressVerdict::dead && names_full_mailbox(facts.diagnostic))
        outcome = classify_bounce({5, 2, 2}, code, context.now);
    if (outcome.address == AddressVerdict::dead && names_busy_mailbox(facts.diagnostic))
        outcome = classify_bounce({4, 2, 1}, code, context.now);
    if (outcome.address == AddressVerdict::dead && blames_sender(facts.diagnostic))
        outcome = classify_bounce({5, 7, 1}, code, context.now);
    InboundStatus out;
    out.state = ReceiptState::failed;
    out.provider_time = context.time;
    out.address = outcome.address;
    const bool may_pass =
        outcome.result == SendResult::transient || outcome.result == SendResult::rate_limited;
    if (may_pass) out.retry_at = outcome.retry_at.value_or(context.now + soft_wait);
    std::string said(facts.provider_code);
    if (said.empty()) said = facts.status;
    if (said.empty()) said = enhanced_status_in(facts.diagnostic);
    if (said.empty() && code != 0) said = std::to_string(code);
    out.error = ProviderError{
        std::move(said), outcome.code,
        std::string(cut(shared::valid_utf8(std::string(trim(facts.diagnostic))), words_max)),
        outcome.result, outcome.code};
    return out;
}

Original original_of(const Mail& mail, std::span<const Secret> keys) {
    Original original;
    const std::vector<MailHeader> headers = original_headers(mail);
    const std::vector<std::string> ids = message_ids(header_of(headers, "Message-ID"));
    if (!ids.empty()) original.message_id = ids.front();
    if (!keys.empty()) {
        original.echo = proved_name(mail, keys);
        original.proved = original.believed = !original.echo.empty();
        // The one that was proved counts, whatever else the report names.
        if (original.proved && our_name_in(original.message_id) != original.echo)
            original.message_id.clear();
        return original;
    }
    std::vector<std::string> places;
    if (const MailFile* const report =
            first_file(mail, {"message/delivery-status", "message/global-delivery-status"}))
        places.push_back(read_delivery_status(report->bytes).envelope_id);
    places.push_back(original.message_id);
    for (const MailHeader& header : headers) {
        if (begins(header.name, "X-")) places.push_back(header.value);
    }
    for (const std::string& place : places) {
        original.echo = our_name_in(place);
        if (!original.echo.empty()) break;
    }
    original.believed = !original.message_id.empty() || !original.echo.empty();
    return original;
}

bool decode_bounce(const Mail& mail, const MailContext& context, InboundBatch& batch) {
    if (decode_disposition(mail, context, batch)) return true;
    DeliveryReport report;
    if (const MailFile* const status =
            first_file(mail, {"message/delivery-status", "message/global-delivery-status"})) {
        report = read_delivery_status(status->bytes);
        add_words(mail, report);
    }
    if (report.recipients.empty()) {
        auto free = read_free_bounce(mail);
        if (!free) return false;
        report = std::move(*free);
    }
    const Original original = original_of(mail, context.bounce_keys);
    MailContext one_of = context;
    for (const Bounce& one : report.recipients) {
        add_report(one, original, one_of, batch);
        // One copy of the report is enough for those who read it.
        one_of.raw = context.raw.substr(0, 0);
    }
    return true;
}

}  // namespace postern::adapters::email
