// A change is an event row in the message's own chain, and the state row that points at it.
#include "gateway/core/out_message.h"

namespace postern::core {

std::optional<OutMessage> OutMessage::load(model::Sequence id, Writer& writer) {
    const auto* state = writer.find<model::StateRow>(storage::keys::state(id));
    if (!state) return std::nullopt;
    const auto* contact = writer.find<model::ContactRow>(storage::keys::contact(state->part));
    if (!contact) return std::nullopt;
    OutMessage message(id, writer.share(storage::keys::seq_row(id)), *state, contact->key);
    message.saved_ = *state;
    return message;
}

bool has_ended(const model::StateRow& state) {
    switch (state.state) {
        case model::MessageState::queued:
        case model::MessageState::waiting:
        case model::MessageState::sending:
            return false;
        case model::MessageState::unknown:
            return !state.due;  // held for good, unless it still waits to be cleared up
        default:
            return true;
    }
}

void OutMessage::change(model::MessageState to, std::string_view cause, ChangeFacts facts,
                        Writer& writer) {
    const model::Sequence sequence = writer.next_sequence();
    facts.head = writer.head(state.account, state.part);
    facts.message = id_;
    facts.message_created = state.created;
    facts.message_epoch = state.epoch;
    facts.previous_event = state.last_event;
    facts.state = to;
    facts.attempt = state.attempts;
    facts.cause = cause;
    facts.possible_duplicate = state.possible_duplicate;
    writer.write(storage::keys::seq_row(sequence), std::move(facts), Seal::part, state.part, key_);
    state.state = to;
    state.updated = writer.now();
    state.last_event = sequence;
}

void OutMessage::save(Writer& writer) {
    writer.keep(storage::keys::state(id_), state, Seal::plain);
    writer.ledger().moved(saved_, state, writer.wall());
    saved_ = state;
}

}  // namespace postern::core
