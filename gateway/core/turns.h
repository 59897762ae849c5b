// Order among the messages of one person on one account: who waits stands in the person's hot row,
// whether it still does in the message's state. Free functions over rows; the core's thread.
#pragma once

#include <optional>

#include "gateway/core/outbox.h"
#include "gateway/core/writer.h"

namespace postern::core {

/// From so many turns on, or where there is a crowd, those that are over are looked for (their
/// states) and left out.
inline constexpr std::size_t turns_looked_through = 4;
[[nodiscard]] bool looks_through(const std::vector<model::Turn>& turns);

/// The message waits on the account of its state, at the rank of its lane; returns the lane that it
/// waits in. Beyond model::turns_max messages that wait at once, all that come wait in one lane,
/// the crowd's of that rank, which keeps their order; the standing remembers the last of them, and
/// as long as that one waits nobody lines up before it. Needs the states of the standing's turns
/// from where looks_through() says so.
[[nodiscard]] std::uint64_t line_up(model::HotRow& hot, model::Sequence message,
                                    const model::StateRow& state, const Writer& writer);
/// Of a message whose own lane is `lane`: the crowd's if it is the last that came there.
[[nodiscard]] std::uint64_t lane_in_line(const model::HotRow& hot, model::Sequence message,
                                         model::AccountNumber account, std::uint64_t lane);
[[nodiscard]] bool in_line(const model::HotRow& hot, model::Sequence message,
                           const model::StateRow& state);

/// Of its person's messages on the account that are due at its rank, the first one whose place is
/// before its own; nothing: it is first itself. Needs the states of all turns. `own`: its own lane.
[[nodiscard]] std::optional<AttemptMessage> first_of_person(const AttemptMessage& attempt,
                                                            std::uint64_t own,
                                                            const model::HotRow& hot,
                                                            const Outbox& outbox,
                                                            const Writer& writer);

}  // namespace postern::core
