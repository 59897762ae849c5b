// A person's «stop» and «start», in a word or told by the provider: kept with the address, so that
// it outlives the contact. Pure but for the rows.
#pragma once

#include "gateway/core/command.h"
#include "gateway/core/out_message.h"
#include "gateway/core/writer.h"

namespace postern::core {

/// Whether a wish of the person (opted_out, opted_in) is one that they have not said before: of
/// each of its categories they said the same, and nothing has changed it since, nor had when it was
/// said. What operators and lists noted is not the person's own word; what a provider told of one
/// account is, on that account. `account`: where it was said.
[[nodiscard]] bool is_news(const model::AddressNotesRow& known, const model::AddressNote& wish,
                           model::AccountNumber account);

/// Keeps the wish with each of the item's names. True if it is news of one of them: who calls
/// writes the one event that tells of it.
[[nodiscard]] bool take_wish(const Inbound& inbound, model::AddressNote::Kind kind,
                             model::Categories categories, std::string_view source, Writer& writer);

/// What only the fate of a message of ours told of the person.
struct ToldWord {
    adapters::SignalKind kind{};  // opted_out, blocked
    model::Categories categories = model::all_categories;
    model::Instant at{};           // by the core's time
    std::string_view code;         // the provider's, "" if it has none
    std::string_view external_id;  // its name of the message, "" if it gave none
};
/// Its row, and with that the event, in the person's timeline. `hot`: the person's, who gets a new
/// last row.
void write_told(const ToldWord& word, const OutMessage& message, const model::Route& route,
                model::HotRow& hot, Writer& writer);

}  // namespace postern::core
