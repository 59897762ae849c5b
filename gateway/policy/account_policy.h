// What an account's sending keys mean: the settings that rules, retries and the limiter work with.
// Made by settings.h on a reload, immutable, read by the core.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/policy/facts.h"
#include "gateway/policy/hours.h"

namespace postern::policy {

/// When messages may go, and by whose clock.
struct QuietHours {
    std::string zone;     // IANA; empty: each recipient's own
    std::string country;  // whose zone stands in where the recipient's is unknown; or empty
    std::string preset;   // "co", or empty
    std::vector<HoursRule> rules;  // empty: nothing is held back
};

/// At most `count` messages in any `period`.
struct FrequencyCap {
    /// Which messages to the person count: all, this account's, or those of other accounts.
    enum class Scope : std::uint8_t { person, account, other_accounts };
    Categories categories = 0;  // which it holds back, and which count
    std::uint32_t count = 1;
    std::chrono::hours period{24};
    Scope scope = Scope::person;
    std::string region;  // of the recipient; empty: all
    std::string source;
    bool operator==(const FrequencyCap&) const = default;
};

struct Retry {
    std::chrono::milliseconds first{2'000};
    double factor = 2.0;
    std::chrono::milliseconds cap{600'000};
    std::chrono::milliseconds give_up_after{24 * 3'600'000};
    bool operator==(const Retry&) const = default;
};

/// An address is suppressed once mail came back from it so often for reasons that may pass: on
/// different days within `within`, and nothing arrived since the first time.
struct SoftBounces {
    std::uint32_t suppress_after = 3;  // at most soft_bounces_max
    std::chrono::milliseconds within = std::chrono::hours{24 * 30};
    bool operator==(const SoftBounces&) const = default;
};
inline constexpr std::uint32_t soft_bounces_max = 30;

/// What becomes of an attempt whose end nobody knows.
enum class OnUnknown : std::uint8_t { hold, resend, expire };

/// `count` in each `period`.
struct Pace {
    std::uint32_t count = 0;  // 0: not given
    std::chrono::milliseconds period{0};
    bool operator==(const Pace&) const = default;
};

struct Rate {
    double per_second = 0;    // 0: not given
    std::uint32_t burst = 0;  // 0: not given; with per_second given: at least 1
    Pace per_recipient;
    std::uint64_t per_day = 0;  // 0: not given
    std::string group;          // accounts of a group share these limits
    bool operator==(const Rate&) const = default;
};

struct AccountPolicy {
    std::optional<std::chrono::hours> window;  // instead of the channel's own
    QuietHours quiet;
    std::vector<FrequencyCap> caps;
    Categories consent_required = 0;
    /// The same text to the same person within this is refused; zero: never. By category: a reply,
    /// a code and a notice may rightly repeat themselves, a campaign that does was sent twice.
    std::array<std::chrono::minutes, category_count> duplicate_within{
        std::chrono::minutes{0}, std::chrono::minutes{0}, std::chrono::minutes{0},
        std::chrono::hours{24}, std::chrono::hours{24}};
    Retry retry;
    SoftBounces soft_bounces;
    /// In the order of Category.
    std::array<OnUnknown, category_count> on_unknown{
        OnUnknown::resend, OnUnknown::resend, OnUnknown::expire, OnUnknown::hold, OnUnknown::hold};
    Rate rate;
    bool refuse_long_text = false;  // false: split
};

}  // namespace postern::policy
