// What the tests of rules share: the real calendars, and facts of a message that may go.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/policy/calendars_load.h"
#include "gateway/policy/judge.h"
#include "gateway/policy/settings.h"

namespace postern::policy {

/// The machine's zones and the shipped holidays; loaded at the first call.
[[nodiscard]] const Calendars& calendars();
/// "2026-03-08T06:30:00Z"; the test fails if it is not a time.
[[nodiscard]] model::Instant at(std::string_view text);
/// The policy of these keys; the test fails if there is a problem.
[[nodiscard]] AccountPolicy policy(
    const std::map<std::string, std::string, std::less<>>& policy_json);
/// quiet_hours alone.
[[nodiscard]] AccountPolicy quiet(const std::string& json);

/// A transactional text on an SMS account to a person in Bogotá. Owns what the facts point to.
struct Scene {
    Facts facts;
    Recipient person;
    std::vector<AddressNote> notes;
    std::vector<PastSend> past;
    AccountPolicy rules;

    Scene();
    Scene(const Scene&) = delete;
    Scene& operator=(const Scene&) = delete;

    Scene& is(Category category);
    Scene& in(std::vector<std::string> zones);

    [[nodiscard]] Verdict verdict(std::string_view when) const;
    [[nodiscard]] Verdict verdict(model::Instant when) const;
    /// What one rule said; a pass if it said nothing.
    [[nodiscard]] RuleResult result(Rule rule, std::string_view when) const;
    [[nodiscard]] RuleResult result(Rule rule, model::Instant when) const;
    [[nodiscard]] Outcome outcome(Rule rule, std::string_view when) const;

    /// Expects that the rule waits at `when`, that it passes at `until` and not a microsecond
    /// before, and that `until` is this moment.
    void expect_wait(Rule rule, std::string_view when, std::string_view until) const;
};

}  // namespace postern::policy
