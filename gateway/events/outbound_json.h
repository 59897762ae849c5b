// Messages that went or will go out, as the contract writes them: the row as it was accepted, and
// what became of it since. Pure: the same values give the same bytes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/events/account_table.h"
#include "gateway/model/json.h"
#include "gateway/model/records.h"

namespace postern::events {

/// Where a message stands. The views belong to the rows that it was read from.
struct OutboundStanding {
    model::MessageState state = model::MessageState::queued;
    std::size_t route = 0;  // of OutboundRow::routes
    std::uint32_t attempts = 0;
    model::Instant not_before{};  // the epoch: it may go, or has gone
    model::Instant expires{};
    model::Instant updated{};
    bool possible_duplicate = false;
    std::string_view external_id;
    const model::OutboundEventRow* error = nullptr;  // the event that tells of it
    const model::Verdict* verdict = nullptr;         // the latest
};

/// As it was accepted, from the row alone: a repeated POST gets the same bytes in a year.
[[nodiscard]] OutboundStanding accepted_standing(const model::OutboundRow& row);

[[nodiscard]] std::string message_id(const model::OutboundEventRow& row);
[[nodiscard]] std::string conversation_id(const model::OutboundRow& row);

/// The whole message, as one object.
void write_message(model::JsonWriter& json, const model::OutboundRow& row, model::Sequence sequence,
                   const OutboundStanding& standing, const AccountTable& accounts);

/// A verdict on `row`; it says so if the category was the account's default.
void write_verdict(model::JsonWriter& json, const model::OutboundRow& row,
                   const model::Verdict& verdict);

/// {"class","code","provider_code","detail"}, or null.
void write_error(model::JsonWriter& json, const model::OutboundEventRow* row);

/// `data` of a message.status: one change of a message.
void write_change(model::JsonWriter& json, const model::OutboundEventRow& row);

}  // namespace postern::events
