// Memory is slow and the core is one thread: a row that nobody has looked at for a while costs a
// trip to main memory, and a command needs several, each found through the last. Asked for many
// commands at once, the trips overlap.
#pragma once

#include <span>

#include "gateway/core/command.h"
#include "gateway/core/rows.h"

namespace postern::core {

/// How many commands are warmed together: enough to overlap, few enough to stay in the processor.
inline constexpr std::size_t warmed_together = 16;

/// Asks for the memory of what these commands are going to look at. No effect on any outcome, nor
/// on what is evicted. Thread: the core's.
void warm(std::span<Command* const> commands, const Rows& rows);

}  // namespace postern::core
