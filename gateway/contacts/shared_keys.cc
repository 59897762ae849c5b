// Which channel names people by what.
#include "gateway/contacts/shared_keys.h"

#include <algorithm>

#include "gateway/contacts/identity.h"

namespace postern::contacts {
namespace {

using adapters::PersonKey;

constexpr std::uint32_t scope_of(std::string_view channel) {
    return model::channel_scope(model::channel_number(channel));
}

constexpr std::uint32_t email_scope = scope_of("email");

/// Channels whose addresses are telephone numbers. `twilio` stands for all that carry SMS.
constexpr bool has_numbers(std::uint32_t scope) {
    return scope == scope_of("whatsapp") || scope == scope_of("twilio") ||
           scope == scope_of("http");
}

void add(SharedScopes::List& list, std::uint32_t scope) {
    if (std::ranges::find(list, scope) == list.end()) list.push_back(scope);
}

}  // namespace

bool is_person_key(std::string_view address, std::uint32_t scope, PersonKey& kind) {
    kind = scope == email_scope ? PersonKey::email : PersonKey::phone;
    if (kind == PersonKey::email) return address.find('@') != std::string_view::npos;
    return has_numbers(scope) && is_e164(address);
}

void SharedScopes::add_channel(std::string_view channel) {
    const std::uint32_t scope = scope_of(channel);
    if (has_numbers(scope)) add(phones_, scope);
    if (scope == email_scope) add(emails_, scope);
    if (channel == "telegram" || channel == "webchat") add(phones_, told_scope(PersonKey::phone));
    if (channel == "webchat") add(emails_, told_scope(PersonKey::email));
}

}  // namespace postern::contacts
