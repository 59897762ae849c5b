// Four rows for a new sender (message, hot, contact, identity), two for a known one (message, hot).
#include "gateway/core/person.h"

#include <algorithm>
#include <utility>

#include "gateway/core/seen.h"

namespace postern::core {

Person::Person(const Inbound& inbound, const adapters::Sender& sender, std::string_view channel,
               const Writer& writer, model::Part known)
    : inbound_(inbound), sender_(&sender), channel_(channel) {
    if (known != 0 && writer.find<model::ContactRow>(storage::keys::contact(known))) part = known;
    OwnerOf owners;
    for (const IdentityKey& id : inbound.identities) {
        const auto* row =
            writer.find<model::IdentityRow>(storage::keys::identity(id.scope, id.blind));
        owners.push_back(row ? row->part : 0);
        if (part == 0) part = owners.back();
    }
    const auto* known_contact =
        part ? writer.find<model::ContactRow>(storage::keys::contact(part)) : nullptr;
    const auto* known_hot = part ? writer.find<model::HotRow>(storage::keys::hot(part)) : nullptr;
    // Nobody's identity, or one whose contact was erased: a new contact either way.
    created = !known_contact || !known_hot;
    sort_names(owners);
    for (const adapters::ToldKey& told : sender.told)
        told_news_.push_back(created || !contacts::knows_told(*known_contact, told));
    if (created) return;
    hot = *known_hot;
    key = known_contact->key;
    previous = hot.last;
    updated = !contacts::knows(*known_contact, *sender_, seen(writer));
    if (updated) contact_ = *known_contact;
}

/// A name that is another person's stays theirs: joining two people is for a person to say.
void Person::sort_names(const OwnerOf& owners) {
    bool all_own = true;
    for (const model::Part owner : owners) {
        const bool others = owner != 0 && owner != part;
        const Name own = owner != 0 && !created ? Name::own : Name::fresh;
        names_.push_back(others ? Name::others : own);
        all_own = all_own && !others;
    }
    if (all_own && sender_->aliases.size() <= owners.size()) return;
    own_names_ = *sender_;
    own_names_.aliases.clear();
    for (std::size_t i = 0; i < owners.size() && i < sender_->aliases.size(); ++i) {
        const bool others = owners[i] != 0 && owners[i] != part;
        if (!others) own_names_.aliases.push_back(sender_->aliases[i]);
    }
    sender_ = &own_names_;
}

bool Person::told_names() const {
    return std::ranges::any_of(names_, [](Name name) { return name != Name::own; });
}

const model::ContactRow* Person::known_contact(const Writer& writer) const {
    return created ? nullptr : writer.find<model::ContactRow>(storage::keys::contact(part));
}

contacts::Seen Person::seen(const Writer& writer) const {
    return {inbound_.account, channel_, writer.now()};
}

bool Person::duplicate(model::Instant provider_time, const Writer& writer) const {
    if (created) return false;
    if (in_ring(hot, inbound_)) return true;
    if (!hot.spilled) return false;
    const DedupeKeys dedupe = dedupe_keys(inbound_, provider_time, writer.now());
    for (std::size_t i = 0; i < dedupe.count; ++i) {
        if (writer.find<model::DedupeRow>(dedupe.keys[i])) return true;
    }
    return false;
}

model::Sequence Person::begin(model::Instant provider_time, Writer& writer) {
    const model::Sequence sequence = writer.next_sequence();
    if (created) {
        part = sequence;
        key = inbound_.fresh_key;
        contact_ = contacts::new_contact(*sender_, seen(writer), writer.epoch(), key);
        hot.created = writer.now();
        hot.epoch = writer.epoch();
    } else if (updated) {
        updated = contacts::learn(contact_, *sender_, seen(writer));
    }
    if (created || updated) {
        writer.keep(storage::keys::contact(part), std::move(contact_), Seal::part, part, key);
    }
    for (std::size_t i = 0; i < inbound_.identities.size(); ++i) {
        if (names_[i] != Name::fresh) continue;
        const IdentityKey& id = inbound_.identities[i];
        writer.keep(storage::keys::identity(id.scope, id.blind), model::IdentityRow{part},
                    Seal::plain);
    }
    // What goes out has no provider's id that could come again.
    const auto spilled = inbound_.dedupe_hash == 0
                             ? std::nullopt
                             : remember(hot, inbound_, provider_time, writer.now());
    if (spilled) {
        writer.keep(storage::keys::dedupe(spilled->time_s, spilled->account, spilled->hash),
                    model::DedupeRow{sequence}, Seal::plain);
    }
    hot.last = sequence;
    hot.last_activity = writer.now();
    return sequence;
}

void Person::save(Writer& writer) {
    writer.keep(storage::keys::hot(part), std::move(hot), Seal::part, part, key);
}

}  // namespace postern::core
