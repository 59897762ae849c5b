// All rules, each with its law in one sentence. A rule is a pure function; none knows another.
// Nothing is answered by a rule that passes and has nothing to say.
#pragma once

#include <optional>
#include <string>

#include "gateway/policy/account_policy.h"
#include "gateway/policy/calendars.h"
#include "gateway/policy/facts.h"
#include "gateway/policy/opening.h"
#include "gateway/policy/presets.h"
#include "gateway/policy/verdict.h"

namespace postern::policy {

/// One question: may this message go at this moment?
struct Case {
    const Facts& facts;
    const AccountPolicy& policy;
    const Calendars& calendars;
    model::Instant at;

    /// The same moment by the time that our own notes count by: past sends, what came in, wishes.
    [[nodiscard]] model::Instant counted() const { return at + facts.ahead; }
};

namespace rules {

using Answer = std::optional<RuleResult>;

/// Test messages go to test recipients only; an inactive workspace sends nothing else.
[[nodiscard]] Answer mode(const Case& c);
/// A paused account sends nothing until somebody resumes it.
[[nodiscard]] Answer account_active(const Case& c);
/// An account whose credentials fail sends nothing until they are tried again.
[[nodiscard]] Answer account_connected(const Case& c);
/// Nothing goes to an address that cannot exist.
[[nodiscard]] Answer address_valid(const Case& c);
/// Nothing goes to an address on a suppression list, or to a person who blocked the account.
[[nodiscard]] Answer suppressed(const Case& c);
/// Who said stop gets nothing of what they stopped; codes and answers to themselves still go.
[[nodiscard]] Answer opt_out(const Case& c);
/// Where a consent is needed there must be one, and a withdrawn one counts everywhere.
[[nodiscard]] Answer consent(const Case& c);
/// Free text goes only so long after the person's last message; templates go at any time.
[[nodiscard]] Answer window_24h(const Case& c);
/// A template goes once the provider approved it.
[[nodiscard]] Answer template_approved(const Case& c);
/// Messages go when every rule's hours are open in every zone that may be the recipient's.
[[nodiscard]] Answer quiet_hours(const Case& c);
/// Nothing that it covers goes on a public holiday, wherever the recipient may be.
[[nodiscard]] Answer holiday(const Case& c);
/// Only so many messages of a kind reach one person in a rolling time.
[[nodiscard]] Answer frequency_cap(const Case& c);
/// The same text does not reach the same person twice within a time.
[[nodiscard]] Answer duplicate_content(const Case& c);
/// The workspace does not write to itself.
[[nodiscard]] Answer own_address(const Case& c);
/// Nothing goes before the limiter lets it.
[[nodiscard]] Answer rate(const Case& c);
/// Nothing goes after it expired.
[[nodiscard]] Answer expiry(const Case& c);

}  // namespace rules

[[nodiscard]] RuleResult refuse(Rule rule, std::string detail, std::string cure = {});
/// `until` the epoch: without end, until somebody acts.
[[nodiscard]] RuleResult wait(Rule rule, model::Instant until, std::string detail,
                              std::string cure = {});

/// The rules of quiet hours that hold this message back, in the zones that may be the recipient's.
/// `zones_known` false: there are rules and no zone to read them in.
struct Applicable {
    Opening opening;
    std::string_view zone_source;
    bool zones_known = true;
};
[[nodiscard]] Applicable applicable(const Case& c);
/// The facts of a closed moment: where, what time it is there, which rule.
[[nodiscard]] std::string closed_facts(const Case& c, const Applicable& applicable,
                                       const Opening::Closed& closed);

/// "90 minutes", "24 hours", "7 days".
[[nodiscard]] std::string format_span(std::chrono::seconds span);

}  // namespace postern::policy
