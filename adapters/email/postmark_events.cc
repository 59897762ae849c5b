// Postmark's Delivery, Bounce, SpamComplaint, Open, Click and SubscriptionChange.
#include <algorithm>
#include <array>

#include "adapters/email/email_auto.h"
#include "adapters/email/email_event.h"
#include "adapters/email/mime_header.h"
#include "adapters/email/postmark.h"
#include "adapters/errc.h"
#include "adapters/shared/json.h"
#include "adapters/shared/rfc3339.h"

namespace postern::adapters::email {
namespace {

/// What a TypeCode says (developer docs, «Bounce types», 2025-10).
enum class Meaning : unsigned char { note, dead, opted_out, complaint, soft, refused };
struct TypeRule {
    int code;
    Meaning meaning;
};
constexpr std::array types = {
    TypeRule{1, Meaning::dead},           TypeRule{2, Meaning::note},
    TypeRule{16, Meaning::opted_out},     TypeRule{32, Meaning::note},
    TypeRule{64, Meaning::note},          TypeRule{128, Meaning::note},
    TypeRule{256, Meaning::soft},         TypeRule{512, Meaning::refused},
    TypeRule{1024, Meaning::note},        TypeRule{2048, Meaning::refused},
    TypeRule{4096, Meaning::soft},        TypeRule{8192, Meaning::refused},
    TypeRule{16384, Meaning::refused},    TypeRule{100000, Meaning::dead},
    TypeRule{100001, Meaning::complaint}, TypeRule{100002, Meaning::dead},
    TypeRule{100003, Meaning::refused},   TypeRule{100006, Meaning::refused},
    TypeRule{100007, Meaning::refused},   TypeRule{100008, Meaning::note},
    TypeRule{100009, Meaning::refused},   TypeRule{100010, Meaning::refused},
};

Meaning meaning_of(std::int64_t code) {
    const auto* const at = std::ranges::find(types, code, &TypeRule::code);
    return at == types.end() ? Meaning::refused : at->meaning;
}

/// Where a hook has no number: only a hard bounce speaks against the address.
std::int64_t usual_code(std::string_view type) {
    if (type.empty() || type == "HardBounce") return 1;
    return type == "SoftBounce" ? 4096 : 0;
}

Instant time_of(json::Object from, Instant now) {
    for (const char* name : {"DeliveredAt", "BouncedAt", "ReceivedAt", "ChangedAt"}) {
        if (const auto told = shared::parse_rfc3339(json::text(from, name))) return *told;
    }
    return now;
}

MailEvent event_of(json::Object from, Instant now) {
    MailEvent event;
    event.word = json::text(from, "RecordType");
    if (event.word.empty()) event.word = "Bounce";  // decode_postmark lets no other come here
    event.recipient = plain_address(json::text(from, "Recipient"));
    if (event.recipient.empty()) event.recipient = plain_address(json::text(from, "Email"));
    event.external_id = json::text(from, "MessageID");
    event.time = time_of(from, now);
    const std::string id = json::id(from, "ID");
    if (!id.empty()) event.id = event.word + ":" + id;
    event.echo = our_name_in(json::text(from, "Tag"));
    const auto metadata = json::object(from, "Metadata");
    if (!metadata) return event;
    for (const auto [key, value] : *metadata) {
        std::string_view text;
        if (event.echo.empty() && value.get(text) == simdjson::SUCCESS)
            event.echo = our_name_in(text);
    }
    return event;
}

void add_bounce(const MailEvent& event, json::Object from, Instant now, std::string_view raw,
                InboundBatch& batch) {
    const std::string type(json::text(from, "Type"));
    std::string words(json::text(from, "Details"));
    if (words.empty()) words = json::text(from, "Description");
    switch (meaning_of(json::loose_integer(from, "TypeCode").value_or(usual_code(type)))) {
        case Meaning::note:
            return add_note(event, json::compact(from), raw, batch);
        case Meaning::dead:
            return add_failure(event, {"5.1.1", 0, words, type}, AddressVerdict::dead, now, raw,
                               batch);
        case Meaning::opted_out:
            return add_refused(event, "unsubscribe", {}, raw, batch);
        case Meaning::complaint:
            return add_refused(event, "complaint", {}, raw, batch);
        case Meaning::soft:
            return add_failure(event, {"4.2.0", 0, words, type}, AddressVerdict::none, now, raw,
                               batch);
        case Meaning::refused:
            return add_failure(event, {"5.7.1", 0, words, type}, AddressVerdict::none, now, raw,
                               batch);
    }
}

/// Under another name: a number of a type, and when it came back.
bool is_bounce(json::Object from, std::string_view record) {
    return record != "SpamComplaint" && json::member(from, "TypeCode") &&
           json::member(from, "BouncedAt");
}

}  // namespace

Result<InboundBatch> decode_postmark_event(std::string_view body, Instant now) {
    const auto parsed = json::parse(body);
    if (!parsed) return parsed.error();
    const auto from = json::as_object(*parsed);
    if (!from) return make_error_code(Errc::wrong_shape);
    InboundBatch batch;
    const MailEvent event = event_of(*from, now);
    if (event.word == "Delivery") {
        add_status(event, ReceiptState::delivered, body, batch);
    } else if (event.word == "Open" || event.word == "Click") {
        add_status(event, ReceiptState::read, body, batch);
    } else if (event.word == "Bounce" || is_bounce(*from, event.word)) {
        add_bounce(event, *from, now, body, batch);
    } else if (event.word == "SpamComplaint") {
        add_refused(event, "complaint", {}, body, batch);
    } else if (event.word == "SubscriptionChange" && json::flag(*from, "SuppressSending")) {
        const std::string_view why = json::text(*from, "SuppressionReason");
        if (why == "HardBounce")
            add_failure(event, {"5.1.1", 0, why, "HardBounce"}, AddressVerdict::dead, now, body,
                        batch);
        else
            add_refused(event, why == "SpamComplaint" ? "complaint" : "unsubscribe", {}, body,
                        batch);
    } else {
        add_note(event, json::compact(*from), body, batch);
    }
    return batch;
}

}  // namespace postern::adapters::email
