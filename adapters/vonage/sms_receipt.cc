// Delivery receipts of the SMS API ("Delivery receipts", 2026). Each part of a long message has its
// own, with the part's id; `client-ref` names the message to us.
#include <algorithm>
#include <array>
#include <utility>

#include "adapters/vonage/decode.h"
#include "adapters/vonage/send.h"

namespace postern::adapters::vonage {
namespace {

struct Word {
    std::string_view word;
    ReceiptState state;
};

/// `unknown` is what a carrier says that tells nothing: the message has left, and that is all.
constexpr std::array words = {
    Word{"accepted", ReceiptState::sent},       Word{"buffered", ReceiptState::sent},
    Word{"delivered", ReceiptState::delivered}, Word{"expired", ReceiptState::failed},
    Word{"failed", ReceiptState::failed},       Word{"rejected", ReceiptState::failed},
    Word{"unknown", ReceiptState::sent},
};

/// err-code, in Vonage's words.
constexpr std::array<std::pair<std::string_view, std::string_view>, 21> errors = {{
    {"1", "Unknown"},
    {"2", "Absent subscriber, temporary"},
    {"3", "Absent subscriber, permanent"},
    {"4", "Call barred by user"},
    {"5", "Portability error"},
    {"6", "Anti-spam rejection"},
    {"7", "Handset busy"},
    {"8", "Network error"},
    {"9", "Illegal number: the user has opted out"},
    {"10", "Illegal message"},
    {"11", "Unroutable"},
    {"12", "Destination unreachable"},
    {"13", "Subscriber age restriction"},
    {"14", "Number blocked by carrier"},
    {"15", "Prepaid, insufficient funds"},
    {"50", "Entity filter"},
    {"51", "Header filter"},
    {"52", "Content filter"},
    {"53", "Consent filter"},
    {"54", "Regulation error"},
    {"99", "General error"},
}};

/// What a person has said to the carrier, not to us: the number wants no messages of ours. 53 is
/// India's register of consents.
constexpr std::array<std::string_view, 2> opt_outs = {"9", "53"};

/// What a code says of the number for good. Most say something of one moment only.
AddressVerdict verdict_of(std::string_view code) {
    if (code == "3") return AddressVerdict::dead;
    return code == "4" ? AddressVerdict::blocked : AddressVerdict::none;
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 5> details = {{
    {"status", "status"},
    {"to", "from"},
    {"network-code", "network_code"},
    {"price", "price"},
    {"scts", "carrier_time"},
}};

const Word* known(std::string_view word) {
    const Word* const found = std::ranges::find(words, word, &Word::word);
    return found == words.end() ? nullptr : found;
}

std::string_view id_of(const shared::Form& form) {
    const std::string_view id = form.value("messageId");
    return id.empty() ? form.value("message-id") : id;
}

std::optional<ProviderError> error_of(const shared::Form& form, std::string_view word) {
    ProviderError error;
    error.code = form.value("err-code");
    if (error.code.empty() || error.code == "0") error.code = word;
    for (const auto& [code, title] : errors) {
        if (code == error.code) error.title = title;
    }
    if (error.title.empty()) error.title = word;
    if (error.code == "expired") error.word = "expired";
    shared::judge(error, receipt_rules());
    return error;
}

}  // namespace

bool is_receipt(const shared::Form& form) {
    return !id_of(form).empty() && known(form.value("status")) != nullptr;
}

void decode_receipt(const Callback& callback, InboundBatch& batch) {
    const shared::Form& form = callback.form;
    const std::string_view word = form.value("status");
    const Alias person = address_of(form.value("msisdn"));
    InboundStatus status;
    status.external_id = id_of(form);
    status.state = known(word)->state;
    status.recipient = person.address;
    status.echo = form.value("client-ref");
    if (status.state == ReceiptState::failed) {
        status.error = error_of(form, word);
        status.address = verdict_of(status.error->code);
    }
    status.provider_time = time_of(form.value("message-timestamp"), callback.now);
    json::ObjectWriter writer;
    for (const auto& [name, ours] : details) writer.text_if(ours, form.value(name));
    status.details_json = writer.finish();
    std::optional<InboundSignal> wish;
    if (status.error && !person.address.empty() &&
        std::ranges::find(opt_outs, status.error->code) != opt_outs.end()) {
        wish = opted_out(status, person);
    }
    batch.items.push_back({std::move(status), callback.routing, callback.raw});
    if (wish) batch.items.push_back({std::move(*wish), callback.routing, callback.raw});
}

}  // namespace postern::adapters::vonage
