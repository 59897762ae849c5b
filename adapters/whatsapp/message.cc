// Elements of messages[]: most are messages; edits, deletions and system notices are signals.
// Echoes (what the business wrote on its own phone) are signals too, and never a message from the
// customer.
#include "adapters/shared/epoch.h"
#include "adapters/shared/hmac.h"
#include "adapters/shared/json_write.h"
#include "adapters/whatsapp/decode.h"

namespace postern::adapters::whatsapp {
namespace {

using json::Object;

Instant time_of(const Change& change, Object message) {
    const auto told = json::loose_integer(message, "timestamp");
    return told ? shared::epoch_time(told, change.now) : change.entry_time;
}

void read_context(Object message, InboundMessage& out) {
    const auto context = json::object(message, "context");
    if (!context) return;
    out.reply_to = json::text(*context, "id");
    out.forwarded =
        json::flag(*context, "forwarded") || json::flag(*context, "frequently_forwarded");
    const auto product = json::object(*context, "referred_product");
    if (!product || product->size() == 0) return;
    add_details(out.content.details_json,
                json::ObjectWriter().raw("referred_product", json::compact(*product)).finish());
}

std::string standby_of(const Change& change) {
    return json::ObjectWriter().flag_if("standby", change.standby).finish();
}

/// Meta names every message; of one that came by another way the bytes, which tell person and time,
/// are the name, because somebody wrote it.
std::string id_of(Object message, std::string_view raw) {
    std::string id(json::text(message, "id"));
    return id.empty() ? "message:" + shared::fingerprint(raw) : id;
}

InboundSignal signal_of(const Change& change, Object message, std::string_view raw,
                        SignalKind kind) {
    InboundSignal signal;
    signal.kind = kind;
    signal.dedupe_id = id_of(message, raw);
    signal.group = json::text(message, "group_id");
    signal.provider_type = json::text(message, "type");
    signal.provider_time = time_of(change, message);
    return signal;
}

void read_edit(const Change& change, Object message, Sender sender, std::string_view raw,
               Sink& sink) {
    InboundSignal signal = signal_of(change, message, raw, SignalKind::message_edited);
    const auto edit = json::object(message, "edit");
    if (edit) signal.target = json::text(*edit, "original_message_id");
    if (signal.target.empty()) {
        sink.undecoded(raw, "messages[].edit.original_message_id: expected a string");
        return;
    }
    if (const auto edited = json::object(*edit, "message")) {
        Said said = read_content(*edited);
        signal.content = std::move(said.content);
        signal.attachments = std::move(said.attachments);
    }
    signal.sender = std::move(sender);
    signal.details_json = standby_of(change);
    sink.item(std::move(signal), raw);
}

void read_revoke(const Change& change, Object message, Sender sender, std::string_view raw,
                 Sink& sink) {
    InboundSignal signal = signal_of(change, message, raw, SignalKind::message_deleted);
    const auto revoke = json::object(message, "revoke");
    if (revoke) signal.target = json::text(*revoke, "original_message_id");
    if (signal.target.empty()) {
        sink.undecoded(raw, "messages[].revoke.original_message_id: expected a string");
        return;
    }
    signal.sender = std::move(sender);
    signal.details_json = standby_of(change);
    sink.item(std::move(signal), raw);
}

/// The spellings of a changed number, a changed business-scoped id, a new device.
bool changes_identity(std::string_view type) {
    return type == "user_changed_number" || type == "customer_changed_number" ||
           type == "user_changed_user_id" || type == "customer_identity_changed" ||
           type == "user_identity_changed";
}

/// Whom a system notice is about: who they were before. Of a person without a number the notice
/// alone says so, and the envelope may name the new id already.
Sender former_sender(const Change& change, Object message) {
    const auto system = json::object(message, "system");
    const std::string_view before =
        system ? json::text(*system, "previous_user_id") : std::string_view{};
    std::string_view user_id = json::text(message, "from_user_id");
    if (!before.empty()) user_id = before;
    return find_sender(change, user_id, json::id(message, "from"));
}

void read_system(const Change& change, Object message, Sender sender, std::string_view raw,
                 Sink& sink) {
    const auto system = json::object(message, "system");
    const std::string_view type = system ? json::text(*system, "type") : std::string_view{};
    const bool identity = changes_identity(type);
    InboundSignal signal = signal_of(change, message, raw,
                                     identity ? SignalKind::identity_changed : SignalKind::other);
    json::ObjectWriter details;
    if (system) {
        signal.provider_type = type;
        details.raw("system", json::compact(*system));
        std::string_view number = json::text(*system, "wa_id");
        if (number.empty()) number = json::text(*system, "new_wa_id");
        const std::string_view user_id = json::text(*system, "user_id");
        if (!number.empty()) details.text("new_address", phone_address(number));
        details.text_if("new_user_id", user_id);
        if (identity && !sender.aliases.empty()) {  // who goes on under the new names
            add_alias(sender, std::string(user_id));
            if (!number.empty()) add_alias(sender, phone_address(number));
        }
    }
    if (const auto device = json::object(message, "identity")) {
        details.raw("identity", json::compact(*device));
    }
    if (signal.provider_type.empty()) signal.provider_type = "system";
    signal.details_json = details.finish();
    if (!sender.aliases.empty()) signal.sender = std::move(sender);
    sink.item(std::move(signal), raw);
}

void read_ordinary(const Change& change, Object message, Sender sender, std::string_view raw,
                   Sink& sink) {
    InboundMessage out;
    Said said = read_content(message);
    out.external_id = id_of(message, raw);
    out.sender = std::move(sender);
    out.group = json::text(message, "group_id");
    out.content = std::move(said.content);
    out.attachments = std::move(said.attachments);
    read_context(message, out);
    add_details(out.content.details_json, standby_of(change));
    if (const auto referral = json::object(message, "referral")) {
        out.referral_json = json::compact(*referral);
    }
    out.provider_time = time_of(change, message);
    sink.item(std::move(out), raw);
}

}  // namespace

void add_details(std::string& details, std::string_view more) {
    constexpr std::size_t braces = 2;
    if (more.size() <= braces) return;
    if (details.size() <= braces) {
        details = more;
        return;
    }
    details.back() = ',';
    details.append(more.substr(1));
}

void read_message(const Change& change, Object message, std::string_view raw, Sink& sink) {
    const std::string_view type = json::text(message, "type");
    Sender sender =
        find_sender(change, json::text(message, "from_user_id"), json::id(message, "from"));
    if (type == "system") {
        read_system(change, message, former_sender(change, message), raw, sink);
    } else if (sender.aliases.empty()) {
        sink.undecoded(raw, "messages[].from or from_user_id: expected a string");
    } else if (type == "edit") {
        read_edit(change, message, std::move(sender), raw, sink);
    } else if (type == "revoke") {
        read_revoke(change, message, std::move(sender), raw, sink);
    } else {
        read_ordinary(change, message, std::move(sender), raw, sink);
    }
}

/// An echo's person is the customer it went to. An edit or a deletion by the business names the
/// message that it changed. In standby an echo holds the request of the send.
void read_echo(const Change& change, Object echo, std::string_view raw, Sink& sink) {
    InboundSignal signal = signal_of(change, echo, raw, SignalKind::message_echoed);
    if (json::text(echo, "id").empty()) {
        sink.undecoded(raw, "message_echoes[].id: expected a string");
        return;
    }
    signal.target = signal.dedupe_id;
    const Object told = json::object(echo, "message").value_or(echo);
    signal.provider_type = json::text(told, "type");
    Object said_in = told;
    for (const std::string_view change_type : {"edit", "revoke"}) {
        const auto body = json::object(told, change_type);
        if (signal.provider_type != change_type || !body) continue;
        const std::string_view original = json::text(*body, "original_message_id");
        if (!original.empty()) signal.target = original;
        said_in = json::object(*body, "message").value_or(told);
    }
    if (signal.provider_type != "revoke") {
        Said said = read_content(said_in);
        signal.content = std::move(said.content);
        signal.attachments = std::move(said.attachments);
    }
    std::string_view user_id = json::text(told, "to_user_id");
    if (user_id.empty()) user_id = json::text(told, "recipient");
    Sender to = find_sender(change, user_id, json::id(told, "to"));
    const bool to_group = json::text(told, "recipient_type") == "group";
    if (to_group) signal.group = json::text(told, "to");
    if (!to_group && !to.aliases.empty()) signal.sender = std::move(to);
    signal.details_json = standby_of(change);
    sink.item(std::move(signal), raw);
}

}  // namespace postern::adapters::whatsapp
