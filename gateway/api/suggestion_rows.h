// How suggestions to merge are found: by their id, and of a contact (private). Pure but for reads.
#pragma once

#include "gateway/api/contact_json.h"
#include "gateway/api/paging.h"
#include "gateway/model/records.h"
#include "gateway/runtime/reader.h"

namespace postern::api {

/// The SuggestionRow of a record; null for any other and for null.
[[nodiscard]] inline const model::SuggestionRow* as_suggestion(const model::RecordPtr& record) {
    return model::get_if<model::SuggestionRow>(record.get());
}

/// Null if `pair` is, or if one of the two was erased.
[[nodiscard]] inline storage::Result<model::RecordPtr> read_suggestion(
    runtime::Reader& reader, const model::SuggestionPairRow* pair) {
    if (pair == nullptr) return model::RecordPtr{};
    return reader.get(storage::keys::suggestion(pair->first, pair->second));
}

/// The suggestion of this id. A null record: none has it.
[[nodiscard]] inline storage::Result<model::RecordPtr> find_suggestion(
    runtime::Reader& reader, const model::SuggestionId& id) {
    const auto pair = reader.get(storage::keys::suggestion_pair(id.sequence()));
    if (!pair) return pair;
    auto record = read_suggestion(reader, model::get_if<model::SuggestionPairRow>(pair->get()));
    if (!record) return record;
    const model::SuggestionRow* row = as_suggestion(*record);
    const bool ours =
        row != nullptr && model::make_ulid(row->created, row->epoch, row->id) == id.ulid;
    return ours ? *record : model::RecordPtr{};
}

/// How many of a contact's first `page_rows_max` suggestions are open; a contact has few.
[[nodiscard]] inline storage::Result<std::size_t> count_open_suggestions(runtime::Reader& reader,
                                                                         model::Part part) {
    std::size_t open = 0, rows = 0;
    const auto scanned = reader.scan(
        storage::keys::suggestion(part, 0), storage::keys::suggestion(part + 1, 0),
        [&](std::string_view, const model::RecordPtr& record) {
            const model::SuggestionRow* row = as_suggestion(record);
            open += row != nullptr && row->state == model::SuggestionState::open ? 1 : 0;
            return ++rows < page_rows_max;
        });
    if (!scanned) return scanned.error();
    return open;
}

}  // namespace postern::api
