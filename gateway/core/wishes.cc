// The word of a message is told by a row of its own, behind the message: it is the person's, goes
// with what is erased of them, and stands in their timeline. A provider's signal is such a row.
#include "gateway/core/wishes.h"

#include <algorithm>

#include <fmt/format.h>

#include "gateway/core/person.h"
#include "gateway/core/sending.h"
#include "gateway/model/channel.h"

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

/// Said by the person, and for all accounts as they say it; what the fate of a send tells is of
/// one account.
bool is_own_word(const model::AddressNote& note, model::AccountNumber account) {
    return (note.account == 0 || note.account == account) &&
           (note.source == "keyword" || note.source == "provider");
}

/// What a later note of this kind takes back.
bool undoes(Kind later, Kind wish) {
    if (wish == Kind::opted_out) return later == Kind::opted_in || later == Kind::consent;
    return later == Kind::opted_out || later == Kind::consent_revoked;
}

void write_word(const ReceiveMessage& c, Kind kind, Person& person, Writer& writer) {
    model::SignalRow row;
    row.head = writer.head(c.inbound.account, person.part, person.hot.last);
    row.signal.kind =
        kind == Kind::opted_out ? adapters::SignalKind::opted_out : adapters::SignalKind::opted_in;
    row.signal.dedupe_id = c.message.external_id + ":word";
    row.signal.sender = c.message.sender;
    row.signal.target = c.message.external_id;
    row.signal.provider_time = c.message.provider_time;
    row.part_created = person.hot.created;
    row.part_epoch = person.hot.epoch;
    row.keyword = c.message.content.text;
    row.probable = c.wish.probable;
    const model::Sequence sequence = writer.next_sequence();
    writer.write(storage::keys::seq_row(sequence), std::move(row), Seal::part, person.part,
                 person.key);
    person.hot.last = sequence;
}

}  // namespace

bool is_news(const model::AddressNotesRow& known, const model::AddressNote& wish,
             model::AccountNumber account) {
    const auto last = [&](model::Categories category, auto is_meant) {
        model::Instant at{};
        for (const model::AddressNote& note : known.notes) {
            if ((note.categories & category) != 0 && is_meant(note)) at = std::max(at, note.at);
        }
        return at;
    };
    for (std::size_t i = 0; i < model::category_count; ++i) {
        const auto category = model::only(static_cast<model::Category>(i));
        if ((wish.categories & category) == 0) continue;
        const auto said = last(category, [&](const model::AddressNote& note) {
            return note.kind == wish.kind && is_own_word(note, account);
        });
        const auto undone = last(category, [&](const model::AddressNote& note) {
            return undoes(note.kind, wish.kind) && (note.account == 0 || note.account == account);
        });
        if (wish.at < undone) continue;
        if (said == model::Instant{}) return true;
        // Of two that were said at the same moment the stop holds.
        if (wish.kind == Kind::opted_out ? undone > said : undone >= said) return true;
    }
    return false;
}

bool take_wish(const Inbound& inbound, Kind kind, model::Categories categories,
               std::string_view source, Writer& writer) {
    const model::AddressNote wish{kind, categories, 0, writer.now(), std::string(source), {}};
    bool news = false;
    for (const IdentityKey& id : inbound.identities) {
        news = is_news(notes_of(id, writer), wish, inbound.account) || news;
        remember(id, wish, writer);
    }
    return news;
}

void write_told(const ToldWord& word, const OutMessage& message, const model::Route& route,
                model::HotRow& hot, Writer& writer) {
    const model::StateRow& state = message.state;
    const model::MessageId name{model::make_ulid(state.created, state.epoch, message.id())};
    const bool everywhere = route.scope != model::account_scope(route.account);
    model::SignalRow row;
    row.head = writer.head(route.account, state.part, hot.last);
    row.signal.kind = word.kind;
    row.signal.dedupe_id =
        to_string(name) + (word.kind == adapters::SignalKind::blocked ? ":block" : ":stop");
    row.signal.sender.emplace().aliases.push_back(
        {route.address,
         everywhere ? adapters::IdentityScope::channel : adapters::IdentityScope::account});
    row.signal.target = word.external_id;
    if (word.categories != model::all_categories)
        row.signal.category = to_string(model::Category::marketing);
    row.signal.provider_type = word.code;
    row.signal.provider_time = writer.told(word.at);
    row.signal.details_json = fmt::format(R"({{"message_id":"{}"}})", to_string(name));
    row.part_created = hot.created;
    row.part_epoch = hot.epoch;
    hot.last = writer.next_sequence();
    writer.write(storage::keys::seq_row(hot.last), std::move(row), Seal::part, state.part,
                 message.key());
}

std::optional<SubmitMessage> Core::take_word(const ReceiveMessage& c, Person& person,
                                             Writer& writer) {
    const bool stop = c.wish.wish == policy::Wish::stop;
    if (!stop && c.wish.wish != policy::Wish::start) return std::nullopt;
    const bool was_out =
        std::any_of(c.inbound.identities.begin(), c.inbound.identities.end(),
                    [&](const IdentityKey& id) { return has_opted_out(notes_of(id, writer)); });
    if (!stop && c.wish.only_back && !was_out) return std::nullopt;
    const Kind kind = stop ? Kind::opted_out : Kind::opted_in;
    if (take_wish(c.inbound, kind, model::all_categories, "keyword", writer))
        write_word(c, kind, person, writer);
    // Who says stop twice was answered the first time.
    const bool changes = stop != was_out;
    if (c.wish.confirmation_json.empty() || !changes || c.message.sender.aliases.empty())
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
