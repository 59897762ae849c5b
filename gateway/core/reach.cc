// What people, keywords and lists suppressed stays: only the provider's own word is taken back.
#include "gateway/core/reach.h"

#include <algorithm>

#include <fmt/format.h>

#include "gateway/conversations/standing.h"
#include "gateway/core/bounces.h"

namespace postern::core {
namespace {

bool is_refused(const model::HotRow& hot, model::AccountNumber account) {
    return std::any_of(hot.standings.begin(), hot.standings.end(), [&](const auto& standing) {
        return standing.account == account && standing.refused;
    });
}

/// Mail providers alone tell of addresses that nobody here has written to or heard of, so that no
/// standing says so.
bool may_be_noted(const adapters::Sender& sender) {
    return std::ranges::any_of(sender.aliases, [](const adapters::Alias& alias) {
        return alias.address.find('@') != std::string::npos;
    });
}

/// False if there is none of that account's.
bool take_back(const IdentityKey& id, model::AccountNumber account, Writer& writer) {
    const storage::RowKey key = storage::keys::address_notes(id.scope, id.blind);
    const auto* known = writer.find<model::AddressNotesRow>(key);
    if (!known) return false;
    model::AddressNotesRow row = *known;
    const auto gone = std::erase_if(row.notes, [&](const model::AddressNote& note) {
        return note.kind == model::AddressNote::Kind::suppressed && note.account == account &&
               (note.source == "provider" || note.source == "dead_address" ||
                note.source == soft_bounces_source);
    });
    if (gone == 0) return false;
    writer.keep(key, std::move(row), Seal::workspace);
    return true;
}

}  // namespace

void plan_reach(const Inbound& inbound, const adapters::Sender& sender, const Rows& rows,
                Missing& missing) {
    const auto record = [&](const storage::RowKey& key) { return rows.find(key).record; };
    bool refused = false;
    bool known = false;
    for (const IdentityKey& id : inbound.identities) {
        const auto* identity = record(storage::keys::identity(id.scope, id.blind));
        const auto* row = identity ? model::get_if<model::IdentityRow>(identity) : nullptr;
        const auto* hot = row ? record(storage::keys::hot(row->part)) : nullptr;
        const auto* standing = hot ? model::get_if<model::HotRow>(hot) : nullptr;
        refused = refused || (standing && is_refused(*standing, inbound.account));
        known = known || (standing && record(storage::keys::contact(row->part)));
    }
    refused = refused || (!known && may_be_noted(sender));
    if (!refused) return;
    for (const IdentityKey& id : inbound.identities) {
        const storage::RowKey key = storage::keys::address_notes(id.scope, id.blind);
        if (rows.find(key).known == Rows::Known::no) missing.push_back(key);
    }
}

void reach(const Inbound& inbound, const adapters::Sender& sender, std::string_view told,
           Person& person, Writer& writer) {
    const bool refused =
        is_refused(person.hot, inbound.account) || (person.created && may_be_noted(sender));
    model::ChannelStanding& standing = conversations::standing_on(person.hot, inbound.account);
    standing.blocked = standing.refused = false;
    if (!refused) return;
    bool any = false;
    for (const IdentityKey& id : inbound.identities)
        any = take_back(id, inbound.account, writer) || any;
    if (!any || told.empty()) return;
    const model::ContactId contact{
        model::make_ulid(person.hot.created, person.hot.epoch, person.part)};
    writer.announce(inbound.account, "contact.unblocked",
                    fmt::format(R"({{"contact":"{}","source":"{}"}})", to_string(contact), told));
}

}  // namespace postern::core
