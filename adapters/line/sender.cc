// Users, groups and rooms. LINE's user ids are unique per provider (the company), and an account is
// one channel of one: an address counts within the account.
#include "adapters/line/decode.h"

namespace postern::adapters::line {

Source read_source(json::Object event) {
    Source source;
    const auto from = json::object(event, "source");
    if (!from) return source;
    source.user = json::text(*from, "userId");
    source.group = json::text(*from, "groupId");
    if (source.group.empty()) source.group = json::text(*from, "roomId");
    return source;
}

std::optional<Sender> sender_of(const Source& source) {
    const std::string& id = source.user.empty() ? source.group : source.user;
    if (id.empty()) return std::nullopt;
    Sender sender;
    sender.aliases.push_back({id, IdentityScope::account});
    return sender;
}

}  // namespace postern::adapters::line
