// The table of message states: what may follow what. Spelled as on the wire.
#pragma once

#include <cstdint>
#include <string_view>

#include "gateway/model/records.h"

namespace postern::core {

/// In rank order (DESIGN, «The life of an outbound message»); cancelled and refused are absolute.
enum class MessageState : std::uint8_t {
    queued,
    waiting,
    sending,
    unknown,
    sent,
    failed,
    expired,
    delivered,
    read,
    cancelled,
    refused,
};

[[nodiscard]] std::string_view to_string(MessageState state);
/// False for a word that is no state.
[[nodiscard]] bool parse_state(std::string_view text, MessageState& out);

/// Whether a message in `from` may become `to`. Scheduling moves (queued, waiting, sending) go back
/// and forth until something left; from there receipts only move up.
[[nodiscard]] bool may_move(MessageState from, MessageState to);

/// No further move is possible, whatever comes.
[[nodiscard]] bool is_absolute(MessageState state);

/// Whether a receipt says anything new about a message that is parked.
[[nodiscard]] bool moves_up(const model::ParkedReceiptRow& parked, adapters::ReceiptState state);
void raise(model::ParkedReceiptRow& parked, adapters::ReceiptState state);

}  // namespace postern::core
