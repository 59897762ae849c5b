// Receipts that say «everything up to this moment» (Messenger, Instagram). What they hold of is
// found among the person's last sends, which stand in the hot row; the moment itself is kept with
// the person's standing on the account, so that an answer that comes later meets it, and so that a
// repeated or a late lower mark changes nothing. Free functions over rows; the core's thread.
#pragma once

#include <string_view>

#include "gateway/core/out_message.h"
#include "gateway/core/plan.h"

namespace postern::core {

/// Of a receipt that names no message: the adapter's own id of it (adapters/meta/receipts.cc).
inline constexpr std::string_view made_receipt_id = "watermark:";

/// Messages that one command moves (two rows each): the rest by the same command once more, and the
/// provider gets its answer after that. What lies beyond the person's last model::past_sends_max
/// sends keeps its state.
inline constexpr std::size_t marked_at_once = 20;

/// Rows that a mark needs: the recipient, the person, states of the last sends.
void plan_mark(const ReceiveStatus& c, const Rows& rows, Missing& missing);

struct Marked {
    bool person_known = false;
    std::size_t moved = 0;
    bool more = false;  // the same command again moves the rest, and only then is it answered
    model::Sequence last_event = 0;  // of what was moved last
};

/// Moves what the mark holds of, oldest first, except `named`, which the receipt is about anyway.
/// Only what the provider is known to have taken moves. An attempt that is under way does when its
/// answer comes (join_mark), unless the mark is about others as well: then it counts as later.
[[nodiscard]] Marked take_mark(const ReceiveStatus& c, model::Sequence named, Writer& writer);

/// The message was taken just now: marks that were told before its answer hold of it, too.
void join_mark(OutMessage& message, Writer& writer);

}  // namespace postern::core
