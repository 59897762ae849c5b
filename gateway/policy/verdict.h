// The answer to «may this message go now, and if not, why, until when, and what would help?».
// Plain values; stored with the message, told in the API, compared by tests.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/model/time.h"

namespace postern::policy {

/// In the order in which they are told. Spelled as on the wire; numbers are stored: never reused.
enum class Rule : std::uint8_t {
    mode,
    account_active,
    account_connected,
    address_valid,
    suppressed,
    opt_out,
    consent,
    window_24h,
    template_approved,
    quiet_hours,
    holiday,
    frequency_cap,
    duplicate_content,
    own_address,
    rate,
    expiry,
};
inline constexpr std::size_t rule_count = 16;
[[nodiscard]] std::string_view to_string(Rule rule);

enum class Outcome : std::uint8_t { pass, wait, refuse };
[[nodiscard]] std::string_view to_string(Outcome outcome);

enum class Decision : std::uint8_t { send, wait, refuse };
[[nodiscard]] std::string_view to_string(Decision decision);

/// What one rule said. A rule that passes and has nothing to say is not listed.
struct RuleResult {
    Rule rule = Rule::mode;
    Outcome outcome = Outcome::pass;
    model::Instant until{};  // wait: when it may be asked again; the epoch: on an operator's act
    std::string detail;      // one sentence for people; never personal data
    std::string facts_json;  // one JSON object, or empty
    std::string cure;        // what would let it pass, or empty: "send a template"
    bool operator==(const RuleResult&) const = default;
};

/// The strictest outcome wins; of several waits the latest `until`; a wait without an end is
/// the latest of all. Rules that are not in `results` passed.
struct Verdict {
    Decision decision = Decision::send;
    model::Instant until{};
    std::vector<RuleResult> results;  // in the order of Rule
    bool operator==(const Verdict&) const = default;

    /// The rule that a refusal (or else the wait) is told by; Rule::mode if it is `send`.
    [[nodiscard]] Rule decisive() const;
};

}  // namespace postern::policy
