// What sending counts since the start, for people who watch it: plain numbers that decide nothing
// and are not stored. The core's thread alone; others see copies (core/figures.h).
#pragma once

#include <array>
#include <cstdint>

#include "gateway/model/policy_values.h"
#include "gateway/policy/verdict.h"
#include "ratelimit/limit_stack.h"

namespace postern::core {

/// ratelimit::Scope, `none` included.
inline constexpr std::size_t limit_scopes =
    static_cast<std::size_t>(ratelimit::Scope::back_off) + 1;

/// Of one account.
struct AccountTally {
    std::uint64_t attempts = 0;            // dispatches: what was handed to egress
    std::uint64_t retries = 0;             // … of messages that had left before
    std::uint64_t became_unknown = 0;      // attempts whose end nobody knows
    std::uint64_t duplicates_flagged = 0;  // messages that may reach the person twice
    std::uint64_t dead_letters = 0;        // failed, expired, or unknown for good
    bool operator==(const AccountTally&) const = default;
};

/// Of all accounts together.
struct Tally {
    std::uint64_t idempotent_replays = 0;     // a POST repeated under its key
    std::uint64_t idempotency_conflicts = 0;  // … with another body
    std::uint64_t receipts_parked = 0;        // of messages that nobody knows (yet)
    std::uint64_t receipts_joined = 0;        // … that the answer claimed later
    std::uint64_t receipts_applied = 0;       // that moved a message
    std::uint64_t receipts_unchanged = 0;     // repeated, late, or below what is known
    std::uint64_t suppressions_added = 0;     // of addresses: by words, providers, people
    /// A message had to wait for a limit; by ratelimit::Scope.
    std::array<std::uint64_t, limit_scopes> limiter_waits{};
    /// By the rule that decided and model::Decision; the last row: no rule (sent).
    std::array<std::array<std::uint64_t, 3>, policy::rule_count + 1> verdicts{};

    /// `scope`: of the limit that refused, if one was asked.
    void judged(const policy::Verdict& verdict, ratelimit::Scope scope);
    void noted(const model::AddressNote& note);
    bool operator==(const Tally&) const = default;
};

}  // namespace postern::core
