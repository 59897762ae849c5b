// Status webhooks of the Messages API. In version 1 the error's number stands in `title`, or at the
// end of `type`; in 0.1 in `code`.
#include <algorithm>
#include <array>

#include "adapters/vonage/decode.h"
#include "adapters/vonage/send.h"

namespace postern::adapters::vonage {
namespace {

using json::Object;

struct Word {
    std::string_view word;
    ReceiptState state;
};

constexpr std::array words = {
    Word{"delivered", ReceiptState::delivered},  Word{"read", ReceiptState::read},
    Word{"rejected", ReceiptState::failed},      Word{"submitted", ReceiptState::sent},
    Word{"undeliverable", ReceiptState::failed},
};

constexpr std::string_view opted_out_code = "1240";

std::string code_of(Object error) {
    for (const std::string_view key : {"code", "title"}) {
        std::string spelled = json::id(error, key);
        if (json::to_integer(spelled)) return spelled;
    }
    const std::string_view type = json::text(error, "type");
    const std::string_view fragment = type.substr(std::min(type.rfind('#'), type.size()));
    if (fragment.size() > 1 && json::to_integer(fragment.substr(1))) {
        return std::string(fragment.substr(1));
    }
    return {};
}

ProviderError error_of(Object root, std::string_view word) {
    ProviderError out;
    if (const auto error = json::object(root, "error")) {
        out.code = code_of(*error);
        out.detail = json::text(*error, "detail");
        if (out.detail.empty()) out.detail = json::text(*error, "reason");
        out.title = json::text(*error, "title");
    }
    if (out.code.empty()) out.code = word;
    if (out.title.empty() || out.title == out.code) out.title = word;
    shared::judge(out, message_rules());
    return out;
}

/// What Vonage documents of the person under this code, where nothing else tells it: a wish to stop
/// is a signal of its own.
AddressVerdict verdict_of(std::string_view code) {
    const auto number = json::to_integer(code);
    const shared::CodeRule* const rule =
        number ? shared::find_rule(message_rules(), *number) : nullptr;
    const bool told = rule != nullptr && rule->address != AddressVerdict::opted_out;
    return told ? rule->address : AddressVerdict::none;
}

std::string details_of(Object root, std::string_view word) {
    json::ObjectWriter writer;
    writer.text("status", word).text_if("channel", channel_of(root));
    if (const auto usage = json::object(root, "usage")) writer.raw("usage", json::compact(*usage));
    if (const auto whatsapp = json::object(root, "whatsapp")) {
        writer.raw("whatsapp", json::compact(*whatsapp));
    }
    if (const auto sms = json::object(root, "sms")) {
        writer.text_if("segments", json::id(*sms, "count_total"));
    }
    if (const auto network = json::object(root, "destination")) {
        writer.text_if("network_code", json::id(*network, "network_code"));
    }
    return writer.finish();
}

}  // namespace

void decode_status(const Event& event, std::string_view word, InboundBatch& batch) {
    const std::string_view id = json::text(event.root, "message_uuid");
    if (id.empty()) {
        batch.undecoded.push_back({event.raw, "message_uuid: expected a string", event.routing});
        return;
    }
    const Instant time = time_of(json::text(event.root, "timestamp"), event.now);
    const auto* const known = std::ranges::find(words, word, &Word::word);
    if (known == words.end()) {
        InboundSignal signal;
        signal.dedupe_id = "status:" + std::string(id) + ":" + std::string(word);
        signal.target = id;
        signal.provider_type = "status." + std::string(word);
        signal.details_json = json::compact(event.root);
        signal.provider_time = time;
        batch.items.push_back({std::move(signal), event.routing, event.raw});
        return;
    }
    const Alias person = alias_of(channel_of(event.root), party_of(event.root, "to"));
    InboundStatus status;
    status.external_id = id;
    status.state = known->state;
    status.recipient = person.address;
    status.echo = json::text(event.root, "client_ref");
    if (status.state == ReceiptState::failed) status.error = error_of(event.root, word);
    if (status.error) status.address = verdict_of(status.error->code);
    status.provider_time = time;
    status.details_json = details_of(event.root, word);
    std::optional<InboundSignal> wish;
    if (status.error && status.error->code == opted_out_code && !person.address.empty()) {
        wish = opted_out(status, person);
    }
    batch.items.push_back({std::move(status), event.routing, event.raw});
    if (wish) batch.items.push_back({std::move(*wish), event.routing, event.raw});
}

}  // namespace postern::adapters::vonage
