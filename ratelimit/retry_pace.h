// When a failed attempt is made again, and how many retries an account may make: by time with full
// jitter, and at most a share of what it sends, so that retries cannot multiply an outage.
// Randomness is handed in. Rate limits and open breakers are no attempts. Values; one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "ratelimit/gcra.h"
#include "ratelimit/moment.h"

namespace postern::ratelimit {

struct RetryPace {
    std::chrono::microseconds first = std::chrono::seconds{2};
    std::uint32_t factor_thousandths = 2'000;  // >= 1000
    std::chrono::microseconds cap = std::chrono::minutes{10};
    std::chrono::microseconds give_up_after = std::chrono::hours{24};
    bool operator==(const RetryPace&) const = default;
};

/// The longest wait after `attempt` failed attempts (1: the first failed): first * factor^(n-1),
/// at most `cap`.
[[nodiscard]] std::chrono::microseconds delay_max(const RetryPace& pace, std::uint32_t attempt);

/// Uniform in [0, delay_max]; `random`: 64 even bits.
[[nodiscard]] std::chrono::microseconds delay(const RetryPace& pace, std::uint32_t attempt,
                                              std::uint64_t random);

/// When to try again; nothing if that would be later than give_up_after the first attempt.
[[nodiscard]] std::optional<Instant> next_try(const RetryPace& pace, Instant first_attempt,
                                              Instant now, std::uint32_t attempt,
                                              std::uint64_t random);

struct RetryBudgetOptions {
    std::int64_t percent = 10;      // of first attempts
    std::int64_t saved_max = 1000;  // retries that may be saved up
    /// Granted beside the share: where little is sent, or nothing new, an outage's last messages
    /// are still retried within minutes.
    Pace floor = Pace::of(10, std::chrono::seconds{1}, 10);
};

/// An account's retries. Law: in any run of calls, retries <= saved before + percent of the first
/// attempts + what `floor` allows.
class RetryBudget final {
  public:
    explicit RetryBudget(const RetryBudgetOptions& options = {});

    void sent();  // a first attempt
    bool take(std::chrono::microseconds now);
    /// When `take` will say yes at the latest; <= now: now.
    [[nodiscard]] std::chrono::microseconds earliest(std::chrono::microseconds now) const;

  private:
    static constexpr std::int64_t retry_cost = 100;
    RetryBudgetOptions options_;
    std::int64_t saved_ = 0;  // hundredths of a retry
    Gcra floor_;
};

}  // namespace postern::ratelimit
