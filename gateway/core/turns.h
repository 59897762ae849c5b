// Order among the messages of one person on one account: who waits stands in the person's hot row,
// whether it still does in the message's state. Free functions over rows; the core's thread.
#pragma once

#include <optional>

#include "gateway/core/outbox.h"
#include "gateway/core/writer.h"

namespace postern::core {

/// From so many turns on, those that are over are looked for (their states) and left out.
inline constexpr std::size_t turns_looked_through = 4;

/// The message waits on the account of its state, at the rank of its lane. Beyond model::turns_max
/// messages that wait at once, those that came last keep the order of their lane alone. Needs the
/// states of the standing's turns from turns_looked_through on.
void line_up(model::HotRow& hot, model::Sequence message, const model::StateRow& state,
             const Writer& writer);
[[nodiscard]] bool in_line(const model::HotRow& hot, model::Sequence message,
                           const model::StateRow& state);

/// Of its person's messages on the account that are due at its rank, the first one whose place is
/// before its own; nothing: it is first itself. Needs the states of all turns.
[[nodiscard]] std::optional<AttemptMessage> first_of_person(const AttemptMessage& attempt,
                                                            const model::HotRow& hot,
                                                            const Outbox& outbox,
                                                            const Writer& writer);

}  // namespace postern::core
