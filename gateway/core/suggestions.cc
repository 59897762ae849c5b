// What people say to a suggestion that two contacts are one person.
#include "gateway/contacts/suggestion.h"
#include "gateway/core/matching.h"
#include "gateway/core/plan.h"
#include "gateway/core/writer.h"

namespace postern::core {
namespace {

storage::RowKey key_of(const model::SuggestionPairRow& pair) {
    return storage::keys::suggestion(pair.first, pair.second);
}

}  // namespace

void plan_rows(const DismissSuggestion& c, model::Now, const Rows& rows, Missing& missing) {
    const auto need = [&](const storage::RowKey& key) {
        const Rows::Found found = rows.find(key);
        if (found.known == Rows::Known::no) missing.push_back(key);
        return found.record;
    };
    const auto* pair =
        model::get_if<model::SuggestionPairRow>(need(storage::keys::suggestion_pair(c.id)));
    if (pair == nullptr) return;
    (void)need(key_of(*pair));
    for (const model::Part part : {pair->first, pair->second})
        (void)need(storage::keys::contact(part));
}

/// Remembered: the two are not suggested again for the same keys.
void Core::apply_payload(const DismissSuggestion& c, Writer& writer) {
    const auto* pair = writer.find<model::SuggestionPairRow>(storage::keys::suggestion_pair(c.id));
    if (!pair) return writer.reply(ReplyCode::not_found);
    const storage::RowKey key = key_of(*pair);
    const auto* known = writer.find<model::SuggestionRow>(key);
    const auto* first = writer.find<model::ContactRow>(storage::keys::contact(pair->first));
    const auto* second = writer.find<model::ContactRow>(storage::keys::contact(pair->second));
    if (!known || !first || !second) return writer.reply(ReplyCode::not_found);
    if (known->state == model::SuggestionState::merged) return writer.reply(ReplyCode::conflict);
    if (known->state == model::SuggestionState::open) {
        const model::SuggestionPairRow parts = *pair;
        const model::PartKey first_key = first->key, second_key = second->key;
        model::SuggestionRow row = *known;
        contacts::dismiss(row, writer.now());
        keep_suggestion(row, parts.first, first_key, parts.second, second_key, writer);
        writer.audit(
            "merge_suggestion.dismissed",
            to_string(model::SuggestionId{model::make_ulid(row.created, row.epoch, row.id)}),
            R"({"state":"open"})", R"({"state":"dismissed"})");
    }
    writer.reply(ReplyCode::done, {}, writer.share(key));
}

}  // namespace postern::core
