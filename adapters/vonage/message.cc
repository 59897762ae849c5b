// Events of the Messages API ("Messages API webhooks", versions 1 and 0.1, 2026). Version 1 is
// flat; 0.1 nests the parties and the content. Vonage joins the parts of an SMS itself here.
#include "adapters/shared/hmac.h"
#include "adapters/vonage/decode.h"

namespace postern::adapters::vonage {
namespace {

using json::Object;

/// Where the member that bears the name of the kind stands, and the kind.
struct Spoken {
    Object holder;
    std::string_view kind;
};

std::optional<Spoken> spoken(Object root) {
    if (const std::string_view kind = json::text(root, "message_type"); !kind.empty()) {
        return Spoken{root, kind};
    }
    const auto message = json::object(root, "message");
    const auto content = message ? json::object(*message, "content") : std::nullopt;
    if (!content) return std::nullopt;
    return Spoken{*content, json::text(*content, "type")};
}

std::string referral_of(Object root) {
    const auto whatsapp = json::object(root, "whatsapp");
    const auto referral = whatsapp ? json::object(*whatsapp, "referral") : std::nullopt;
    return referral ? json::compact(*referral) : std::string{};
}

void add_details(Object root, json::ObjectWriter& details) {
    details.text_if("channel", channel_of(root)).text_if("to", party_of(root, "to"));
    const auto nested = json::object(root, "message");
    const auto sms = json::object(nested ? *nested : root, "sms");
    if (sms) {
        details.text_if("segments", json::id(*sms, "num_messages"));
        details.text_if("keyword", json::text(*sms, "keyword"));
    }
    details.text_if("context_status", json::text(root, "context_status"));
    if (const auto origin = json::object(root, "origin")) {
        details.text_if("network_code", json::id(*origin, "network_code"));
    }
    const auto context = json::object(root, "context");
    const auto product =
        context ? json::object(*context, "whatsapp_referred_product") : std::nullopt;
    if (product) details.raw("referred_product", json::compact(*product));
}

InboundSignal other(const Event& event, std::string_view word) {
    InboundSignal signal;
    signal.dedupe_id = "event:" + shared::fingerprint(event.raw, 16);
    signal.provider_type = word;
    signal.details_json = json::compact(event.root);
    signal.provider_time = time_of(json::text(event.root, "timestamp"), event.now);
    return signal;
}

/// WhatsApp's name of a person within one business, which stands in `from` of those who hide their
/// number; empty where none is told.
std::string user_of(Object root) {
    const auto whatsapp = json::object(root, "whatsapp");
    const auto sender = whatsapp ? json::object(*whatsapp, "sender") : std::nullopt;
    return sender ? json::id(*sender, "user_id") : std::string{};
}

void decode_message(const Event& event, const Spoken& what, InboundBatch& batch) {
    InboundMessage message;
    message.external_id = json::text(event.root, "message_uuid");
    const std::string user = user_of(event.root);
    std::string from = party_of(event.root, "from");
    if (from.empty()) from = user;
    if (message.external_id.empty() || from.empty()) {
        batch.undecoded.push_back({event.raw,
                                   message.external_id.empty() ? "message_uuid: expected a string"
                                                               : "from: expected a number or an id",
                                   event.routing});
        return;
    }
    message.dedupe_id = message.external_id;
    message.sender.aliases.push_back(alias_of(channel_of(event.root), from));
    if (const auto profile = json::object(event.root, "profile")) {
        message.sender.name = json::text(*profile, "name");
        message.sender.username = json::text(*profile, "username");
    }
    if (!user.empty() && user != from)
        message.sender.aliases.push_back({user, IdentityScope::account});
    Said said = read_content(what.holder, what.kind);
    add_details(event.root, said.details);
    message.content = std::move(said.content);
    message.content.details_json = said.details.finish();
    message.attachments = std::move(said.attachments);
    if (const auto context = json::object(event.root, "context")) {
        message.reply_to = json::text(*context, "message_uuid");
    }
    if (message.content.type == ContentType::reaction) {
        // A reaction to nothing is no reaction.
        if (message.reply_to.empty()) message.content.type = ContentType::unsupported;
        if (message.reply_to.empty()) message.content.provider_type = what.kind;
        message.content.reaction_to = std::move(message.reply_to);
        message.reply_to.clear();
    }
    message.referral_json = referral_of(event.root);
    message.provider_time = time_of(json::text(event.root, "timestamp"), event.now);
    batch.items.push_back({std::move(message), event.routing, event.raw});
}

}  // namespace

std::string party_of(Object root, std::string_view key) {
    if (const auto nested = json::object(root, key)) {
        std::string number = json::id(*nested, "number");
        return number.empty() ? json::id(*nested, "id") : number;
    }
    return json::id(root, key);
}

std::string_view channel_of(Object root) {
    const std::string_view flat = json::text(root, "channel");
    if (!flat.empty()) return flat;
    for (const std::string_view key : {"from", "to"}) {
        if (const auto nested = json::object(root, key)) return json::text(*nested, "type");
    }
    return {};
}

Alias alias_of(std::string_view channel, std::string_view party) {
    // A person's id at a page or a bot is made of digits too, and is no telephone number.
    if (channel == "messenger" || channel == "instagram") {
        return {std::string(party), IdentityScope::account};
    }
    return address_of(party);
}

bool is_event(Object root) {
    return json::member(root, "message_uuid").has_value() ||
           json::member(root, "message_type").has_value();
}

InboundBatch decode_event(const Event& event) {
    InboundBatch batch;
    const std::string_view word = json::text(event.root, "status");
    if (!word.empty()) {
        decode_status(event, word, batch);
    } else if (const auto what = spoken(event.root)) {
        decode_message(event, *what, batch);
    } else {
        batch.items.push_back({other(event, "event"), event.routing, event.raw});
    }
    return batch;
}

}  // namespace postern::adapters::vonage
