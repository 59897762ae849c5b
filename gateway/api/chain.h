// A part's rows, newest first: each names the one before it, so a timeline needs no index
// (private).
#pragma once

#include "gateway/events/render.h"
#include "gateway/model/records.h"
#include "gateway/runtime/reader.h"

namespace postern::api {

/// The newest row of a part; 0 if it has none.
[[nodiscard]] inline storage::Result<model::Sequence> chain_head(runtime::Reader& reader,
                                                                 model::Part part) {
    const auto record = reader.get(storage::keys::hot(part));
    if (!record) return record.error();
    const auto* hot = *record != nullptr ? model::get_if<model::HotRow>(record->get()) : nullptr;
    return hot != nullptr ? hot->last : model::Sequence{0};
}

/// A damaged row does not say which was before it: the newest row of the part below `at`; 0 if
/// there is none. Beyond the bound it is an error, since what is older would seem not to exist.
inline constexpr std::size_t chain_search_rows_max = 100'000;
[[nodiscard]] inline storage::Result<model::Sequence> chain_below(runtime::Reader& reader,
                                                                  model::Part part,
                                                                  model::Sequence at) {
    model::Sequence found = 0;
    std::size_t rows = 0;
    // A part's chain begins with the row that made the part.
    const auto scanned =
        reader.scan_back(storage::keys::seq_row(part), storage::keys::seq_row(at),
                         [&](std::string_view key, const model::RecordPtr& record) {
                             const model::SeqHead* head = events::head_of(record);
                             const bool ours = head != nullptr && head->part == part;
                             if (ours) found = storage::keys::trailing_u64(key);
                             return !ours && ++rows < chain_search_rows_max;
                         });
    if (!scanned) return scanned.error();
    if (rows == chain_search_rows_max) return storage::Errc::corrupt;
    return found;
}

/// Visits rows from `from` backwards until `visit` returns false, past damaged ones. A row that
/// retention or an erasure took away ends the chain: what is older is gone, too.
template <class Visit>
[[nodiscard]] storage::Result<void> walk_chain(runtime::Reader& reader, model::Part part,
                                               model::Sequence from, Visit visit) {
    for (model::Sequence at = from; at != 0;) {
        const auto record = reader.get(storage::keys::seq_row(at));
        if (!record && runtime::is_of_one_row(record.error())) {
            const auto below = chain_below(reader, part, at);
            if (!below) return below.error();
            at = *below;
            continue;
        }
        if (!record) return record.error();
        const model::SeqHead* head = events::head_of(*record);
        if (head == nullptr || head->part != part || !visit(at, *record)) break;
        if (head->previous >= at) break;
        at = head->previous;
    }
    return {};
}

}  // namespace postern::api
