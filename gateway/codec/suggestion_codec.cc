// Two contacts that may be one person, and how an id leads to them.
#include "gateway/codec/stored.h"

namespace postern::codec {

void write(const model::SuggestionRow& row, records::Suggestion& wire) {
    wire.set_id(row.id);
    wire.set_created_us(to_us(row.created));
    wire.set_epoch(row.epoch);
    wire.set_updated_us(to_us(row.updated));
    wire.set_state(static_cast<std::uint32_t>(row.state));
    for (const model::SuggestedContact& contact : row.contacts) {
        records::Origin& stored = *wire.add_contacts();
        stored.set_sequence(contact.part);
        stored.set_created_us(to_us(contact.created));
        stored.set_epoch(contact.epoch);
    }
    for (const model::SharedKey& key : row.keys) {
        records::SharedKey& stored = *wire.add_keys();
        stored.set_kind(static_cast<std::uint32_t>(key.kind));
        stored.set_value(key.value);
        stored.set_verified(key.verified);
        stored.set_dismissed(key.dismissed);
    }
    wire.set_same_name(row.same_name);
}

bool read(const records::Suggestion& wire, model::SuggestionRow& row) {
    row.id = wire.id();
    row.created = from_us(wire.created_us());
    row.epoch = wire.epoch();
    row.updated = from_us(wire.updated_us());
    if (!read_enum(wire.state(), model::SuggestionState::merged, row.state)) return false;
    if (wire.contacts_size() != static_cast<int>(row.contacts.size())) return false;
    for (std::size_t i = 0; i < row.contacts.size(); ++i) {
        const records::Origin& stored = wire.contacts(static_cast<int>(i));
        row.contacts[i] = {stored.sequence(), from_us(stored.created_us()), stored.epoch()};
    }
    for (const records::SharedKey& stored : wire.keys()) {
        model::SharedKey& key = row.keys.emplace_back();
        key.value = stored.value();
        key.verified = stored.verified();
        key.dismissed = stored.dismissed();
        if (!read_enum(stored.kind(), adapters::PersonKey::email, key.kind)) return false;
    }
    row.same_name = wire.same_name();
    return true;
}

void write(const model::SuggestionPairRow& row, records::SuggestionPair& wire) {
    wire.set_first(row.first);
    wire.set_second(row.second);
}

bool read(const records::SuggestionPair& wire, model::SuggestionPairRow& row) {
    row.first = wire.first();
    row.second = wire.second();
    return true;
}

}  // namespace postern::codec
