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
    const auto* hot = *record != nullptr ? std::get_if<model::HotRow>(record->get()) : nullptr;
    return hot != nullptr ? hot->last : model::Sequence{0};
}

/// Visits rows from `from` backwards until `visit` returns false. A row that retention or an
/// erasure took away ends the chain: what is older is gone, too.
template <class Visit>
[[nodiscard]] storage::Result<void> walk_chain(runtime::Reader& reader, model::Part part,
                                               model::Sequence from, Visit visit) {
    for (model::Sequence at = from; at != 0;) {
        const auto record = reader.get(storage::keys::seq_row(at));
        if (!record) return record.error();
        const model::SeqHead* head = events::head_of(*record);
        if (head == nullptr || head->part != part || !visit(at, *record)) break;
        if (head->previous >= at) break;
        at = head->previous;
    }
    return {};
}

}  // namespace postern::api
