// One row of the family `seq` becomes the events that it stands for, up to four, in order. Pure:
// the same row gives the same bytes, today and in a year.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/events/account_table.h"
#include "gateway/events/cursor.h"
#include "gateway/events/filter.h"
#include "gateway/model/json.h"
#include "gateway/model/records.h"

namespace postern::events {

struct Event {
    Cursor cursor;  // its id
    std::string type;
    std::string json;  // the whole event: {"id","type","time","account","channel","data"}
    /// Events of one lane are about the same person (about nobody: of the same account); whoever
    /// hands events on side by side keeps the order of each lane.
    std::uint64_t lane = 0;
};

/// Adds the events that `filter` wants. A record that is no event adds none: a null one (of an
/// erased part), a «stop» that was said before.
void render(const model::RecordPtr& record, model::Sequence sequence, const AccountTable& accounts,
            const EventFilter& filter, std::vector<Event>& out);

/// The same of a message that goes out, with `data` of its message.status written by the caller:
/// a timeline tells what became of it since.
void render_outbound(const model::OutboundRow& row, model::Sequence sequence,
                     const AccountTable& accounts, const EventFilter& filter,
                     const std::function<void(model::JsonWriter&)>& write_data,
                     std::vector<Event>& out);

/// The head of a row of the family `seq`; null for any other record and for null.
[[nodiscard]] const model::SeqHead* head_of(const model::RecordPtr& record);

}  // namespace postern::events
