// What became of a message that goes out: its state row and the chain of its changes (private).
// Query threads.
#pragma once

#include <string>
#include <vector>

#include "gateway/events/outbound_json.h"
#include "gateway/model/records.h"
#include "gateway/runtime/reader.h"

namespace postern::api {

struct OutboundLife {
    model::RecordPtr state;                 // a StateRow; null: as accepted
    std::vector<model::RecordPtr> changes;  // OutboundEventRows, newest first

    [[nodiscard]] const model::StateRow* state_row() const;
    [[nodiscard]] const model::OutboundEventRow& change(std::size_t i) const;
};

/// Changes that a list or a single message looks at: the newest, and back to the external id.
inline constexpr std::size_t changes_shown_max = 32;
/// For a person who asks why: a message that fails for a day is tried some two hundred times.
inline constexpr std::size_t changes_told_max = 1000;

[[nodiscard]] storage::Result<OutboundLife> read_life(runtime::Reader& reader,
                                                      model::Sequence message,
                                                      std::size_t changes_max);

/// Views into `row` and `life`.
[[nodiscard]] events::OutboundStanding standing_of(const model::OutboundRow& row,
                                                   const OutboundLife& life);

/// The row of this id, inbound or outbound; null if there is none or it is of another history.
[[nodiscard]] storage::Result<model::RecordPtr> read_message(runtime::Reader& reader,
                                                             const model::MessageId& id);

/// Its current form, whichever way it went.
[[nodiscard]] storage::Result<std::string> message_json(runtime::Reader& reader,
                                                        const model::Record& record,
                                                        model::Sequence sequence,
                                                        const events::AccountTable& accounts);

/// The provider's id of a message of either direction; empty if it has none yet.
[[nodiscard]] storage::Result<std::string> external_id_of(runtime::Reader& reader,
                                                          const model::Record& record,
                                                          model::Sequence sequence);

}  // namespace postern::api
