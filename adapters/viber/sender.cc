// Viber's user ids hold for one person and one bot: an address counts within the account.
#include "adapters/viber/decode.h"

namespace postern::adapters::viber {
namespace {

Sender sender_of(std::string_view id) {
    Sender sender;
    sender.aliases.push_back({std::string(id), IdentityScope::account});
    return sender;
}

}  // namespace

std::optional<Sender> read_person(json::Object event, std::string_view member) {
    const auto person = json::object(event, member);
    if (!person) return std::nullopt;
    const std::string_view id = json::text(*person, "id");
    if (id.empty()) return std::nullopt;
    Sender sender = sender_of(id);
    sender.name = json::text(*person, "name");
    sender.language = json::text(*person, "language");
    return sender;
}

std::optional<Sender> find_person(json::Object event) {
    for (const std::string_view member : {"sender", "user"}) {
        if (auto described = read_person(event, member)) return described;
    }
    const std::string_view id = json::text(event, "user_id");
    return id.empty() ? std::nullopt : std::optional(sender_of(id));
}

}  // namespace postern::adapters::viber
