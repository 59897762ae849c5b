// A message that names no account: its candidates are judged, one is chosen, and the routes are put
// in order. The rules of it are policy/choice.h. Free functions over rows; the core's thread.
#pragma once

#include "gateway/core/sending.h"

namespace postern::core {

/// Puts the chosen candidate's route first and behind it the fallback: the caller's own, else the
/// other candidates that are not refused. `row.choice_json` says why. False: every candidate is
/// refused; `row.verdict` is the first one's then. `c.choice` is there; `at` as for judge().
[[nodiscard]] bool choose_route(SubmitMessage& c, const Sending& sending, const Writer& writer,
                                model::Instant at);

}  // namespace postern::core
