// What SES says within a notification: events of what was sent, and mail that came in.
#include <algorithm>

#include "adapters/email/decode.h"
#include "adapters/email/email_auto.h"
#include "adapters/email/email_event.h"
#include "adapters/email/email_text.h"
#include "adapters/email/mime.h"
#include "adapters/email/mime_header.h"
#include "adapters/email/ses.h"
#include "adapters/errc.h"
#include "adapters/shared/encoding.h"
#include "adapters/shared/json.h"
#include "adapters/shared/rfc3339.h"

namespace postern::adapters::email {
namespace {

constexpr std::size_t padding = 64;

struct Told {
    json::Object root;
    json::Object mail;
    std::string_view notification;  // SNS's own id
    std::string_view raw;
    Instant now;
};

/// Of a mail to one person; empty: to several.
std::string sole_recipient(json::Object mail) {
    const auto destination = json::array(mail, "destination");
    std::string_view address;
    if (!destination || destination->size() != 1 ||
        destination->at(0).get(address) != simdjson::SUCCESS)
        return {};
    return plain_address(address);
}

MailEvent event_of(const Told& told, std::string_view word, std::string_view time) {
    MailEvent event;
    event.word = word;
    event.external_id = json::text(told.mail, "messageId");
    event.recipient = sole_recipient(told.mail);
    event.time = shared::parse_rfc3339(time).value_or(told.now);
    // The other headers are what somebody wrote: a subject or References may name any mail of ours.
    if (const auto headers = json::array(told.mail, "headers")) {
        for (const json::Value value : *headers) {
            const auto header = json::as_object(value);
            if (!header || !event.echo.empty()) continue;
            if (same(json::text(*header, "name"), "Message-ID"))
                event.echo = our_name_in(json::text(*header, "value"));
        }
    }
    const auto tags = json::object(told.mail, "tags");
    if (!tags || !event.echo.empty()) return event;
    for (const auto [key, value] : *tags) {
        json::Array list;
        if (value.get(list) != simdjson::SUCCESS) continue;
        for (const json::Value one : list) {
            std::string_view text;
            if (!event.echo.empty() || one.get(text) != simdjson::SUCCESS) continue;
            // A tag has no dots: the one before the number of the attempt is a dash (send_letter).
            std::string name(text);
            std::ranges::replace(name, '-', '.');
            event.echo = our_name_in(name);
        }
    }
    return event;
}

/// Calls `take(event, recipient)` for each of a list: of objects with an address, or of addresses.
template <class Take>
void each(const Told& told, MailEvent event, json::Object in, std::string_view list, Take take) {
    const auto recipients = json::array(in, list);
    if (!recipients) return;
    for (const json::Value value : *recipients) {
        const auto object = json::as_object(value);
        std::string_view address;
        if (object)
            address = json::text(*object, "emailAddress");
        else if (value.get(address) != simdjson::SUCCESS)
            continue;
        event.recipient = plain_address(address);
        event.id = std::string(told.notification) + ":" + event.recipient;
        take(event, object);
    }
}

/// «You might receive this type of notification» where a person's mailbox answers by itself: out of
/// office. The mail has arrived. What a server refused comes with the server's report.
bool is_auto_reply(std::string_view type, std::string_view sub,
                   const std::optional<json::Object>& recipient) {
    if (type == "Permanent" || (sub != "General" && sub != "Undetermined")) return false;
    return !recipient ||
           (json::text(*recipient, "status").empty() && json::text(*recipient, "action").empty() &&
            json::text(*recipient, "diagnosticCode").empty());
}

void add_bounces(const Told& told, json::Object bounce, InboundBatch& batch) {
    const std::string_view type = json::text(bounce, "bounceType");
    const std::string sub(json::text(bounce, "bounceSubType"));
    const bool content =
        sub == "MessageTooLarge" || sub == "ContentRejected" || sub == "AttachmentRejected";
    const MailEvent event = event_of(told, "Bounce", json::text(bounce, "timestamp"));
    each(told, event, bounce, "bouncedRecipients", [&](const MailEvent& one, auto object) {
        if (is_auto_reply(type, sub, object))
            return add_note(one, json::compact(bounce), told.raw, batch);
        const std::string_view words = object ? json::text(*object, "diagnosticCode") : "";
        std::string_view status = object ? json::text(*object, "status") : "";
        AddressVerdict verdict = AddressVerdict::none;
        if (type == "Permanent") {
            const bool left = sub == "UnsubscribedRecipient";
            verdict = left ? AddressVerdict::opted_out : AddressVerdict::dead;
            if (status.empty()) status = "5.1.1";
        } else if (!content) {
            status = sub == "MailboxFull" ? "4.2.2" : "4.2.0";
        } else if (!status.starts_with('5')) {
            // «Transient» of the person alone: this very mail is refused every time.
            status = sub == "MessageTooLarge" ? "5.3.4" : "5.6.0";
        }
        const std::string code = std::string(type) + "/" + sub;
        add_failure(one, {status, 0, words.empty() ? std::string_view(sub) : words, code}, verdict,
                    told.now, told.raw, batch);
        if (type != "Permanent") spare_address(batch);
    });
}

void add_complaints(const Told& told, json::Object complaint, InboundBatch& batch) {
    const std::string_view kind = json::text(complaint, "complaintFeedbackType");
    MailEvent event = event_of(told, "Complaint", json::text(complaint, "timestamp"));
    event.id = told.notification;
    if (kind == "not-spam") return add_note(event, json::compact(complaint), told.raw, batch);
    // Who complained before: SES took the mail and did not send it.
    const std::string_view sub = json::text(complaint, "complaintSubType");
    const bool unsent = sub == "OnAccountSuppressionList";
    if (!kind.empty()) event.word = kind;
    each(told, event, complaint, "complainedRecipients", [&](const MailEvent& one, auto) {
        if (unsent)
            add_failure(one, {"5.7.1", 0, sub, sub}, AddressVerdict::blocked, told.now, told.raw,
                        batch);
        else
            add_refused(one, "complaint", {}, told.raw, batch);
    });
}

/// Somebody changed what they want of a contact list: nothing any more, or some topics less, which
/// are kinds of advertising. What they want again lifts nothing here: that is an operator's to
/// judge.
void add_preferences(const Told& told, InboundBatch& batch) {
    const auto change = json::object(told.root, "subscription");
    const auto wanted = change ? json::object(*change, "newTopicPreferences") : std::nullopt;
    MailEvent event =
        event_of(told, "Subscription", change ? json::text(*change, "timestamp") : "");
    event.id = told.notification;
    const bool nothing = !wanted || json::flag(*wanted, "unsubscribeAll");
    bool less = false;
    if (const auto topics =
            wanted ? json::array(*wanted, "topicSubscriptionStatus") : std::nullopt) {
        for (const json::Value value : *topics) {
            const auto topic = json::as_object(value);
            less |= topic && json::text(*topic, "subscriptionStatus") == "OptOut";
        }
    }
    if (!nothing && !less) return add_note(event, json::compact(told.root), told.raw, batch);
    each(told, event, told.mail, "destination", [&](const MailEvent& one, auto) {
        add_refused(one, "unsubscribe", nothing ? "" : "marketing", told.raw, batch);
    });
}

bool decode_event(const Told& told, std::string_view kind, InboundBatch& batch) {
    const auto part = [&](std::string_view name) { return json::object(told.root, name); };
    const auto bounce = part("bounce");
    const auto complaint = part("complaint");
    const auto delivery = part("delivery");
    if (kind == "Bounce" && bounce) {
        add_bounces(told, *bounce, batch);
    } else if (kind == "Complaint" && complaint) {
        add_complaints(told, *complaint, batch);
    } else if (kind == "Delivery" && delivery) {
        const MailEvent event = event_of(told, kind, json::text(*delivery, "timestamp"));
        each(told, event, *delivery, "recipients", [&](const MailEvent& one, auto) {
            add_status(one, ReceiptState::delivered, told.raw, batch);
        });
    } else if (kind == "Open" || kind == "Click") {
        const auto seen = part(kind == "Open" ? "open" : "click");
        const auto time = seen ? json::text(*seen, "timestamp") : std::string_view{};
        add_status(event_of(told, kind, time), ReceiptState::read, told.raw, batch);
    } else if (kind == "Send") {
        add_status(event_of(told, kind, json::text(told.mail, "timestamp")), ReceiptState::sent,
                   told.raw, batch);
    } else if (kind == "Reject" || kind == "Rendering Failure") {
        const auto why = part(kind == "Reject" ? "reject" : "failure");
        const std::string_view words =
            why ? json::text(*why, kind == "Reject" ? "reason" : "errorMessage") : "";
        add_failure(event_of(told, kind, json::text(told.mail, "timestamp")),
                    {"5.6.0", 0, words, kind}, AddressVerdict::none, told.now, told.raw, batch);
    } else if (kind == "Subscription") {
        add_preferences(told, batch);
    } else {
        const auto delay = part("deliveryDelay");
        MailEvent event = event_of(told, kind, delay ? json::text(*delay, "timestamp") : "");
        event.id = told.notification;
        add_note(event, json::compact(told.root), told.raw, batch);
    }
    return !batch.items.empty();
}

/// The message itself, as an SNS action carries it.
std::string content_of(json::Object root) {
    std::string content(json::text(root, "content"));
    const auto receipt = json::object(root, "receipt");
    const auto action = receipt ? json::object(*receipt, "action") : std::nullopt;
    if (!action || json::text(*action, "encoding") != "BASE64") return content;
    std::erase_if(content, [](char c) { return c == '\n' || c == '\r' || c == ' '; });
    return shared::from_base64(content).value_or("");
}

struct Received {
    std::string content;
    std::string from;
    std::vector<std::string> to;
    std::string id;
};

Received received_of(const Told& told) {
    Received out;
    out.content = content_of(told.root);
    out.from = json::text(told.mail, "source");
    out.id = json::text(told.mail, "messageId");
    const auto receipt = json::object(told.root, "receipt");
    const auto recipients = receipt ? json::array(*receipt, "recipients") : std::nullopt;
    if (!recipients) return out;
    for (const json::Value one : *recipients) {
        std::string_view text;
        if (one.get(text) == simdjson::SUCCESS) out.to.emplace_back(text);
    }
    return out;
}

}  // namespace

Result<InboundBatch> decode_ses_message(const MailAccount& account, std::string message,
                                        std::string_view id, std::string_view raw, Instant now) {
    message.reserve(message.size() + padding);
    const auto parsed = json::parse(message);
    InboundBatch batch;
    const auto root = parsed ? json::as_object(*parsed) : std::nullopt;
    std::string kind(root ? json::text(*root, "eventType") : std::string_view{});
    if (root && kind.empty()) kind = json::text(*root, "notificationType");
    if (!parsed && begins(trim(message), "{")) return parsed.error();
    // «Successfully validated SNS topic for Amazon SES event publishing.», in words or, for
    // identities, as AmazonSnsSubscriptionSucceeded.
    if (!parsed || kind == "AmazonSnsSubscriptionSucceeded") {
        MailEvent event;
        event.word = kind.empty() ? "notice" : kind;
        event.id = id;
        event.time = now;
        add_note(event, root ? json::compact(*root) : std::string{}, raw, batch);
        return batch;
    }
    const auto mail = root ? json::object(*root, "mail") : std::nullopt;
    if (!mail || kind.empty()) return make_error_code(Errc::wrong_shape);
    const Told told{*root, *mail, id, raw, now};
    if (kind != "Received") {
        if (!decode_event(told, kind, batch))
            batch.undecoded.push_back({raw, kind + " without recipients", {}});
        return batch;
    }
    Received received = received_of(told);
    if (received.content.empty()) {
        batch.undecoded.push_back(
            {raw, "SES did not send the mail itself: the receipt rule needs an SNS action", {}});
        return batch;
    }
    Mail parsed_mail = parse_mail(received.content);
    parsed_mail.envelope_from = std::move(received.from);
    parsed_mail.envelope_to = std::move(received.to);
    decode_mail(std::move(parsed_mail), raw, account, received.id, now, batch);
    return batch;
}

}  // namespace postern::adapters::email
