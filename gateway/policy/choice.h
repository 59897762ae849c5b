// Which account a message takes when its caller leaves that to the rules: who is considered, in
// which order, who of them it is, and why not the ones before. Pure, like every decision here.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/policy/facts.h"
#include "gateway/policy/verdict.h"

namespace postern::policy {

/// In place of a name (which has no '_'): the account and the address that the person wrote from
/// last; every account that the person and we have used, the latest first.
inline constexpr std::string_view last_inbound_word = "last_inbound";
inline constexpr std::string_view recent_word = "recent";

/// A `[[route]]` of the configuration.
struct RouteRule {
    std::optional<Category> category;   // absent: those that have no rule of their own
    std::vector<std::string> accounts;  // names and the words above, best first
    bool operator==(const RouteRule&) const = default;
};

/// An account that sends, and what it is to the person.
struct AccountUse {
    std::uint32_t account = 0;
    std::string name;
    model::Instant last_inbound{};  // the epoch: they never wrote there
    model::Instant last_used{};     // the latest of either direction; the epoch: never
};

struct Considered {
    std::uint32_t account = 0;
    std::string name;
    std::string source;  // what brought it in: "last_inbound", "recent", "listed", "channel"
    std::string code;    // why it is no candidate: "no_address" …; empty: it is one
    std::string detail;  // the same for people
    bool operator==(const Considered&) const = default;
};

/// What goes to the core with a message that names no account. The candidates among `considered`
/// are, in their order, the first routes of the message; behind them the caller's own fallback.
struct Choice {
    std::string rule;  // "route:marketing", "route:*", "default"
    std::vector<Considered> considered;
    bool fallback_given = false;
    bool operator==(const Choice&) const = default;
};

/// Whom the message names: everybody's addresses follow from a contact; of an address alone only
/// the accounts of its channel are in `uses`, and where the rule brings in none of them, all are.
enum class Named : std::uint8_t { contact, address };

/// Longer lists end there.
inline constexpr std::size_t considered_max = 8;
/// A wait that is over so soon is the provider's pace and no reason to take another account.
inline constexpr std::chrono::minutes pace_max{1};

/// Who is considered, best first, each once: by the rule for `category`, else the one for every
/// category, else the default (`reply`: last_inbound, recent; others: recent). Names that are not
/// in `uses` are left out. Ties go by name.
[[nodiscard]] Choice consider(const std::vector<RouteRule>& rules, Category category, Named named,
                              const std::vector<AccountUse>& uses);

/// Of the verdicts on the candidates, best first: the first that may go by `at` (or within
/// pace_max), else the first that may wait, else nothing.
[[nodiscard]] std::optional<std::size_t> choose(std::span<const Verdict> verdicts,
                                                model::Instant at);

/// One object: {"account","rule","text","considered":[{"account","source","outcome","rule",
/// "until","detail"}]}; `account` is null where nothing was chosen. `outcome`: "chosen", "refuse",
/// "wait", "send" (it may go too, but stands behind the chosen one), "not_possible" (`rule` is then
/// the code of why).
[[nodiscard]] std::string choice_json(const Choice& choice, std::span<const Verdict> verdicts,
                                      std::optional<std::size_t> chosen);

}  // namespace postern::policy
