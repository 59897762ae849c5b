// The same walk over keys and scopes serves the plan and the apply, so that neither looks for what
// the other does not.
#include "gateway/core/matching.h"

#include <algorithm>

#include "gateway/contacts/suggestion.h"
#include "gateway/core/find_rows.h"

namespace postern::core {
namespace {

using contacts::PersonKeyAt;
using KeyList = boost::container::small_vector<PersonKeyAt, 4>;

bool has(const std::vector<std::string>& list, std::string_view value) {
    return std::ranges::find(list, value) != list.end();
}

/// Keys of the item that are new of this sender: all of them, if the sender is.
template <class OwnerOf>
KeyList new_keys(const Inbound& inbound, const adapters::Sender& sender, const KnownSender& known,
                 const OwnerOf& owner_of) {
    KeyList keys;
    const bool all = known.part == 0 || known.writes_first;
    const std::size_t names = std::min(inbound.identities.size(), sender.aliases.size());
    for (std::size_t i = 0; i < names; ++i) {
        const IdentityKey& id = inbound.identities[i];
        adapters::PersonKey kind{};
        if (!contacts::is_person_key(sender.aliases[i].address, id.scope, kind)) continue;
        if (all || owner_of(id.scope, id.blind) != known.part)
            keys.push_back({kind, sender.aliases[i].address, id.blind, id.scope, true});
    }
    const std::size_t told = std::min(inbound.told.size(), sender.told.size());
    for (std::size_t i = 0; i < told; ++i) {
        const adapters::ToldKey& key = sender.told[i];
        const bool written_from =
            std::ranges::find(keys, std::string_view(key.value), &PersonKeyAt::value) != keys.end();
        const bool news = all || !known.contact || !contacts::knows_told(*known.contact, key);
        if (news && !written_from)
            keys.push_back({key.kind, key.value, inbound.told[i], contacts::told_scope(key.kind),
                            key.verified});
    }
    return keys;
}

/// Calls `visit` with every scope in which the key may stand.
template <class Visit>
void each_scope(const PersonKeyAt& key, const contacts::SharedScopes& shared, Visit visit) {
    const auto& scopes = shared.of(key.kind);
    for (const std::uint32_t scope : scopes) visit(scope);
    if (std::ranges::find(scopes, key.scope) == scopes.end()) visit(key.scope);
}

storage::RowKey pair_key(model::Part one, model::Part other) {
    return storage::keys::suggestion(std::min(one, other), std::max(one, other));
}

bool is_there(const model::ContactRow& contact) {
    return contact.state == model::ContactState::active ||
           contact.state == model::ContactState::archived;
}

void add(Matches& matches, model::Part part, const PersonKeyAt& key) {
    auto match = std::ranges::find(matches, part, &Match::part);
    if (match == matches.end()) {
        if (matches.size() == matches_max) return;
        matches.push_back({part, {}});
        match = std::prev(matches.end());
    }
    const auto same = [&key](const PersonKeyAt& other) {
        return other.kind == key.kind && other.value == key.value;
    };
    if (std::ranges::none_of(match->keys, same)) match->keys.push_back(key);
}

/// The suggestion of the two as it stands, or a new one.
model::SuggestionRow suggestion_of(const Person& person, const model::ContactRow& other,
                                   model::Part part, const Writer& writer) {
    const auto* known =
        person.created ? nullptr : writer.find<model::SuggestionRow>(pair_key(person.part, part));
    if (known) return *known;
    model::SuggestionRow made;
    made.created = writer.now();
    made.epoch = writer.epoch();
    made.contacts = {model::SuggestedContact{person.part, person.hot.created, person.hot.epoch},
                     model::SuggestedContact{part, other.created, other.epoch}};
    if (part < person.part) std::swap(made.contacts[0], made.contacts[1]);
    return made;
}

std::string event_json(const model::SuggestionRow& suggestion) {
    std::string out;
    model::JsonWriter json(out);
    json.begin_object().key("suggestion");
    contacts::write_suggestion(json, suggestion);
    json.end_object();
    return out;
}

void suggest(const Match& match, const Inbound& inbound, const adapters::Sender& sender,
             Person& person, Writer& writer) {
    const auto* contact = writer.find<model::ContactRow>(storage::keys::contact(match.part));
    if (!contact) return;
    const model::ContactRow other = *contact;  // keep() below may move what it points to
    model::SuggestionRow row = suggestion_of(person, other, match.part, writer);
    bool news = false;
    for (const PersonKeyAt& key : match.keys) {
        std::string value(key.value);
        const bool verified = key.verified && !has(other.unverified, value);
        news |= contacts::add_key(row, {key.kind, std::move(value), verified}, writer.now());
    }
    if (!news) return;
    const model::Sequence sequence = writer.next_sequence();
    row.same_name |= !sender.name.empty() && sender.name == other.display_name;
    if (row.id == 0) {
        row.id = sequence;
        writer.keep(storage::keys::suggestion_pair(row.id),
                    model::SuggestionPairRow{row.contacts[0].part, row.contacts[1].part},
                    Seal::plain);
    }
    // The event is the person's: it goes with what is erased of them, and stands in their timeline.
    model::NoticeRow notice{writer.head(inbound.account, person.part, person.hot.last),
                            "merge.suggested", event_json(row)};
    writer.keep(storage::keys::seq_row(sequence), std::move(notice), Seal::part, person.part,
                person.key);
    person.hot.last = sequence;
    keep_suggestion(row, person.part, person.key, match.part, other.key, writer);
}

/// From now on the key is found: by the next one who has it (the first of its tellers is enough,
/// all others were suggested with them), and by people.
void index_told(const Inbound& inbound, const adapters::Sender& sender, const Person& person,
                Writer& writer) {
    const std::size_t told = std::min(inbound.told.size(), sender.told.size());
    for (std::size_t i = 0; i < told; ++i) {
        if (!person.told_news(i)) continue;
        const std::uint32_t scope = contacts::told_scope(sender.told[i].kind);
        const storage::RowKey first = storage::keys::identity(scope, inbound.told[i]);
        const auto* row = writer.find<model::IdentityRow>(first);
        const bool held =
            row && writer.find<model::ContactRow>(storage::keys::contact(row->part)) != nullptr;
        if (!held) writer.keep(first, model::IdentityRow{person.part}, Seal::plain);
        writer.write(storage::keys::told_key(scope, inbound.told[i], person.part),
                     model::Record(model::IdentityRow{person.part}), Seal::plain);
    }
}

}  // namespace

bool never_wrote(const model::HotRow& hot) {
    return std::ranges::all_of(hot.standings, [](const model::ChannelStanding& standing) {
        return standing.last_inbound == model::Instant{};
    });
}

void plan_matches(const Inbound& inbound, const adapters::Sender& sender, const KnownSender& known,
                  const contacts::SharedScopes& shared, const Rows& rows, Missing& missing) {
    const auto need = [&](const storage::RowKey& key) {
        if (rows.find(key).known == Rows::Known::no) missing.push_back(key);
    };
    const auto owner_of = [&](std::uint32_t scope, const storage::Blind& blind) -> model::Part {
        const auto* row = find<model::IdentityRow>(storage::keys::identity(scope, blind), rows);
        return row ? row->part : 0;
    };
    for (const PersonKeyAt& key : new_keys(inbound, sender, known, owner_of)) {
        each_scope(key, shared, [&](std::uint32_t scope) {
            need(storage::keys::identity(scope, key.blind));
            const model::Part owner = owner_of(scope, key.blind);
            if (owner == 0 || owner == known.part) return;
            need(storage::keys::contact(owner));
            if (known.part != 0) need(pair_key(known.part, owner));
        });
    }
}

Matches find_matches(const Inbound& inbound, const adapters::Sender& sender,
                     const KnownSender& known, const contacts::SharedScopes& shared,
                     const Writer& writer) {
    Matches matches;
    const auto owner_of = [&](std::uint32_t scope, const storage::Blind& blind) -> model::Part {
        const auto* row = writer.find<model::IdentityRow>(storage::keys::identity(scope, blind));
        return row ? row->part : 0;
    };
    for (const PersonKeyAt& key : new_keys(inbound, sender, known, owner_of)) {
        each_scope(key, shared, [&](std::uint32_t scope) {
            const model::Part owner = owner_of(scope, key.blind);
            if (owner == 0 || owner == known.part) return;
            const auto* other = writer.find<model::ContactRow>(storage::keys::contact(owner));
            if (other && is_there(*other)) add(matches, owner, key);
        });
    }
    return matches;
}

void keep_suggestion(const model::SuggestionRow& row, model::Part one,
                     const model::PartKey& one_key, model::Part other,
                     const model::PartKey& other_key, Writer& writer) {
    writer.keep(storage::keys::suggestion(one, other), row, Seal::part, one, one_key);
    writer.keep(storage::keys::suggestion(other, one), row, Seal::part, other, other_key);
}

void keep_matches(const Matches& matches, const Inbound& inbound, const adapters::Sender& sender,
                  Person& person, Writer& writer) {
    for (const Match& match : matches) suggest(match, inbound, sender, person, writer);
    index_told(inbound, sender, person, writer);
}

}  // namespace postern::core
