// What a sender's aliases and names make of a contact.
#include "gateway/contacts/identity.h"

#include <algorithm>

namespace postern::contacts {
namespace {

bool has(const std::vector<std::string>& list, const std::string& value) {
    return std::find(list.begin(), list.end(), value) != list.end();
}

bool add_unique(std::vector<std::string>& list, const std::string& value) {
    if (has(list, value)) return false;
    list.push_back(value);
    return true;
}

template <class Contact>
auto& list_of(Contact& contact, adapters::PersonKey kind) {
    return kind == adapters::PersonKey::phone ? contact.phones : contact.emails;
}

bool has_identity(const model::ContactRow& contact, const adapters::Alias& alias,
                  const Seen& seen) {
    for (const model::ContactIdentity& known : contact.identities) {
        const bool same_place = alias.scope == adapters::IdentityScope::account
                                    ? known.account == seen.account
                                    : known.channel == seen.channel;
        if (known.address == alias.address && known.scope == alias.scope && same_place) return true;
    }
    return false;
}

bool add_identity(model::ContactRow& contact, const adapters::Alias& alias,
                  const std::string& display, const Seen& seen) {
    if (has_identity(contact, alias, seen)) return false;
    contact.identities.push_back(
        {seen.account, alias.address, display, alias.scope, std::string(seen.channel)});
    if (is_e164(alias.address)) (void)add_unique(contact.phones, alias.address);
    const bool mail = seen.channel == "email" && alias.address.find('@') != std::string::npos;
    if (mail) (void)add_unique(contact.emails, alias.address);
    std::erase(contact.unverified, alias.address);  // they write from it
    return true;
}

bool learn_told(model::ContactRow& contact, const adapters::ToldKey& told) {
    if (knows_told(contact, told)) return false;
    std::vector<std::string>& list = list_of(contact, told.kind);
    const bool added = add_unique(list, told.value);
    if (told.verified)
        std::erase(contact.unverified, told.value);
    else if (added)
        contact.unverified.push_back(told.value);
    return true;
}

bool knows_text(const std::string& known, const std::string& told) {
    return told.empty() || told == known;
}

bool learn_text(std::string& known, const std::string& told) {
    if (knows_text(known, told)) return false;
    known = told;
    return true;
}

}  // namespace

bool is_e164(std::string_view address) {
    return address.size() >= 8 && address.size() <= 16 && address[0] == '+' &&
           std::all_of(address.begin() + 1, address.end(),
                       [](char c) { return c >= '0' && c <= '9'; });
}

model::ContactRow new_contact(const adapters::Sender& sender, const Seen& seen, std::uint32_t epoch,
                              const model::PartKey& key) {
    model::ContactRow contact;
    contact.created = contact.updated = seen.at;
    contact.epoch = epoch;
    contact.key = key;
    contact.display_name = sender.name;
    contact.username = sender.username;
    contact.language = sender.language;
    for (const adapters::Alias& alias : sender.aliases) {
        (void)add_identity(contact, alias, sender.name, seen);
    }
    for (const adapters::ToldKey& told : sender.told) (void)learn_told(contact, told);
    return contact;
}

bool knows(const model::ContactRow& contact, const adapters::Sender& sender, const Seen& seen) {
    return knows_text(contact.display_name, sender.name) &&
           knows_text(contact.username, sender.username) &&
           knows_text(contact.language, sender.language) &&
           std::all_of(sender.aliases.begin(), sender.aliases.end(),
                       [&](const auto& alias) { return has_identity(contact, alias, seen); }) &&
           std::all_of(sender.told.begin(), sender.told.end(),
                       [&](const auto& told) { return knows_told(contact, told); });
}

bool knows_told(const model::ContactRow& contact, const adapters::ToldKey& told) {
    const std::vector<std::string>& list = list_of(contact, told.kind);
    if (!has(list, told.value)) return list.size() >= told_keys_max;
    return !told.verified || !has(contact.unverified, told.value);
}

bool learn(model::ContactRow& contact, const adapters::Sender& sender, const Seen& seen) {
    bool changed = learn_text(contact.display_name, sender.name);
    changed |= learn_text(contact.username, sender.username);
    changed |= learn_text(contact.language, sender.language);
    for (const adapters::Alias& alias : sender.aliases) {
        changed |= add_identity(contact, alias, sender.name, seen);
    }
    for (const adapters::ToldKey& told : sender.told) changed |= learn_told(contact, told);
    if (changed) {
        contact.updated = seen.at;
        ++contact.version;
    }
    return changed;
}

}  // namespace postern::contacts
