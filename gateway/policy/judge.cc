#include "gateway/policy/judge.h"

#include <array>

#include "gateway/policy/rules.h"

namespace postern::policy {
namespace {

using RuleFunction = std::optional<RuleResult> (*)(const Case&);

/// In the order of Rule: what is told first comes first.
constexpr std::array<RuleFunction, rule_count> all_rules{rules::mode,
                                                         rules::account_active,
                                                         rules::account_connected,
                                                         rules::address_valid,
                                                         rules::suppressed,
                                                         rules::opt_out,
                                                         rules::consent,
                                                         rules::window_24h,
                                                         rules::template_approved,
                                                         rules::quiet_hours,
                                                         rules::holiday,
                                                         rules::frequency_cap,
                                                         rules::duplicate_content,
                                                         rules::own_address,
                                                         rules::rate,
                                                         rules::expiry};

}  // namespace

Verdict verdict_of(std::vector<RuleResult> results) {
    Verdict verdict;
    bool endless = false;
    for (const RuleResult& result : results) {
        if (result.outcome == Outcome::refuse) verdict.decision = Decision::refuse;
        if (result.outcome != Outcome::wait) continue;
        if (verdict.decision == Decision::send) verdict.decision = Decision::wait;
        endless = endless || result.until == model::Instant{};
        verdict.until = std::max(verdict.until, result.until);
    }
    if (endless || verdict.decision != Decision::wait) verdict.until = {};
    verdict.results = std::move(results);
    return verdict;
}

Verdict judge(const Facts& facts, const AccountPolicy& policy, const Calendars& calendars,
              model::Instant at) {
    const Case question{facts, policy, calendars, at};
    std::vector<RuleResult> results;
    for (const RuleFunction rule : all_rules) {
        if (std::optional<RuleResult> result = rule(question)) {
            results.push_back(std::move(*result));
        }
    }
    return verdict_of(std::move(results));
}

}  // namespace postern::policy
