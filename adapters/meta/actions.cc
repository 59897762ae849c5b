// What a person does without writing: taps, reactions, permissions; and every other kind of event.
#include <array>

#include "adapters/meta/messaging.h"
#include "adapters/shared/hmac.h"
#include "adapters/shared/json_write.h"

namespace postern::adapters::meta {
namespace {

using json::Object;

struct Word {
    std::string_view reaction;
    std::string_view emoji;
};

/// Meta's words for reactions, where the event spells no emoji.
constexpr std::array words = {
    Word{"angry", "\xf0\x9f\x98\xa0"}, Word{"dislike", "\xf0\x9f\x91\x8e"},
    Word{"like", "\xf0\x9f\x91\x8d"},  Word{"laugh", "\xf0\x9f\x98\x86"},
    Word{"love", "\xe2\x9d\xa4"},      Word{"sad", "\xf0\x9f\x98\xa2"},
    Word{"smile", "\xf0\x9f\x98\x86"}, Word{"wow", "\xf0\x9f\x98\xae"},
};

/// Empty: the reaction was taken back. A reaction without a spelling of ours keeps Meta's word.
std::string emoji_of(Object reaction) {
    if (json::text(reaction, "action") == "unreact") return {};
    const std::string_view emoji = json::text(reaction, "emoji");
    if (!emoji.empty()) return std::string(emoji);
    const std::string_view word = json::text(reaction, "reaction");
    for (const Word& known : words) {
        if (known.reaction == word) return std::string(known.emoji);
    }
    return std::string(word);
}

std::string standby_of(const Event& event) {
    return json::ObjectWriter().flag_if("standby", event.standby).finish();
}

/// Meta gives these events no id: who, when and what was said tell one from the next, and a
/// redelivery repeats all three. Two of one moment may differ in what they say alone.
std::string made_id(const Event& event, std::string_view what, const std::string& said) {
    std::string id(what);
    id.append(":").append(event.person).append(":").append(event.stamp);
    return id.append(":").append(shared::fingerprint(said));
}

/// "STOP_NOTIFICATIONS", which Meta's page also spells with a blank.
bool says(std::string_view status, std::string_view word) {
    return status.starts_with(word);
}

SignalKind optin_kind(Object optin) {
    if (json::text(optin, "type") != "notification_messages") return SignalKind::other;
    const std::string_view status = json::text(optin, "notification_messages_status");
    return says(status, "STOP") ? SignalKind::opted_out : SignalKind::opted_in;
}

}  // namespace

/// A button, an icebreaker, «Get Started» or the menu.
void read_postback(const Event& event, Object postback, Sink& sink) {
    if (event.person.empty() || event.outgoing) {
        return sink.undecoded("messaging[].sender.id: expected the id of a person");
    }
    InboundMessage out;
    out.external_id = json::text(postback, "mid");
    if (out.external_id.empty()) {
        out.external_id = made_id(event, "postback", json::compact(postback));
    }
    out.sender = sender_of(event);
    out.content.type = ContentType::choice;
    out.content.choice = ChoiceKind::postback;
    out.content.choice_id = json::text(postback, "payload");
    out.content.text = json::text(postback, "title");
    if (out.content.text.empty()) out.content.text = out.content.choice_id;
    out.content.details_json = standby_of(event);
    auto referral = json::object(postback, "referral");
    if (!referral) referral = json::object(event.object, "referral");
    if (referral) out.referral_json = json::compact(*referral);
    out.provider_time = event.time;
    sink.item(std::move(out));
}

void read_reaction(const Event& event, Object reaction, Sink& sink) {
    const std::string_view mid = json::text(reaction, "mid");
    if (mid.empty()) return sink.undecoded("messaging[].reaction.mid: expected a string");
    const std::string id = made_id(event, "reaction:" + std::string(mid), json::compact(reaction));
    Content content;
    content.type = ContentType::reaction;
    content.reaction_to = mid;
    content.emoji = emoji_of(reaction);
    content.details_json = json::ObjectWriter()
                               .text_if("reaction", json::text(reaction, "reaction"))
                               .flag_if("standby", event.standby)
                               .finish();
    if (event.outgoing || event.person.empty()) {
        InboundSignal signal = signal_of(event, SignalKind::message_echoed, id);
        signal.target = mid;
        signal.provider_type = "reaction";
        signal.content = std::move(content);
        return sink.item(std::move(signal));
    }
    InboundMessage out;
    out.external_id = id;
    out.sender = sender_of(event);
    out.content = std::move(content);
    out.provider_time = event.time;
    sink.item(std::move(out));
}

/// Permissions for marketing messages are standing ones. A notification that was asked for once,
/// and a tick in the checkbox plugin, are facts for whoever asked.
void read_optin(const Event& event, Object optin, Sink& sink) {
    const SignalKind kind = optin_kind(optin);
    const std::string_view type = json::text(optin, "type");
    std::string said = json::compact(optin);
    InboundSignal signal = signal_of(event, kind, made_id(event, "optin", said));
    if (kind != SignalKind::other) signal.category = "marketing";
    signal.provider_type = type.empty() ? "optin" : "optin." + std::string(type);
    signal.details_json = std::move(said);
    sink.item(std::move(signal));
}

/// Meta warns, blocks or frees the page.
void read_enforcement(const Event& event, Object enforcement, Sink& sink) {
    std::string said = json::compact(enforcement);
    InboundSignal signal =
        signal_of(event, SignalKind::account_health, made_id(event, "policy_enforcement", said));
    signal.sender.reset();
    signal.provider_type = "policy_enforcement";
    signal.details_json = std::move(said);
    sink.item(std::move(signal));
}

void read_other(const Event& event, std::string_view name, json::Value value, Sink& sink) {
    std::string said = json::compact(value);
    InboundSignal signal = signal_of(event, SignalKind::other, made_id(event, name, said));
    signal.provider_type = name;
    signal.details_json =
        json::as_object(value) ? std::move(said) : json::ObjectWriter().raw("value", said).finish();
    sink.item(std::move(signal));
}

}  // namespace postern::adapters::meta
