// Rows of sending: who is written to and what is known of the address; the message's own rows; its
// person.
#include "gateway/core/plan.h"

#include <algorithm>

#include "gateway/core/bounces.h"
#include "gateway/core/find_rows.h"
#include "gateway/core/marks.h"
#include "gateway/core/message_state.h"
#include "gateway/core/turns.h"

namespace postern::core {
namespace {

/// State, body, person, and what is known of the addresses of its routes. The person's standing, if
/// it is here.
const model::HotRow* plan_message(model::Sequence id, model::Now now, const Rows& rows,
                                  Missing& missing) {
    const auto* state = find_or_need<model::StateRow>(storage::keys::state(id), rows, missing);
    const auto* row = find_or_need<model::OutboundRow>(storage::keys::seq_row(id), rows, missing);
    if (!missing.empty() || !state) return nullptr;
    need(storage::keys::contact(state->part), rows, missing);
    const auto* hot = find_or_need<model::HotRow>(storage::keys::hot(state->part), rows, missing);
    if (!row) return hot;
    for (std::size_t i = state->route; i < row->routes.size(); ++i) {
        const model::Route& route = row->routes[i];
        need(storage::keys::address_notes(route.scope, route.blind), rows, missing);
        if (hot) plan_turns(*hot, route.account, turns_looked_through, now, rows, missing);
    }
    return hot;
}

}  // namespace

void plan_turns(const model::HotRow& hot, model::AccountNumber account, std::size_t at_least,
                model::Now now, const Rows& rows, Missing& missing) {
    for (const model::ChannelStanding& standing : hot.standings) {
        const bool enough = standing.turns.size() >= at_least || looks_through(standing.turns);
        if (standing.account != account || !enough) continue;
        for (const model::Turn& turn : standing.turns) {
            if (turn.until > now.wall) need(storage::keys::state(turn.message), rows, missing);
        }
    }
}

namespace {

void plan_written_to(model::Part part, const SubmitMessage& c, model::Now now, const Rows& rows,
                     Missing& missing) {
    need(storage::keys::contact(part), rows, missing);
    const auto* hot = find_or_need<model::HotRow>(storage::keys::hot(part), rows, missing);
    if (!hot) return;
    for (const model::Route& r : c.row.routes)
        plan_turns(*hot, r.account, turns_looked_through, now, rows, missing);
}

}  // namespace

void plan_rows(const SubmitMessage& c, model::Now now, const Rows& rows, Missing& missing) {
    if (c.idempotency) need(storage::keys::idempotency(c.idempotency->key), rows, missing);
    // Any of them may be the one that is chosen.
    const std::size_t firsts = c.choice ? c.row.routes.size() : 1;
    for (std::size_t i = 0; i < c.row.routes.size(); ++i) {
        const model::Route& r = c.row.routes[i];
        if (i < firsts) need(storage::keys::identity(r.scope, r.blind), rows, missing);
        need(storage::keys::address_notes(r.scope, r.blind), rows, missing);
    }
    if (c.contact != 0) need(storage::keys::contact(c.contact), rows, missing);
    if (!missing.empty()) return;
    if (c.contact != 0 && find<model::ContactRow>(storage::keys::contact(c.contact), rows))
        return plan_written_to(c.contact, c, now, rows, missing);
    Missing persons;
    for (std::size_t i = 0; i < firsts; ++i) {
        const model::Route& r = c.row.routes[i];
        const auto* identity =
            find<model::IdentityRow>(storage::keys::identity(r.scope, r.blind), rows);
        if (identity) plan_written_to(identity->part, c, now, rows, persons);
    }
    for (const storage::RowKey& key : persons) {
        if (std::ranges::find(missing, key) == missing.end()) missing.push_back(key);
    }
}

void plan_rows(const ExplainMessage& c, model::Now now, const Rows& rows, Missing& missing) {
    (void)plan_message(c.message, now, rows, missing);
}

void plan_rows(const CancelMessage& c, model::Now now, const Rows& rows, Missing& missing) {
    (void)plan_message(c.message, now, rows, missing);
}

void plan_rows(const RedriveMessage& c, model::Now now, const Rows& rows, Missing& missing) {
    (void)plan_message(c.message, now, rows, missing);
}

void plan_rows(const RemoveMessages& c, model::Now, const Rows& rows, Missing& missing) {
    for (const model::Sequence id : c.messages) need(storage::keys::state(id), rows, missing);
}

void plan_rows(const AttemptMessage& c, model::Now now, const Rows& rows, Missing& missing) {
    const auto* hot = plan_message(c.message, now, rows, missing);
    if (hot) plan_turns(*hot, c.account, 1, now, rows, missing);
}

void plan_rows(const RecoverIntent& c, model::Now now, const Rows& rows, Missing& missing) {
    (void)plan_message(c.message, now, rows, missing);
}

void plan_rows(const AnswerAttempt& c, model::Now now, const Rows& rows, Missing& missing) {
    (void)plan_message(c.message, now, rows, missing);
    // A receipt that came before this answer came after the message was accepted.
    if (c.outcome.external_id.empty() || rows.has_parked_since(c.message)) return;
    need(storage::keys::parked_receipt(c.account, c.external), rows, missing);
    for (const storage::Blind& external : c.earlier)
        need(storage::keys::parked_receipt(c.account, external), rows, missing);
}

void plan_rows(const WakeMessage& c, model::Now now, const Rows& rows, Missing& missing) {
    (void)plan_message(c.message, now, rows, missing);
}

void plan_rows(const NoteAddress& c, model::Now, const Rows& rows, Missing& missing) {
    need(storage::keys::address_notes(c.scope, c.blind), rows, missing);
}

namespace {

void plan_own_receipt(const ReceiveStatus& c, model::Now now, const Rows& rows, Missing& missing) {
    const storage::RowKey parked = storage::keys::parked_receipt(c.account, c.external);
    need(storage::keys::external_id(c.account, c.external), rows, missing);
    if (!missing.empty()) return;
    const model::Sequence id = message_of(c, rows);
    if (id == 0) return need(parked, rows, missing);
    const auto* state = find_or_need<model::StateRow>(storage::keys::state(id), rows, missing);
    if (!missing.empty()) return;
    if (!state) return need(parked, rows, missing);
    const bool known = rows.find(storage::keys::external_id(c.account, c.external)).record;
    const bool doubtful = !known && (state->account != c.account || !is_whole_name(c, *state, id));
    if (doubtful) need(parked, rows, missing);
    // Most receipts confirm what was sent; the others may change what the person waits for.
    const bool plain = !doubtful && state->state >= model::MessageState::sent &&
                       c.status.state != adapters::ReceiptState::failed &&
                       c.status.address == adapters::AddressVerdict::none;
    if (plain) {
        need(storage::keys::contact(state->part), rows, missing);
    } else {
        const model::HotRow* hot = plan_message(id, now, rows, missing);
        if (hot && missing.empty()) plan_bounce(c.status, id, *state, *hot, rows, missing);
    }
    // Of somebody who was erased: it is parked like a stranger's.
    const bool erased = !find<model::ContactRow>(storage::keys::contact(state->part), rows);
    if (missing.empty() && erased) need(parked, rows, missing);
}

void plan_dead_address(const IdentityKey& id, const Rows& rows, Missing& missing) {
    need(storage::keys::address_notes(id.scope, id.blind), rows, missing);
    const auto* identity = find_or_need<model::IdentityRow>(
        storage::keys::identity(id.scope, id.blind), rows, missing);
    if (!identity) return;
    need(storage::keys::contact(identity->part), rows, missing);
    need(storage::keys::hot(identity->part), rows, missing);
}

}  // namespace

void plan_rows(const ReceiveStatus& c, model::Now now, const Rows& rows, Missing& missing) {
    // Side by side, so that together they take no more rounds than the longer one.
    Missing marked;
    plan_mark(c, rows, marked);
    if (names_dead_address(c)) plan_dead_address(*c.recipient, rows, marked);
    plan_own_receipt(c, now, rows, missing);
    missing.insert(missing.end(), marked.begin(), marked.end());
}

}  // namespace postern::core
