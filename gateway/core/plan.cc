// Identity first, then what hangs on the part, then the dedupe row if ids have spilled.
#include "gateway/core/plan.h"

#include "gateway/core/seen.h"

namespace postern::core {
namespace {

void need(const storage::RowKey& key, const Rows& rows, Missing& missing) {
    if (rows.find(key).known == Rows::Known::no) missing.push_back(key);
}

void plan_person(const Inbound& inbound, model::Instant provider_time, model::Now now,
                 const Rows& rows, Missing& missing) {
    for (const IdentityKey& identity : inbound.identities) {
        need(storage::keys::identity(identity.scope, identity.blind), rows, missing);
    }
    if (!missing.empty()) return;
    const model::Part part = find_part(inbound.identities, rows);
    if (part == 0) return;
    need(storage::keys::contact(part), rows, missing);
    need(storage::keys::hot(part), rows, missing);
    if (!missing.empty()) return;
    const Rows::Found found = rows.find(storage::keys::hot(part));
    const auto* hot = found.record ? std::get_if<model::HotRow>(found.record) : nullptr;
    if (!hot || !hot->spilled || in_ring(*hot, inbound)) return;
    const DedupeKeys dedupe = dedupe_keys(inbound, provider_time, now.wall);
    for (std::size_t i = 0; i < dedupe.count; ++i) need(dedupe.keys[i], rows, missing);
}

/// What is known of the sender's addresses.
void plan_notes(const Inbound& inbound, const Rows& rows, Missing& missing) {
    for (const IdentityKey& id : inbound.identities)
        need(storage::keys::address_notes(id.scope, id.blind), rows, missing);
}

}  // namespace

model::Part find_part(const std::vector<IdentityKey>& identities, const Rows& rows) {
    for (const IdentityKey& identity : identities) {
        const Rows::Found found =
            rows.find(storage::keys::identity(identity.scope, identity.blind));
        if (!found.record) continue;
        if (const auto* row = std::get_if<model::IdentityRow>(found.record)) return row->part;
    }
    return 0;
}

void plan_rows(const ReceiveMessage& c, model::Now now, const Rows& rows, Missing& missing) {
    if (!c.message.group.empty()) {
        need(storage::keys::group(c.inbound.account, c.inbound.group), rows, missing);
    }
    if (c.wish.wish != policy::Wish::none) plan_notes(c.inbound, rows, missing);
    Missing person;
    plan_person(c.inbound, c.message.provider_time, now, rows, person);
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
