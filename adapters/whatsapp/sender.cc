// Who wrote: the business-scoped id first where there is one, because a person with a user name may
// have no number and keeps the id; the number second (Meta, "Business-scoped user IDs", 2026).
#include <algorithm>

#include "adapters/shared/e164.h"
#include "adapters/whatsapp/decode.h"

namespace postern::adapters::whatsapp {
namespace {

bool is_contact(json::Object contact, std::string_view user_id, std::string_view wa_id) {
    return (!user_id.empty() && json::text(contact, "user_id") == user_id) ||
           (!wa_id.empty() && json::id(contact, "wa_id") == wa_id);
}

/// The contact with one of these ids, or the only one: a webhook seldom names anybody else.
std::optional<json::Object> find_contact(const Change& change, std::string_view user_id,
                                         std::string_view wa_id) {
    if (!change.contacts) return std::nullopt;
    std::optional<json::Object> only;
    std::size_t count = 0;
    for (const json::Value element : *change.contacts) {
        const auto contact = json::as_object(element);
        ++count;
        if (!contact) continue;
        if (is_contact(*contact, user_id, wa_id)) return contact;
        only = contact;
    }
    return count == 1 ? only : std::nullopt;
}

/// Ids of the contact may complete ours only if they are certainly the same person's.
bool may_complete(json::Object contact, std::string_view user_id, std::string_view wa_id) {
    return is_contact(contact, user_id, wa_id) || (user_id.empty() && wa_id.empty());
}

}  // namespace

std::string phone_address(std::string_view wa_id) {
    std::string canonical = shared::e164_from_provider(wa_id);
    return canonical.empty() ? std::string(wa_id) : canonical;
}

Sender find_sender(const Change& change, std::string_view user_id, std::string_view wa_id) {
    Sender sender;
    std::string known_number;
    if (const auto contact = find_contact(change, user_id, wa_id)) {
        if (may_complete(*contact, user_id, wa_id)) {
            const std::string_view known_user = json::text(*contact, "user_id");
            known_number = json::id(*contact, "wa_id");
            if (user_id.empty()) user_id = known_user;
            if (wa_id.empty()) wa_id = known_number;
        }
        if (const auto profile = json::object(*contact, "profile")) {
            sender.name = json::text(*profile, "name");
            sender.username = json::text(*profile, "username");
        }
    }
    sender.aliases.reserve(2);
    if (!user_id.empty()) sender.aliases.push_back({std::string(user_id), IdentityScope::channel});
    // Of a person without a number, Meta has been seen to write the user id into both places.
    if (!wa_id.empty() && wa_id != user_id) {
        sender.aliases.push_back({phone_address(wa_id), IdentityScope::channel});
    }
    return sender;
}

void add_alias(Sender& sender, std::string address) {
    const bool known =
        std::ranges::find(sender.aliases, address, &Alias::address) != sender.aliases.end();
    if (address.empty() || known) return;
    sender.aliases.push_back({std::move(address), IdentityScope::channel});
}

}  // namespace postern::adapters::whatsapp
