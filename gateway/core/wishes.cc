// A person's «stop» and «start», in a word or told by the provider: kept with the address, so that
// it outlives the contact, and confirmed once.
#include <algorithm>

#include <fmt/format.h>

#include "gateway/core/person.h"
#include "gateway/core/sending.h"

namespace postern::core {
namespace {

using Kind = model::AddressNote::Kind;

/// How long a confirmation may take (47 CFR 64.1200(a)(12)).
constexpr std::chrono::minutes confirmation_within{5};

model::AddressNotesRow notes_of(const IdentityKey& id, const Writer& writer) {
    const auto* known =
        writer.find<model::AddressNotesRow>(storage::keys::address_notes(id.scope, id.blind));
    return known ? *known : model::AddressNotesRow{};
}

/// The last word about stopping, of any category.
bool has_opted_out(const model::AddressNotesRow& row) {
    model::Instant out{}, in{};
    for (const model::AddressNote& note : row.notes) {
        if (note.kind == Kind::opted_out) out = std::max(out, note.at);
        if (note.kind == Kind::opted_in) in = std::max(in, note.at);
    }
    return out != model::Instant{} && out >= in;
}

void remember(const IdentityKey& id, const model::AddressNote& note, Writer& writer) {
    model::AddressNotesRow row = notes_of(id, writer);
    writer.tally().noted(note);
    add_note(row, note);
    writer.keep(storage::keys::address_notes(id.scope, id.blind), std::move(row), Seal::workspace);
}

}  // namespace

void Core::take_wish(const Inbound& inbound, Kind kind, policy::Categories categories,
                     std::string_view source, const Person& person, Writer& writer) {
    const model::AddressNote note{kind, categories, 0, writer.now(), std::string(source), {}};
    for (const IdentityKey& id : inbound.identities) remember(id, note, writer);
    const model::ContactId contact{
        model::make_ulid(person.hot.created, person.hot.epoch, person.part)};
    writer.announce(inbound.account,
                    kind == Kind::opted_out ? "contact.opted_out" : "contact.opted_in",
                    fmt::format(R"({{"contact":"{}","source":"{}"}})", to_string(contact), source));
}

std::optional<SubmitMessage> Core::take_word(const ReceiveMessage& c, const Person& person,
                                             Writer& writer) {
    const bool stop = c.wish.wish == policy::Wish::stop;
    if (!stop && c.wish.wish != policy::Wish::start) return std::nullopt;
    const bool was_out =
        std::any_of(c.inbound.identities.begin(), c.inbound.identities.end(),
                    [&](const IdentityKey& id) { return has_opted_out(notes_of(id, writer)); });
    if (!stop && c.wish.only_back && !was_out) return std::nullopt;
    take_wish(c.inbound, stop ? Kind::opted_out : Kind::opted_in, model::all_categories, "keyword",
              person, writer);
    // Who says stop twice was answered the first time.
    const bool news = stop != was_out;
    if (c.wish.confirmation_json.empty() || !news || c.message.sender.aliases.empty())
        return std::nullopt;
    SubmitMessage confirmation;
    confirmation.contact = person.part;
    model::Route route;
    route.account = c.inbound.account;
    route.address = c.message.sender.aliases.front().address;
    route.scope = c.inbound.identities.front().scope;
    route.blind = c.inbound.identities.front().blind;
    confirmation.row.routes.push_back(std::move(route));
    confirmation.row.category = model::Category::reply;
    confirmation.row.priority = model::Priority::high;
    confirmation.row.content_json = c.wish.confirmation_json;
    confirmation.row.reply_to = c.message.external_id;
    confirmation.row.expires = writer.wall() + confirmation_within;
    return confirmation;
}

}  // namespace postern::core
