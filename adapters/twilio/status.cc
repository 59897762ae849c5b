// Status callbacks (https://www.twilio.com/docs/messaging/guides/track-outbound-message-status) and
// all that is neither status nor message.
#include <algorithm>
#include <array>
#include <utility>

#include "adapters/errc.h"
#include "adapters/shared/hmac.h"
#include "adapters/shared/json_cursor.h"
#include "adapters/shared/json_write.h"
#include "adapters/shared/rfc3339.h"
#include "adapters/twilio/decode.h"
#include "adapters/twilio/send.h"

namespace postern::adapters::twilio {
namespace {

/// «Attempt to send to unsubscribed recipient»: told late where a Messaging Service sends.
constexpr std::string_view unsubscribed_code = "21610";

struct Word {
    std::string_view word;
    ReceiptState state;
};

constexpr std::array<Word, 11> words = {{
    {"accepted", ReceiptState::accepted},
    {"canceled", ReceiptState::failed},
    {"delivered", ReceiptState::delivered},
    {"failed", ReceiptState::failed},
    {"partially_delivered",
     ReceiptState::sent},  // some parts: not proof that the person can read it
    {"queued", ReceiptState::accepted},
    {"read", ReceiptState::read},
    {"scheduled", ReceiptState::accepted},
    {"sending", ReceiptState::accepted},
    {"sent", ReceiptState::sent},
    {"undelivered", ReceiptState::failed},
}};

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> details = {{
    {"MessagingServiceSid", "messaging_service_sid"},
    {"RawDlrDoneDate", "carrier_time"},
    {"ChannelPrefix", "channel_prefix"},
    {"ChannelInstallSid", "channel_install_sid"},
    {"ChannelStatusMessage", "channel_status_message"},
    {"EventType", "event_type"},
}};

/// Older accounts send SmsStatus alone. On a message it says `received`.
std::string_view status_word(const shared::Form& form) {
    const std::string_view word = form.value("MessageStatus");
    return word.empty() ? form.value("SmsStatus") : word;
}

std::string_view status_sid(const shared::Form& form) {
    const std::string_view sid = form.value("MessageSid");
    return sid.empty() ? form.value("SmsSid") : sid;
}

const Word* known(std::string_view word) {
    const Word* const it = std::ranges::find(words, word, &Word::word);
    return it == words.end() ? nullptr : it;
}

/// yymmddhhmm, the carrier's clock, taken as UTC. One that is ahead of us, or too old for a
/// receipt, is some other zone or nonsense.
Instant carrier_time(std::string_view text, Instant now) {
    static constexpr std::chrono::hours age_max{48};
    if (text.size() != 10 ||
        !std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) {
        return now;
    }
    const auto two = [text](std::size_t at) {
        return (text[at] - '0') * 10 + (text[at + 1] - '0');
    };
    const std::chrono::year_month_day date{std::chrono::year{2000 + two(0)},
                                           std::chrono::month{static_cast<unsigned>(two(2))},
                                           std::chrono::day{static_cast<unsigned>(two(4))}};
    if (!date.ok() || two(6) > 23 || two(8) > 59) return now;
    const Instant told = Instant{std::chrono::sys_days{date}} + std::chrono::hours{two(6)} +
                         std::chrono::minutes{two(8)};
    return told > now || told < now - age_max ? now : told;
}

std::optional<ProviderError> error_of(const shared::Form& form, ReceiptState state,
                                      std::string_view word) {
    if (state != ReceiptState::failed) return std::nullopt;
    ProviderError error;
    error.code = form.value("ErrorCode");
    if (error.code.empty() || error.code == "0") error.code = word;
    error.title = form.value("ErrorMessage");
    error.detail = form.value("ChannelStatusMessage");
    shared::judge(error, code_rules());
    return error;
}

/// What Twilio documents of the person under this code, where nothing else tells it: a wish to stop
/// is a signal of its own.
AddressVerdict verdict_of(std::string_view code) {
    const auto number = json::to_integer(code);
    const shared::CodeRule* const rule =
        number ? shared::find_rule(code_rules(), *number) : nullptr;
    const bool told = rule != nullptr && rule->address != AddressVerdict::opted_out;
    return told ? rule->address : AddressVerdict::none;
}

/// The person told Twilio to stop, some time before.
InboundSignal opted_out(const InboundStatus& status, Alias person) {
    InboundSignal signal;
    signal.kind = SignalKind::opted_out;
    signal.dedupe_id = status.external_id + ":" + std::string(unsubscribed_code);
    signal.sender = Sender{{std::move(person)}, {}, {}, {}};
    signal.target = status.external_id;
    signal.provider_type = "status." + std::string(unsubscribed_code);
    signal.provider_time = status.provider_time;
    return signal;
}

std::string details_of(const shared::Form& form, std::string_view word) {
    json::ObjectWriter writer;
    writer.text("status", word);
    for (const auto& [name, ours] : details) writer.text_if(ours, form.value(name));
    return std::move(writer).finish();
}

std::string all_fields(const shared::Form& form) {
    std::string out = "{";
    for (const shared::FormField& field : form.fields()) {
        if (out.size() > 1) out += ',';
        json::append_quoted(out, field.name);
        out += ':';
        json::append_quoted(out, field.value);
    }
    return out + "}";
}

InboundSignal event_signal(json::Value value, std::string_view raw, Instant now) {
    InboundSignal signal;
    signal.details_json = json::compact(value);
    signal.provider_time = now;
    if (const auto object = json::as_object(value)) {
        signal.dedupe_id = json::id(*object, "id");
        signal.provider_type = json::text(*object, "type");
        if (signal.provider_type.empty()) signal.provider_type = json::text(*object, "event");
        signal.provider_time = shared::parse_rfc3339(json::text(*object, "time")).value_or(now);
    }
    if (signal.dedupe_id.empty()) signal.dedupe_id = shared::fingerprint(raw, 16);
    return signal;
}

}  // namespace

bool is_status(const shared::Form& form) {
    return !status_sid(form).empty() && known(status_word(form)) != nullptr;
}

void decode_status(const Callback& callback, Instant now, InboundBatch& batch) {
    const shared::Form& form = callback.form;
    const std::string_view word = status_word(form);
    InboundStatus status;
    status.external_id = status_sid(form);
    status.state = form.value("EventType") == "READ" ? ReceiptState::read : known(word)->state;
    status.recipient = address_of(form.value("To")).address;
    status.echo = callback.echo;
    status.error = error_of(form, status.state, word);
    if (status.error) status.address = verdict_of(status.error->code);
    status.provider_time = carrier_time(form.value("RawDlrDoneDate"), now);
    status.details_json = details_of(form, word);
    std::optional<InboundSignal> wish;
    if (status.error && status.error->code == unsubscribed_code && !status.recipient.empty()) {
        wish = opted_out(status, address_of(form.value("To")));
    }
    batch.items.push_back({std::move(status), foreign_sid(callback), callback.raw});
    if (wish) batch.items.push_back({std::move(*wish), foreign_sid(callback), callback.raw});
}

bool decode_other(const Callback& callback, Instant now, InboundBatch& batch) {
    const auto fields = callback.form.fields();
    // Link shortening writes its names another way.
    const auto names_something = [](const shared::FormField& field) {
        const bool names = field.name.ends_with("Sid") || field.name.ends_with("_sid");
        return names && field.name != "AccountSid" && field.name != "account_sid" &&
               !field.value.empty();
    };
    const auto sid = std::ranges::find_if(fields, names_something);
    if (sid == fields.end()) return false;
    InboundSignal signal;
    signal.dedupe_id = sid->value + ":" + shared::fingerprint(callback.raw);
    signal.target = status_sid(callback.form);
    signal.provider_type = sid->name;
    for (const std::string_view name : {"event_type", "EventType", "SmsStatus", "MessageStatus"}) {
        const std::string_view word = callback.form.value(name);
        if (!word.empty()) signal.provider_type = word;
    }
    signal.details_json = all_fields(callback.form);
    signal.provider_time = now;
    batch.items.push_back({std::move(signal), foreign_sid(callback), callback.raw});
    return true;
}

Result<InboundBatch> decode_events(std::string_view body, Instant now) {
    const auto parsed = json::parse(body);
    if (!parsed) return parsed.error();
    InboundBatch batch;
    json::Cursor cursor(body);
    json::Array events;
    if (parsed->is_object()) {
        batch.items.push_back({event_signal(*parsed, body, now), {}, body});
        return batch;
    }
    if (parsed->get(events) != simdjson::SUCCESS) return make_error_code(Errc::wrong_shape);
    json::each_element(events, cursor, [&](json::Value value, json::Cursor& at) {
        const std::string_view raw = at.skip();
        if (value.is_object()) {
            batch.items.push_back({event_signal(value, raw, now), {}, raw});
        } else {
            batch.undecoded.push_back({raw, "an event that is not an object", {}});
        }
    });
    return batch;
}

}  // namespace postern::adapters::twilio
