// Identity first, then what hangs on the part, then the dedupe row if ids have spilled.
#include "gateway/core/plan.h"

#include "gateway/core/answered_limits.h"
#include "gateway/core/echoes.h"
#include "gateway/core/find_rows.h"
#include "gateway/core/matching.h"
#include "gateway/core/person_notes.h"
#include "gateway/core/reach.h"
#include "gateway/core/seen.h"
#include "gateway/core/turns.h"
#include "gateway/core/unsend.h"

namespace postern::core {
namespace {

/// An item that is somebody's.
struct Coming {
    const Inbound& inbound;
    const adapters::Sender& sender;
    model::Instant provider_time;
    bool to_account;  // a message, and not to a group
    const contacts::SharedScopes& shared;
};

/// Whose the names of an item are.
struct Owners {
    model::Part part = 0;  // of the first that is known
    bool all_own = true;   // every name is that part's
    bool any_unknown = false;
};

Owners owners_of(const Inbound& inbound, const Rows& rows, Missing& missing) {
    Owners owners;
    for (const IdentityKey& identity : inbound.identities) {
        const auto* row = find_or_need<model::IdentityRow>(
            storage::keys::identity(identity.scope, identity.blind), rows, missing);
        if (row && owners.part == 0) owners.part = row->part;
        owners.any_unknown |= row == nullptr;
        owners.all_own &= row != nullptr && row->part == owners.part;
    }
    return owners;
}

/// What only somebody new, or known with something new to tell, is looked for.
void plan_news(const Coming& item, const Owners& owners, const model::ContactRow* contact,
               const model::HotRow* hot, const Rows& rows, Missing& missing) {
    KnownSender known;
    known.writes_first = item.to_account && hot && never_wrote(*hot);
    if (contact && hot) {
        known.part = owners.part;
        known.contact = contact;
    }
    const bool is_new = known.part == 0;
    if (is_new || known.writes_first || !owners.all_own || !item.sender.told.empty())
        plan_matches(item.inbound, item.sender, known, item.shared, rows, missing);
    if (item.inbound.identities.size() > 1 && (is_new || owners.any_unknown))
        plan_notes(item.inbound, rows, missing);
}

void plan_person(const Coming& item, model::Now now, const Rows& rows, Missing& missing) {
    const Owners owners = owners_of(item.inbound, rows, missing);
    if (!missing.empty()) return;
    if (owners.part == 0) return plan_news(item, owners, nullptr, nullptr, rows, missing);
    const auto* contact =
        find_or_need<model::ContactRow>(storage::keys::contact(owners.part), rows, missing);
    const auto* hot = find_or_need<model::HotRow>(storage::keys::hot(owners.part), rows, missing);
    if (!missing.empty()) return;
    plan_news(item, owners, contact, hot, rows, missing);
    if (!hot || !hot->spilled || in_ring(*hot, item.inbound)) return;
    const DedupeKeys dedupe = dedupe_keys(item.inbound, item.provider_time, now.wall);
    for (std::size_t i = 0; i < dedupe.count; ++i) need(dedupe.keys[i], rows, missing);
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

void plan_rows(const ReceiveMessage& c, model::Now now, const contacts::SharedScopes& shared,
               const Rows& rows, Missing& missing) {
    if (!c.message.group.empty()) {
        need(storage::keys::group(c.inbound.account, c.inbound.group), rows, missing);
    }
    if (c.wish.wish != policy::Wish::none) plan_notes(c.inbound, rows, missing);
    Missing person;
    const Coming item{c.inbound, c.message.sender, c.message.provider_time, c.message.group.empty(),
                      shared};
    plan_person(item, now, rows, person);
    if (person.empty() && !c.wish.confirmation_json.empty()) {
        for (const IdentityKey& identity : c.inbound.identities)
            plan_turns_of(identity, c.inbound.account, now, rows, person);
    }
    if (person.empty() && c.message.group.empty()) {
        plan_reach(c.inbound, c.message.sender, rows, person);
        plan_answered(c.inbound, now, rows, person);
    }
    missing.insert(missing.end(), person.begin(), person.end());
}

void plan_rows(const ReceiveSignal& c, model::Now now, const contacts::SharedScopes& shared,
               const Rows& rows, Missing& missing) {
    if (c.signal.kind == adapters::SignalKind::opted_out ||
        c.signal.kind == adapters::SignalKind::opted_in) {
        plan_notes(c.inbound, rows, missing);
    }
    if (!c.inbound.identities.empty()) {
        Missing person;
        static const adapters::Sender nobody;
        const Coming item{c.inbound, c.signal.sender ? *c.signal.sender : nobody,
                          c.signal.provider_time, false, shared};
        plan_person(item, now, rows, person);
        plan_echo(c, rows, missing);
        plan_unsend(c, rows, missing);
        if (c.signal.kind == adapters::SignalKind::unblocked && person.empty())
            plan_reach(c.inbound, item.sender, rows, person);
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
