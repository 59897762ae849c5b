// A provider's refusal of a person («blocked», «no such user») holds until they show themselves
// again: whoever writes, follows or subscribes can be reached. What Postern noted of the address on
// the account's word goes then, with an event. Free functions over rows; the core's thread.
#pragma once

#include <string_view>

#include "gateway/core/person.h"
#include "gateway/core/plan.h"
#include "gateway/core/writer.h"

namespace postern::core {

/// Notes of the person's addresses, if the account refused one of them, or may have before anybody
/// knew the person.
void plan_reach(const Inbound& inbound, const adapters::Sender& sender, const Rows& rows,
                Missing& missing);

/// They showed themselves to the account: its standing in `person.hot` is open again, and notes
/// that came of its refusals are gone. `told`: by what, for the event; empty: the caller's own
/// event says so.
void reach(const Inbound& inbound, const adapters::Sender& sender, std::string_view told,
           Person& person, Writer& writer);

}  // namespace postern::core
