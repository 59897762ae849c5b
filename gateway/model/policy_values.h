// What the rules remember and say, as far as rows hold it: categories, recipients, notes about
// addresses, verdicts. Plain values; the rules themselves are gateway/policy.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/model/time.h"

namespace postern::model {

/// Spelled as on the wire; numbers are stored.
enum class Category : std::uint8_t { reply, transactional, authentication, marketing, collections };
inline constexpr std::size_t category_count = 5;
[[nodiscard]] std::string_view to_string(Category category);
[[nodiscard]] bool parse_category(std::string_view text, Category& out);
/// A set of categories: bit = number.
using Categories = std::uint8_t;
inline constexpr Categories all_categories = 0x1F;
[[nodiscard]] constexpr Categories only(Category c) {
    return static_cast<Categories>(1u << static_cast<unsigned>(c));
}
/// The one of this name alone; all where it names none.
[[nodiscard]] Categories categories_named(std::string_view text);

/// Who the recipient is, as far as rules care. Made once outside the core (number tables, zones).
struct Recipient {
    bool valid = true;
    std::string invalid_why;  // for people; without the address itself
    std::string country;      // ISO 3166 alpha-2, lower case ("co"), or empty
    std::string region;       // of states that have rules of their own ("fl"), or empty
    /// IANA names, sorted; empty: unknown. Source: "given", "contact", "number", "country".
    std::vector<std::string> zones;
    std::string zone_source;
    bool operator==(const Recipient&) const = default;
};

/// One standing wish or order about an address on a channel.
struct AddressNote {
    enum class Kind : std::uint8_t { suppressed, opted_out, opted_in, consent, consent_revoked };
    Kind kind = Kind::suppressed;
    Categories categories = all_categories;
    std::uint32_t account = 0;  // 0: every account of the channel's scope
    Instant at{};               // when it was said; for an imported list: as of
    std::string source;  // "keyword", "api", "import", "provider", "dead_address", "soft_bounces"
    std::string reason;         // for people
    bool operator==(const AddressNote&) const = default;
};

/// A message that was sent or is in flight to the person (any channel), newest last, at most 32.
struct PastSend {
    Instant at{};
    Category category = Category::transactional;
    std::uint32_t account = 0;
    std::uint64_t content_hash = 0;
    std::uint64_t message = 0;
    std::uint32_t epoch = 0;  // with these two it has a name (name_of); 0: nobody knows any more
    std::uint32_t made_before_ms = 0;  // it was accepted so long before `at`: send_at
    bool operator==(const PastSend&) const = default;
};

/// "msg_…", or empty if that is not known of it.
[[nodiscard]] std::string name_of(const PastSend& sent);

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
    Instant until{};         // wait: when it may be asked again; the epoch: on an operator's act
    std::string detail;      // one sentence for people; never personal data
    std::string facts_json;  // one JSON object, or empty
    std::string cure;        // what would let it pass, or empty: "send a template"
    bool operator==(const RuleResult&) const = default;
};

/// The strictest outcome wins; of several waits the latest `until`; a wait without an end is
/// the latest of all. Rules that are not in `results` passed.
struct Verdict {
    Decision decision = Decision::send;
    Instant until{};
    std::vector<RuleResult> results;  // in the order of Rule
    bool operator==(const Verdict&) const = default;

    /// The rule that a refusal (or else the wait) is told by; Rule::mode if it is `send`.
    [[nodiscard]] Rule decisive() const;
};

}  // namespace postern::model
