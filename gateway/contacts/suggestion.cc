// Keys that were dismissed are kept, so that they are known when they come again.
#include "gateway/contacts/suggestion.h"

#include <algorithm>

#include "gateway/model/ids.h"

namespace postern::contacts {
namespace {

constexpr unsigned score_exact = 100;
constexpr unsigned score_strong = 80;
constexpr unsigned score_strong_max = 95;
constexpr unsigned score_more = 5;

std::string_view word_of(adapters::PersonKey kind) {
    return kind == adapters::PersonKey::phone ? "phone" : "email";
}

/// Those that speak for it: of one that is open, what nobody dismissed.
bool counts(const model::SuggestionRow& suggestion, const model::SharedKey& key) {
    return !key.dismissed || suggestion.state != model::SuggestionState::open;
}

bool is_exact(const model::SuggestionRow& suggestion) {
    return std::ranges::any_of(suggestion.keys, [&](const model::SharedKey& key) {
        return key.verified && counts(suggestion, key);
    });
}

}  // namespace

bool add_key(model::SuggestionRow& suggestion, model::SharedKey key, model::Instant at) {
    const auto known = std::ranges::find_if(suggestion.keys, [&](const model::SharedKey& other) {
        return other.kind == key.kind && other.value == key.value;
    });
    const bool has = known != suggestion.keys.end();
    if (has && (known->dismissed || known->verified || !key.verified)) return false;
    if (!has && suggestion.keys.size() == model::shared_keys_max) return false;
    if (suggestion.state == model::SuggestionState::merged) return false;
    if (has)
        known->verified = true;
    else
        suggestion.keys.push_back(std::move(key));
    suggestion.state = model::SuggestionState::open;
    suggestion.updated = at;
    return true;
}

void dismiss(model::SuggestionRow& suggestion, model::Instant at) {
    suggestion.state = model::SuggestionState::dismissed;
    suggestion.updated = at;
    for (model::SharedKey& key : suggestion.keys) key.dismissed = true;
}

std::string_view strength_of(const model::SuggestionRow& suggestion) {
    return is_exact(suggestion) ? "exact" : "strong";
}

unsigned score_of(const model::SuggestionRow& suggestion) {
    if (is_exact(suggestion)) return score_exact;
    const auto keys = std::ranges::count_if(
        suggestion.keys, [&](const model::SharedKey& key) { return counts(suggestion, key); });
    const unsigned more = keys > 1 ? static_cast<unsigned>(keys - 1) : 0;
    const unsigned score = score_strong + score_more * (more + (suggestion.same_name ? 1 : 0));
    return std::min(score, score_strong_max);
}

void write_suggestion(model::JsonWriter& json, const model::SuggestionRow& suggestion) {
    const model::SuggestionId id{
        model::make_ulid(suggestion.created, suggestion.epoch, suggestion.id)};
    json.begin_object().member("id", to_string(id)).key("contacts").begin_array();
    for (const model::SuggestedContact& contact : suggestion.contacts) {
        json.value(to_string(
            model::ContactId{model::make_ulid(contact.created, contact.epoch, contact.part)}));
    }
    json.end_array().key("keys").begin_array();
    for (const model::SharedKey& key : suggestion.keys) {
        if (!counts(suggestion, key)) continue;
        json.begin_object().member("key", word_of(key.kind)).member("value", key.value);
        json.end_object();
    }
    json.end_array().member("strength", strength_of(suggestion));
    json.member("score", score_of(suggestion)).member("state", to_string(suggestion.state));
    json.member("created_at", suggestion.created).member("updated_at", suggestion.updated);
    json.end_object();
}

}  // namespace postern::contacts
