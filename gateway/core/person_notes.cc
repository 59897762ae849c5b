// The names of one item are one person's, by the provider's word; names that are another contact's
// already neither give nor take.
#include "gateway/core/person_notes.h"

#include <algorithm>

#include "gateway/core/bounces.h"
#include "gateway/core/sending.h"

namespace postern::core {
namespace {

using model::AddressNote;

bool is_of_the_address(const AddressNote& note) {
    return note.kind == AddressNote::Kind::suppressed &&
           (note.source == "provider" || note.source == "dead_address" ||
            note.source == soft_bounces_source);
}

/// A later word for sending lifts a stop: it counts only from a name that is known as the person's.
bool is_for_sending(const AddressNote& note) {
    return note.kind == AddressNote::Kind::opted_in || note.kind == AddressNote::Kind::consent;
}

/// False if `row` has the like of it, said no earlier.
bool take(model::AddressNotesRow& row, const AddressNote& note) {
    for (const AddressNote& old : row.notes) {
        const bool alike = old.kind == note.kind && old.account == note.account &&
                           old.categories == note.categories;
        if (alike && old.at >= note.at) return false;
    }
    add_note(row, note);
    return true;
}

}  // namespace

void plan_notes(const Inbound& inbound, const Rows& rows, Missing& missing) {
    for (const IdentityKey& id : inbound.identities) {
        const storage::RowKey key = storage::keys::address_notes(id.scope, id.blind);
        if (rows.find(key).known == Rows::Known::no) missing.push_back(key);
    }
}

bool has_new_name(const Inbound& inbound, const Person& person) {
    if (inbound.identities.size() < 2) return false;
    for (std::size_t i = 0; i < inbound.identities.size(); ++i) {
        if (person.name(i) == Person::Name::fresh) return true;
    }
    return false;
}

void carry_notes(const Inbound& inbound, const Person& person, Writer& writer) {
    if (!has_new_name(inbound, person)) return;
    model::AddressNotesRow all;
    const auto each_name = [&](auto visit) {
        for (std::size_t i = 0; i < inbound.identities.size(); ++i) {
            if (person.name(i) == Person::Name::others) continue;
            const IdentityKey& id = inbound.identities[i];
            const storage::RowKey key = storage::keys::address_notes(id.scope, id.blind);
            visit(key, writer.find<model::AddressNotesRow>(key), person.name(i));
        }
    };
    each_name([&](const storage::RowKey&, const model::AddressNotesRow* row, Person::Name name) {
        if (row == nullptr) return;
        for (const AddressNote& note : row->notes) {
            if (is_of_the_address(note)) continue;
            if (is_for_sending(note) && name != Person::Name::own) continue;
            (void)take(all, note);
        }
    });
    each_name([&](const storage::RowKey& key, const model::AddressNotesRow* known, Person::Name) {
        model::AddressNotesRow row = known != nullptr ? *known : model::AddressNotesRow{};
        bool changed = false;
        for (const AddressNote& note : all.notes) changed |= take(row, note);
        if (changed) writer.keep(key, std::move(row), Seal::workspace);
    });
}

}  // namespace postern::core
