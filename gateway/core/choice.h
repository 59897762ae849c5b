// A message that names no account: its candidates are judged, one is chosen, and the routes are put
// in order. The rules of it are policy/choice.h. Free functions over rows; the core's thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "gateway/core/sending.h"

namespace postern::core {

using Accounts = std::map<model::AccountNumber, model::AccountRow>;

/// Puts the chosen candidate's route first and behind it the fallback: the caller's own, else the
/// other candidates that are not refused. Where every candidate is refused the first of the
/// caller's own that is not comes in their place, with those behind it. `row.choice_json` says why.
/// False: all are refused; `row.verdict` is the first one's then. `c.choice` is there; `at` as for
/// judge().
[[nodiscard]] bool choose_route(SubmitMessage& c, const Sending& sending, const Writer& writer,
                                const Accounts& accounts, model::Instant at);

/// Why a message stands on its fallback from the beginning: told as a choice of the rule "fallback"
/// among the routes up to that one. `verdicts`: theirs, the last of them lets it go.
[[nodiscard]] std::string fallback_json(const model::OutboundRow& row, const Accounts& accounts,
                                        const std::vector<policy::Verdict>& verdicts);

}  // namespace postern::core
