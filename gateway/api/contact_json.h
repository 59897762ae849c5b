// Contacts as the contract writes them, and how one is found by its id (private). Pure but for
// reads.
#pragma once

#include <optional>
#include <string_view>

#include "gateway/events/account_table.h"
#include "gateway/model/json.h"
#include "gateway/model/records.h"
#include "gateway/runtime/reader.h"

namespace postern::api {

/// `open_suggestions`: how many contacts are suggested as the same person, where that was counted.
void write_contact(model::JsonWriter& json, const model::ContactRow& row, model::Part part,
                   const events::AccountTable& accounts,
                   std::optional<std::size_t> open_suggestions = std::nullopt);

/// The contact of this id. A null record: none has it (or it is of another history).
[[nodiscard]] storage::Result<model::RecordPtr> read_contact(runtime::Reader& reader,
                                                             const model::ContactId& id);

/// The ContactRow of a record; null for any other and for null.
[[nodiscard]] const model::ContactRow* as_contact(const model::RecordPtr& record);

}  // namespace postern::api
