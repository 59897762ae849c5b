// A person takes back what they wrote (an unsend): what it said goes from its row, in the group
// that says that it was taken back. Which row that is nobody has written down: it is looked for
// along the person's own chain, newest first, by the same command again and again until it is
// found, and only then is the provider answered. Edits of it, which are newer, go on the way. Free
// functions over rows; the core's thread.
#pragma once

#include <cstdint>

#include "gateway/core/person.h"
#include "gateway/core/plan.h"
#include "gateway/core/writer.h"

namespace postern::core {

/// Rows of the person that are looked at for one deletion. What lies further back keeps its words.
inline constexpr std::uint32_t unsend_rows_max = 4096;

/// The next rows of the chain, as far as four rounds reach.
void plan_unsend(const ReceiveSignal& c, const Rows& rows, Missing& missing);

/// Erases what the deletion names among the rows that are here. True: there is more to look at;
/// `c` says where, and is to be applied once more before anything else of it is done.
[[nodiscard]] bool unsend(ReceiveSignal& c, const Person& person, const Rows& rows, Writer& writer);

}  // namespace postern::core
