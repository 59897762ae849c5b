// The one question of this folder. Pure: the same arguments give the same verdict, at any time and
// on any thread; so «what would happen on Sunday at nine» is the same call with another `at`.
#pragma once

#include "gateway/policy/account_policy.h"
#include "gateway/policy/calendars.h"
#include "gateway/policy/facts.h"
#include "gateway/policy/verdict.h"

namespace postern::policy {

/// Runs every rule. Where one refuses, the verdict is `refuse`; else the longest wait wins; a wait
/// without an end (`until` is the epoch) is the longest.
[[nodiscard]] Verdict judge(const Facts& facts, const AccountPolicy& policy,
                            const Calendars& calendars, model::Instant at);

/// What these results, in the order of Rule, amount to.
[[nodiscard]] Verdict verdict_of(std::vector<RuleResult> results);

}  // namespace postern::policy
