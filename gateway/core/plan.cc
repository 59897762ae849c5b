// Identity first, then what hangs on the part, then the dedupe row if ids have spilled.
#include "gateway/core/plan.h"

#include "gateway/core/echoes.h"
#include "gateway/core/reach.h"
#include "gateway/core/seen.h"
#include "gateway/core/turns.h"

namespace postern::core {
namespace {

void need(const storage::RowKey& key, const Rows& rows, Missing& missing) {
    if (rows.find(key).known == Rows::Known::no) missing.push_back(key);
}

/// Null where the row is missing, or known not to be there.
template <class T>
const T* find_or_need(const storage::RowKey& key, const Rows& rows, Missing& missing) {
    const Rows::Found found = rows.find(key);
    if (found.known == Rows::Known::no) missing.push_back(key);
    return found.record ? model::get_if<T>(found.record) : nullptr;
}

void plan_person(const Inbound& inbound, model::Instant provider_time, model::Now now,
                 const Rows& rows, Missing& missing) {
    model::Part part = 0;  // of the first identity that is known
    for (const IdentityKey& identity : inbound.identities) {
        const auto* row = find_or_need<model::IdentityRow>(
            storage::keys::identity(identity.scope, identity.blind), rows, missing);
        if (row && part == 0) part = row->part;
    }
    if (part == 0 || !missing.empty()) return;
    need(storage::keys::contact(part), rows, missing);
    const auto* hot = find_or_need<model::HotRow>(storage::keys::hot(part), rows, missing);
    if (!hot || !hot->spilled || in_ring(*hot, inbound)) return;
    const DedupeKeys dedupe = dedupe_keys(inbound, provider_time, now.wall);
    for (std::size_t i = 0; i < dedupe.count; ++i) need(dedupe.keys[i], rows, missing);
}

/// What is known of the sender's addresses.
void plan_notes(const Inbound& inbound, const Rows& rows, Missing& missing) {
    for (const IdentityKey& id : inbound.identities)
        need(storage::keys::address_notes(id.scope, id.blind), rows, missing);
}

/// Those of the person who may have to wait behind them with a confirmation.
void plan_turns_of(const IdentityKey& id, model::AccountNumber account, model::Now now,
                   const Rows& rows, Missing& missing) {
    const auto found = [&](const storage::RowKey& key) { return rows.find(key).record; };
    const auto* identity = found(storage::keys::identity(id.scope, id.blind));
    const auto* row = identity ? model::get_if<model::IdentityRow>(identity) : nullptr;
    const auto* record = row ? found(storage::keys::hot(row->part)) : nullptr;
    const auto* hot = record ? model::get_if<model::HotRow>(record) : nullptr;
    if (hot) plan_turns(*hot, account, turns_looked_through, now, rows, missing);
}

}  // namespace

void plan_rows(const ReceiveMessage& c, model::Now now, const Rows& rows, Missing& missing) {
    if (!c.message.group.empty()) {
        need(storage::keys::group(c.inbound.account, c.inbound.group), rows, missing);
    }
    if (c.wish.wish != policy::Wish::none) plan_notes(c.inbound, rows, missing);
    Missing person;
    plan_person(c.inbound, c.message.provider_time, now, rows, person);
    if (person.empty() && !c.wish.confirmation_json.empty()) {
        for (const IdentityKey& identity : c.inbound.identities)
            plan_turns_of(identity, c.inbound.account, now, rows, person);
    }
    if (person.empty()) plan_reach(c.inbound, rows, person);
    missing.insert(missing.end(), person.begin(), person.end());
}

void plan_rows(const ReceiveSignal& c, model::Now now, const Rows& rows, Missing& missing) {
    if (c.signal.kind == adapters::SignalKind::opted_out ||
        c.signal.kind == adapters::SignalKind::opted_in) {
        plan_notes(c.inbound, rows, missing);
    }
    if (!c.inbound.identities.empty()) {
        Missing person;
        plan_person(c.inbound, c.signal.provider_time, now, rows, person);
        plan_echo(c, rows, missing);
        if (c.signal.kind == adapters::SignalKind::unblocked && person.empty())
            plan_reach(c.inbound, rows, person);
        missing.insert(missing.end(), person.begin(), person.end());
        return;
    }
    const DedupeKeys dedupe = dedupe_keys(c.inbound, c.signal.provider_time, now.wall);
    for (std::size_t i = 0; i < dedupe.count; ++i) need(dedupe.keys[i], rows, missing);
}

void plan_rows(const ResolveQuarantine& c, model::Now, const Rows& rows, Missing& missing) {
    need(storage::keys::quarantine(c.id), rows, missing);
}

}  // namespace postern::core
