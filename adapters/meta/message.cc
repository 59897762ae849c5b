// Messages and what becomes of them later: echoes of what the business sent, deletions, edits.
#include "adapters/meta/messaging.h"
#include "adapters/shared/hmac.h"
#include "adapters/shared/json_write.h"

namespace postern::adapters::meta {
namespace {

using json::Object;

/// Appends members to an object that may be empty.
std::string merged(std::string object, std::string members) {
    if (object.empty() || object == "{}") return members;
    if (members.empty()) return object;
    object.back() = ',';
    return object.append(members, 1);
}

void read_deletion(const Event& event, std::string_view mid, Sink& sink) {
    InboundSignal signal =
        signal_of(event, SignalKind::message_deleted, "deleted:" + std::string(mid));
    signal.target = mid;
    signal.provider_type = "is_deleted";
    signal.details_json = json::ObjectWriter()
                              .flag_if("by_business", event.outgoing)
                              .flag_if("standby", event.standby)
                              .finish();
    sink.item(std::move(signal));
}

/// What Postern itself sent is known already; its echo proves that Meta has it, which clears up an
/// attempt whose answer never came.
bool is_our_send(Object message) {
    return json::text(message, "metadata").starts_with(metadata_prefix);
}

void read_own_echo(const Event& event, Object message, std::string_view mid, Sink& sink) {
    InboundStatus status;
    status.external_id = mid;
    status.state = ReceiptState::sent;
    status.recipient = event.person;
    status.echo = json::text(message, "metadata").substr(metadata_prefix.size());
    status.provider_time = event.time;
    status.details_json =
        json::ObjectWriter().text_if("app_id", json::id(message, "app_id")).finish();
    sink.item(std::move(status));
}

void read_echo(const Event& event, Object message, std::string_view mid, Sink& sink) {
    if (is_our_send(message)) return read_own_echo(event, message, mid, sink);
    InboundSignal signal = signal_of(event, SignalKind::message_echoed, std::string(mid));
    Said said = read_said(message);
    signal.target = mid;
    signal.content = std::move(said.content);
    signal.attachments = std::move(said.attachments);
    signal.provider_type = "message";
    json::ObjectWriter details;
    details.text_if("app_id", json::id(message, "app_id"));
    details.text_if("metadata", json::text(message, "metadata"));
    if (const auto to = json::object(message, "reply_to"))
        details.raw("reply_to", json::compact(*to));
    details.flag_if("is_self", json::flag(message, "is_self"));
    details.flag_if("standby", event.standby);
    signal.details_json = details.finish();
    sink.item(std::move(signal));
}

/// An ad, an m.me link or a shop's product led here; or the story that is answered.
std::string referral_of(const Event& event, Object message) {
    auto referral = json::object(message, "referral");
    if (!referral) referral = json::object(event.object, "referral");
    if (referral) return json::compact(*referral);
    const auto reply = json::object(message, "reply_to");
    const auto story = reply ? json::object(*reply, "story") : std::nullopt;
    return story ? json::ObjectWriter().raw("story", json::compact(*story)).finish()
                 : std::string{};
}

void read_ordinary(const Event& event, Object message, std::string_view mid, Sink& sink) {
    if (event.person.empty()) return sink.undecoded("messaging[].sender.id: expected a string");
    InboundMessage out;
    Said said = read_said(message);
    out.external_id = mid;
    out.sender = sender_of(event);
    out.content = std::move(said.content);
    out.attachments = std::move(said.attachments);
    if (const auto reply = json::object(message, "reply_to")) {
        out.reply_to = json::text(*reply, "mid");
    }
    out.referral_json = referral_of(event, message);
    std::string standby = json::ObjectWriter().flag_if("standby", event.standby).finish();
    out.content.details_json = merged(std::move(out.content.details_json), std::move(standby));
    out.provider_time = event.time;
    sink.item(std::move(out));
}

}  // namespace

void read_message(const Event& event, Object message, Sink& sink) {
    std::string mid(json::text(message, "mid"));
    const bool deleted = json::flag(message, "is_deleted");
    // An echo tells that a message has a name: one that we make up would be taken for it.
    if (mid.empty() && (deleted || event.outgoing)) {
        return sink.undecoded("messaging[].message.mid: expected a string");
    }
    // Meta names every message; somebody wrote this one all the same, and maybe another one in the
    // same second, for not all stamps are finer.
    if (mid.empty())
        mid = "message:" + event.person + ":" + event.stamp + ":" + shared::fingerprint(event.raw);
    if (deleted) return read_deletion(event, mid, sink);
    if (event.outgoing) return read_echo(event, message, mid, sink);
    read_ordinary(event, message, mid, sink);
}

/// Instagram announces some new messages as their own edit number 0, without words: that is no
/// edit.
void read_edit(const Event& event, Object edit, Sink& sink) {
    const std::string_view mid = json::text(edit, "mid");
    const std::string_view text = json::text(edit, "text");
    const auto number = json::loose_integer(edit, "num_edit");
    if (mid.empty()) return sink.undecoded("messaging[].message_edit.mid: expected a string");
    const bool edited = !text.empty() || number.value_or(1) > 0;
    std::string id = "edit:" + std::string(mid) + ":";
    id += number ? std::to_string(*number) : event.stamp;
    InboundSignal signal =
        signal_of(event, edited ? SignalKind::message_edited : SignalKind::other, std::move(id));
    signal.target = mid;
    signal.provider_type = "message_edit";
    if (!text.empty()) {
        signal.content.emplace();
        signal.content->text = text;
    }
    json::ObjectWriter details;
    if (number) details.integer("num_edit", *number);
    details.flag_if("by_business", event.outgoing).flag_if("standby", event.standby);
    signal.details_json = details.finish();
    sink.item(std::move(signal));
}

}  // namespace postern::adapters::meta
