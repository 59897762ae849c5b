// Which kind of event it is: Meta names it by the member that it has. Also the small things that
// every reader needs.
#include <algorithm>
#include <array>

#include "adapters/meta/messaging.h"

namespace postern::adapters::meta {
namespace {

struct Kind {
    std::string_view member;
    void (*read)(const Event&, json::Object, Sink&);
};

/// In order of precedence: a message may come with the referral that led to it. The two spellings
/// of the last are Meta's own.
constexpr std::array kinds = {
    Kind{"message", &read_message},
    Kind{"postback", &read_postback},
    Kind{"reaction", &read_reaction},
    Kind{"message_edit", &read_edit},
    Kind{"delivery", &read_delivery},
    Kind{"read", &read_read},
    Kind{"optin", &read_optin},
    Kind{"policy_enforcement", &read_enforcement},
    Kind{"policy-enforcement", &read_enforcement},
};

/// Members that say nothing of what happened.
bool surrounds(std::string_view member) {
    static constexpr std::array<std::string_view, 5> around = {"sender", "recipient", "timestamp",
                                                               "hop_context", "prior_message"};
    return std::ranges::find(around, member) != around.end();
}

}  // namespace

void Sink::item(InboundMessage message) {
    batch_.items.push_back({std::move(message), event_.routing, event_.raw});
}

void Sink::item(InboundStatus status) {
    batch_.items.push_back({std::move(status), event_.routing, event_.raw});
}

void Sink::item(InboundSignal signal) {
    batch_.items.push_back({std::move(signal), event_.routing, event_.raw});
}

void Sink::undecoded(std::string reason) {
    batch_.undecoded.push_back({event_.raw, std::move(reason), event_.routing});
}

Sender sender_of(const Event& event) {
    Sender sender;
    sender.aliases.push_back({event.person, IdentityScope::account});
    if (const auto told = json::object(event.object, event.outgoing ? "recipient" : "sender")) {
        sender.name = json::text(*told, "name");
        sender.username = json::text(*told, "username");
    }
    return sender;
}

InboundSignal signal_of(const Event& event, SignalKind kind, std::string dedupe_id) {
    InboundSignal signal;
    signal.kind = kind;
    signal.dedupe_id = std::move(dedupe_id);
    if (!event.person.empty()) signal.sender = sender_of(event);
    signal.provider_time = event.time;
    return signal;
}

void read_event(const Event& event, Sink& sink) {
    for (const Kind& kind : kinds) {
        const auto body = json::object(event.object, kind.member);
        if (body) return kind.read(event, *body, sink);
    }
    for (const auto [name, value] : event.object) {
        if (surrounds(name) || value.is_null()) continue;
        return read_other(event, name, value, sink);
    }
    sink.undecoded("messaging[]: expected message, postback, delivery or the like");
}

}  // namespace postern::adapters::meta
