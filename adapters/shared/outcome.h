// Turns a provider's code into one of the six outcomes: the table of a channel and what the tables
// share. Pure functions. Thread: any.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "adapters/model/secret.h"
#include "adapters/sending_adapter.h"

namespace postern::adapters::shared {

/// One row of a channel's table, which is sorted by `first`. A row may cover a range of codes.
struct CodeRule {
    std::int64_t first = 0;
    std::int64_t last = 0;  // 0: `first` alone
    SendResult result = SendResult::permanent;
    std::string_view code;         // our word
    std::chrono::seconds wait{0};  // documented by the provider; 0: it names none
    LimitScope scope = LimitScope::account;
    AddressVerdict address = AddressVerdict::none;
};

/// The row of that code, or null.
[[nodiscard]] const CodeRule* find_rule(std::span<const CodeRule> sorted, std::int64_t code);
/// For static_assert beside each table.
[[nodiscard]] constexpr bool is_sorted(std::span<const CodeRule> rules) {
    for (std::size_t i = 1; i < rules.size(); ++i) {
        const CodeRule& before = rules[i - 1];
        if (rules[i].first <= (before.last == 0 ? before.first : before.last)) return false;
    }
    return true;
}

/// The outcome of a row, without the provider's words.
[[nodiscard]] SendOutcome outcome_of(const CodeRule& rule, Instant now);
[[nodiscard]] SendOutcome outcome(SendResult result, std::string_view code);

/// Class and word of a receipt's error by the row of its code, which stays as it is without one.
void judge(ProviderError& error, std::span<const CodeRule> sorted);

/// A provider's words fit to be kept: UTF-8, at most 500 bytes, every credential struck out, also
/// where it is escaped as in a URL, in JSON or in XML (ASCII only).
[[nodiscard]] std::string detail_of(std::string_view words, std::span<const Secret> credentials);

/// The whole text with every credential struck out, as detail_of() does it. Shorter ones than
/// `bytes_min` stay: in a provider's words they are no secrets, and would eat ordinary ones.
[[nodiscard]] std::string without_credentials(std::string text, std::span<const Secret> credentials,
                                              std::size_t bytes_min = 6);

/// A `Retry-After` in seconds (RFC 9110 also allows a date, read too), at most a day ahead.
[[nodiscard]] std::optional<Instant> retry_after(const ProviderAnswer& answer, Instant now);

/// The answer's `Retry-After`, where `out` is a limit or passes by itself: a table's wait is for
/// answers that name none, but it is kept where it is the longer one.
void wait_as_told(SendOutcome& out, const ProviderAnswer& answer, Instant now);

}  // namespace postern::adapters::shared
