// What people and the daemon order of sending: cancel, again, explain, configure, note.
#include <fmt/format.h>

#include "gateway/core/audit_facts.h"
#include "gateway/core/sending.h"

namespace postern::core {

using model::Instant;
using model::MessageState;

namespace {

/// How an address that is stored nowhere is named.
std::string hash_of(const storage::Blind& blind) {
    std::string out;
    for (const std::uint8_t byte : blind.bytes) out += fmt::format("{:02x}", byte);
    return out;
}

}  // namespace

void Core::apply_payload(const ExplainMessage& c, Writer& writer) {
    auto message = OutMessage::load(c.message, writer);
    if (!message || !message->row() || !settings_) return writer.reply(ReplyCode::not_found);
    Sending sending(*this, writer, writer.clocks());
    model::OutboundRow row = *message->row();
    row.verdict = sending
                      .judge(row, message->state.route, sending.hot_of(message->state.part),
                             c.message, writer.wall())
                      .verdict;
    writer.reply(ReplyCode::done, {}, std::make_shared<const model::Record>(std::move(row)));
}

void Core::apply_payload(const CancelMessage& c, Writer& writer) {
    auto message = OutMessage::load(c.message, writer);
    if (!message) return writer.reply(ReplyCode::not_found);
    if (!may_move(message->state.state, MessageState::cancelled))
        return writer.reply(ReplyCode::conflict, {},
                            std::make_shared<const model::Record>(message->state));
    Sending sending(*this, writer, writer.clocks());
    sending.forget_send(*message);
    sending.end(*message, MessageState::cancelled, "cancel", {});
    message->save(writer);
    writer.reply(ReplyCode::done, {}, std::make_shared<const model::Record>(message->state));
}

void Core::apply_payload(const RedriveMessage& c, Writer& writer) {
    auto message = OutMessage::load(c.message, writer);
    if (!message || !message->row()) return writer.reply(ReplyCode::not_found);
    const MessageState state = message->state.state;
    const bool dead = state == MessageState::failed || state == MessageState::expired ||
                      (state == MessageState::unknown && message->ended());
    if (!dead) return writer.reply(ReplyCode::conflict);
    Sending sending(*this, writer, writer.clocks());
    // An attempt whose end nobody knows may have reached the person, in part at least.
    message->state.possible_duplicate |= state == MessageState::unknown ||
                                         message->state.unknown_since != Instant{} ||
                                         message->state.in_parts;
    message->state.expires = c.expires;
    message->state.expiry_due = false;
    message->state.retry = false;
    message->change(MessageState::queued, "redrive", {}, writer);
    sending.queue(*message, writer.now());
    message->save(writer);
    const model::SeqHead& head = message->row()->head;
    writer.audit("message.redriven",
                 to_string(model::MessageId{model::make_ulid(head.created, head.epoch, c.message)}),
                 fact("state", to_string(state)), fact("state", "queued"));
    writer.reply(ReplyCode::done, {}, std::make_shared<const model::Record>(message->state));
}

void Core::apply_payload(const RemoveMessages& c, Writer& writer) {
    for (const model::Sequence id : c.messages) {
        const storage::RowKey key = storage::keys::state(id);
        const auto* state = writer.find<model::StateRow>(key);
        if (!state || state->due || !has_ended(*state)) continue;
        ledger_.removed(*state);
        writer.erase(key);
    }
    writer.reply(ReplyCode::done);
}

void Core::apply_payload(const LaneRows& c, Writer&) {
    outbox_->loaded(c);
}

void Core::apply_payload(const Tick&, Writer&) {}

void Core::apply_payload(const Configure& c, Writer& writer) {
    // Nobody knows what was sent just before this start: buckets begin empty.
    if (!settings_) outbox_->restart(writer.clocks());
    settings_ = c.settings;
    outbox_->configure(*settings_, writer.clocks());
    // New settings may hold new credentials: what was refused is tried again.
    for (auto& [number, row] : accounts_) {
        if (!row.broken) continue;
        row.broken = false;
        row.broken_reason.clear();
        writer.write(storage::keys::account(number), row, Seal::workspace);
        (void)writer.publish(row);
    }
    writer.reply(ReplyCode::done);
}

void Core::apply_payload(const NoteAddress& c, Writer& writer) {
    const storage::RowKey key = storage::keys::address_notes(c.scope, c.blind);
    model::AddressNotesRow row;
    if (const auto* known = writer.find<model::AddressNotesRow>(key)) row = *known;
    if (c.remove) {
        const auto gone = std::erase_if(row.notes, [&](const model::AddressNote& old) {
            return old.kind == c.note.kind && old.account == c.note.account &&
                   old.categories == c.note.categories;
        });
        if (gone == 0) return writer.reply(ReplyCode::not_found);
    } else {
        model::AddressNote note = c.note;
        if (note.at == Instant{}) note.at = writer.now();
        writer.tally().noted(note);
        add_note(row, std::move(note));
    }
    auto record = std::make_shared<const model::Record>(row);
    writer.keep(key, std::move(row), Seal::workspace);
    if (!c.notice_json.empty()) {
        const std::string action = c.remove ? "suppression.removed" : "suppression.added";
        writer.announce(0, action, c.notice_json);
        writer.audit(action, hash_of(c.blind), c.remove ? c.audit_json : std::string{},
                     c.remove ? std::string{} : c.audit_json);
    }
    writer.reply(ReplyCode::done, {}, std::move(record));
}

}  // namespace postern::core
