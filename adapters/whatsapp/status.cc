// Receipts. Meta sends them late, twice and out of order; the core only ever moves a message up, so
// here each is told as it came.
#include <array>

#include "adapters/shared/epoch.h"
#include "adapters/shared/hmac.h"
#include "adapters/shared/json_write.h"
#include "adapters/whatsapp/decode.h"
#include "adapters/whatsapp/send.h"

namespace postern::adapters::whatsapp {
namespace {

using json::Object;

struct Word {
    std::string_view provider;
    ReceiptState ours;
};

/// Sorted by the provider's word. `played` is the first play of a voice note: it was read.
constexpr std::array words = {
    Word{"accepted", ReceiptState::accepted}, Word{"delivered", ReceiptState::delivered},
    Word{"failed", ReceiptState::failed},     Word{"played", ReceiptState::read},
    Word{"read", ReceiptState::read},         Word{"sent", ReceiptState::sent},
};

std::optional<ReceiptState> state_of(std::string_view word) {
    for (const Word& known : words) {
        if (known.provider == word) return known.ours;
    }
    return std::nullopt;
}

/// The first of `errors`: Meta documents an array and sends one.
std::optional<ProviderError> first_error(Object status) {
    const auto errors = json::array(status, "errors");
    if (!errors) return std::nullopt;
    for (const json::Value element : *errors) {
        const auto error = json::as_object(element);
        if (!error) continue;
        ProviderError out;
        out.code = json::id(*error, "code");
        out.title = json::text(*error, "title");
        if (const auto data = json::object(*error, "error_data")) {
            out.detail = json::text(*data, "details");
        }
        if (out.detail.empty()) out.detail = json::text(*error, "details");  // before v16.0
        if (out.detail.empty()) out.detail = json::text(*error, "message");
        shared::judge(out, code_rules());
        return out;
    }
    return std::nullopt;
}

/// What a code that names the person says of the address. That the person wants no advertising is
/// a signal of its own.
AddressVerdict verdict_of(const ProviderError& error) {
    const auto code = json::to_integer(error.code);
    const shared::CodeRule* rule = code ? shared::find_rule(code_rules(), *code) : nullptr;
    return rule && rule->address == AddressVerdict::blocked ? rule->address : AddressVerdict::none;
}

std::string details_of(const Change& change, Object status, std::string_view word) {
    json::ObjectWriter details;
    for (const std::string_view name : {"pricing", "conversation"}) {
        if (const auto object = json::object(status, name)) {
            details.raw(name, json::compact(*object));
        }
    }
    for (const std::string_view name :
         {"recipient_user_id", "recipient_type", "recipient_participant_id",
          "recipient_participant_user_id", "participant_recipient_id"}) {
        details.text_if(name, json::text(status, name));
    }
    details.flag_if("played", word == "played").flag_if("standby", change.standby);
    return details.finish();
}

/// The person wants no advertising, which a preference had said before, or is said here alone.
constexpr std::string_view marketing_refused = "131050";

void read_refusal(const Change& change, const InboundStatus& status, Object told,
                  std::string_view raw, Sink& sink) {
    InboundSignal signal;
    signal.kind = SignalKind::opted_out;
    signal.category = "marketing";
    signal.sender = find_sender(change, json::text(told, "recipient_user_id"),
                                json::text(told, "recipient_id"));
    if (signal.sender->aliases.empty()) return;
    signal.dedupe_id = status.external_id + ":" + std::string(marketing_refused);
    signal.target = status.external_id;
    signal.provider_type = "status." + std::string(marketing_refused);
    signal.provider_time = status.provider_time;
    sink.item(std::move(signal), raw);
}

/// Payments and calls have states of their own, `failed` among them, under the id of the message
/// that asked for the money.
bool is_of_message(std::string_view type) {
    return type != "payment" && type != "call";
}

void read_other(Object status, std::string_view raw, Sink& sink, Instant time) {
    const std::string_view id = json::text(status, "id");
    const std::string_view word = json::text(status, "status");
    const std::string_view type = json::text(status, "type");
    InboundSignal signal;
    signal.dedupe_id.append("status:").append(id).append(":").append(word);
    signal.provider_type.append("status.").append(word);
    if (!is_of_message(type)) {
        // One that failed may be tried again: its bytes tell one attempt from the next.
        signal.dedupe_id.append(":").append(type).append(":").append(shared::fingerprint(raw));
        signal.provider_type.assign(type).append(".").append(word);
    }
    signal.target = id;
    signal.details_json = json::compact(status);
    signal.provider_time = time;
    sink.item(std::move(signal), raw);
}

}  // namespace

void read_status(const Change& change, Object status, std::string_view raw, Sink& sink) {
    const std::string_view id = json::text(status, "id");
    const std::string_view word = json::text(status, "status");
    if (id.empty() || word.empty()) {
        sink.undecoded(raw, id.empty() ? "statuses[].id: expected a string"
                                       : "statuses[].status: expected a string");
        return;
    }
    // Old connectors met `deleted` for a message that the business took back: no rank, no meaning.
    if (word == "deleted") return;
    const Instant time = shared::epoch_time(json::loose_integer(status, "timestamp"), change.now);
    const std::optional<ReceiptState> state = state_of(word);
    if (!state || !is_of_message(json::text(status, "type"))) {
        return read_other(status, raw, sink, time);
    }
    InboundStatus out;
    out.external_id = id;
    out.state = *state;
    out.recipient = json::id(status, "recipient_id");
    if (out.recipient.empty()) out.recipient = json::text(status, "recipient_user_id");
    out.echo = json::text(status, "biz_opaque_callback_data");
    out.error = first_error(status);
    out.provider_time = time;
    out.details_json = details_of(change, status, word);
    const bool to_one = json::text(status, "recipient_type") != "group";
    if (to_one && out.error) out.address = verdict_of(*out.error);
    if (to_one && out.error && out.error->code == marketing_refused) {
        sink.item(out, raw);
        return read_refusal(change, out, status, raw, sink);
    }
    sink.item(std::move(out), raw);
}

}  // namespace postern::adapters::whatsapp
