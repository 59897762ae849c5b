// What two contacts that share a number or a mail address are to each other: how sure it is, what a
// further key adds, what a person's «no» means. A suggestion never merges anybody. Pure.
#pragma once

#include <string_view>

#include "gateway/model/json.h"
#include "gateway/model/suggestion.h"

namespace postern::contacts {

/// Adds a key that both have. True if that is news: a key that was not there, or one that is
/// vouched for now; the suggestion is open then. A key that was dismissed stays so.
[[nodiscard]] bool add_key(model::SuggestionRow& suggestion, model::SharedKey key,
                           model::Instant at);

/// «Not the same person»: for all keys that it has now.
void dismiss(model::SuggestionRow& suggestion, model::Instant at);

/// "exact": one key of it is verified of both. "strong": somebody only said that it is theirs.
[[nodiscard]] std::string_view strength_of(const model::SuggestionRow& suggestion);

/// 0 to 100, for sorting: exact 100, else 80, and 5 more for each further key and for the same
/// name, at most 95.
[[nodiscard]] unsigned score_of(const model::SuggestionRow& suggestion);

/// {"id","contacts","keys","strength","score","state","created_at","updated_at"}
void write_suggestion(model::JsonWriter& json, const model::SuggestionRow& suggestion);

}  // namespace postern::contacts
