// Some providers count what they take for one person only until the person writes (Viber: 100 an
// hour without a reply). What waits for such a limit then goes on at once. Free functions over
// rows; the core's thread.
#pragma once

#include "gateway/core/person.h"
#include "gateway/core/plan.h"
#include "gateway/core/sending.h"

namespace postern::core {

/// The message that waits for the limit, if there is one.
void plan_answered(const Inbound& inbound, model::Now now, const Rows& rows, Missing& missing);

/// They wrote: the standing in `person.hot` says no more that the provider takes nothing. The
/// message that waited for that, for send_answered(); 0: none, or the provider does not count so.
[[nodiscard]] model::Sequence end_limit(const Inbound& inbound, Person& person, Sending& sending,
                                        const Writer& writer);
/// After person.save().
void send_answered(model::Sequence message, Sending& sending, Writer& writer);

}  // namespace postern::core
