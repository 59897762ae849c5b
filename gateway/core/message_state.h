// The table of message states: what may follow what. Spelled as on the wire.
#pragma once

#include "gateway/model/records.h"

namespace postern::core {

using model::MessageState;
using model::parse_state;
using model::to_string;

/// Whether a message in `from` may become `to`. Scheduling moves (queued, waiting, sending) go back
/// and forth until something left; from there receipts only move up.
[[nodiscard]] bool may_move(MessageState from, MessageState to);

/// No further move is possible, whatever comes.
[[nodiscard]] bool is_absolute(MessageState state);

/// Where a receipt moves its message.
[[nodiscard]] MessageState state_of(adapters::ReceiptState receipt);

/// The code of a failure that the provider says no more of.
inline constexpr std::string_view failed_word = "provider_failed";

/// Whether a receipt says anything new about a message that is parked.
[[nodiscard]] bool moves_up(const model::ParkedReceiptRow& parked, adapters::ReceiptState state);
void raise(model::ParkedReceiptRow& parked, adapters::ReceiptState state);

}  // namespace postern::core
