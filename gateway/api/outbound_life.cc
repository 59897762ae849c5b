// One read for the state, one a change, newest first.
#include "gateway/api/outbound_life.h"

#include "gateway/events/message_json.h"

namespace postern::api {
namespace {

template <class Row>
const Row* as(const model::RecordPtr& record) {
    return record != nullptr ? model::get_if<Row>(record.get()) : nullptr;
}

bool ended_badly(model::MessageState state) {
    return state == model::MessageState::failed || state == model::MessageState::expired ||
           state == model::MessageState::unknown;
}

}  // namespace

const model::StateRow* OutboundLife::state_row() const {
    return as<model::StateRow>(state);
}

const model::OutboundEventRow& OutboundLife::change(std::size_t i) const {
    return model::get<model::OutboundEventRow>(*changes[i]);
}

storage::Result<OutboundLife> read_life(runtime::Reader& reader, model::Sequence message,
                                        std::size_t changes_max) {
    OutboundLife life;
    const auto state = reader.get(storage::keys::state(message));
    if (!state) return state.error();
    const auto* row = as<model::StateRow>(*state);
    if (row == nullptr) return life;
    life.state = *state;
    for (model::Sequence at = row->last_event; at > message && life.changes.size() < changes_max;) {
        const auto record = reader.get(storage::keys::seq_row(at));
        if (!record) return record.error();
        const auto* change = as<model::OutboundEventRow>(*record);
        // Retention takes the oldest rows first: what is left is still told.
        if (change == nullptr || change->message != message) break;
        life.changes.push_back(*record);
        if (change->previous_event >= at) break;
        at = change->previous_event;
    }
    return life;
}

events::OutboundStanding standing_of(const model::OutboundRow& row, const OutboundLife& life) {
    events::OutboundStanding standing = events::accepted_standing(row);
    const model::StateRow* state = life.state_row();
    if (state == nullptr) return standing;
    standing.state = state->state;
    standing.route = state->route;
    standing.attempts = state->attempts;
    standing.not_before = state->due ? state->not_before : model::Instant{};
    standing.expires = state->expires;
    standing.updated = state->updated;
    standing.possible_duplicate = state->possible_duplicate;
    bool verdict_found = false;
    for (std::size_t i = 0; i < life.changes.size(); ++i) {
        const model::OutboundEventRow& change = life.change(i);
        if (standing.external_id.empty()) standing.external_id = change.external_id;
        // An error is of the last change; of a bad end it is the last one that was told.
        const bool tells = i == 0 || (ended_badly(state->state) && standing.error == nullptr);
        if (tells && !change.error_class.empty()) standing.error = &change;
        if (!verdict_found && change.verdict != model::Verdict{}) {
            standing.verdict = &change.verdict;
            verdict_found = true;
        }
    }
    return standing;
}

storage::Result<model::RecordPtr> read_message(runtime::Reader& reader,
                                               const model::MessageId& id) {
    const auto record = reader.get(storage::keys::seq_row(id.sequence()));
    if (!record) return record.error();
    const model::SeqHead* head = nullptr;
    if (const auto* in = as<model::MessageRow>(*record)) head = &in->head;
    if (const auto* out = as<model::OutboundRow>(*record)) head = &out->head;
    const bool ours = head != nullptr && events::message_id(*head, id.sequence()) == to_string(id);
    return ours ? *record : model::RecordPtr{};
}

storage::Result<std::string> message_json(runtime::Reader& reader, const model::Record& record,
                                          model::Sequence sequence,
                                          const events::AccountTable& accounts) {
    std::string out;
    model::JsonWriter json(out);
    if (const auto* in = model::get_if<model::MessageRow>(&record)) {
        events::write_message(json, *in, sequence, accounts);
        return out;
    }
    const auto& row = model::get<model::OutboundRow>(record);
    const auto life = read_life(reader, sequence, changes_shown_max);
    if (!life) return life.error();
    events::write_message(json, row, sequence, standing_of(row, *life), accounts);
    return out;
}

storage::Result<std::string> external_id_of(runtime::Reader& reader, const model::Record& record,
                                            model::Sequence sequence) {
    if (const auto* in = model::get_if<model::MessageRow>(&record)) return in->message.external_id;
    const auto life = read_life(reader, sequence, changes_shown_max);
    if (!life) return life.error();
    return std::string(standing_of(model::get<model::OutboundRow>(record), *life).external_id);
}

}  // namespace postern::api
