// Everything that the rules look at, gathered before they run: rows, configuration and time as
// plain values. A rule reads nothing else, so the verdict at time t depends on these alone.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/model/time.h"

namespace postern::policy {

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
    model::Instant at{};        // when it was said; for an imported list: as of
    std::string source;         // "keyword", "api", "import", "provider", "dead_address"
    std::string reason;         // for people
    bool operator==(const AddressNote&) const = default;
};

/// A message that was sent or is in flight to the person (any channel), newest last, at most 32.
struct PastSend {
    model::Instant at{};
    Category category = Category::transactional;
    std::uint32_t account = 0;
    std::uint64_t content_hash = 0;
    std::uint64_t message = 0;
    bool operator==(const PastSend&) const = default;
};

enum class TemplateStatus : std::uint8_t { none, unknown, approved, pending, rejected, paused };

struct Facts {
    // Message
    Category category = Category::transactional;
    bool test = false;
    bool is_template = false;
    TemplateStatus template_status = TemplateStatus::none;
    bool human_agent =
        false;  // the caller says that a person writes (7-day window where it exists)
    std::uint64_t content_hash = 0;
    std::uint64_t message = 0;  // its own number, so that it is not its own duplicate; 0: not yet
    model::Instant expires{};
    // Workspace
    bool active = true;            // mode
    bool test_recipient = false;   // the address is one of test_recipients
    bool restored_paused = false;  // sending waits for an operator after a restore
    // Account
    std::uint32_t account = 0;
    std::string_view channel;
    bool account_paused = false;
    std::string_view paused_reason;
    bool account_connected = true;  // credentials work
    model::Instant reconnect{};     // when it is tried again; the epoch: on an operator's act
    bool fallback_possible = false;
    // Person
    const Recipient* recipient = nullptr;
    bool own_address = false;              // one of the workspace's own accounts
    bool blocked = false;                  // the person blocked the account
    model::Instant last_inbound{};         // on this account; the epoch: never
    std::uint32_t sent_since_inbound = 0;  // for channels that count (WeChat)
    const std::vector<AddressNote>* notes = nullptr;
    const std::vector<PastSend>* past = nullptr;
    // Limits, from the limiter
    model::Instant rate_until{};  // earliest grant; the epoch: now
    std::string_view rate_scope;  // which limit: "recipient", "account", "group", "day", …
};

}  // namespace postern::policy
