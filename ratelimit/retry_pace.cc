#include "ratelimit/retry_pace.h"

#include <algorithm>

namespace postern::ratelimit {

using std::chrono::microseconds;

microseconds delay_max(const RetryPace& pace, std::uint32_t attempt) {
    const std::int64_t cap =
        std::clamp<std::int64_t>(pace.cap.count(), 0, Pace::period_max.count());
    const std::int64_t factor = std::clamp<std::int64_t>(pace.factor_thousandths, 1'000, 100'000);
    std::int64_t wait = std::clamp<std::int64_t>(pace.first.count(), 0, cap);
    // From 1.001 on, 2^15 steps pass any cap; a factor of 1 stays where it is.
    if (factor == 1'000) return microseconds{wait};
    for (std::uint32_t n = 1; n < std::min(attempt, 32'768u) && wait < cap; ++n) {
        const std::int64_t longer = wait / 1'000 * factor + wait % 1'000 * factor / 1'000;
        if (longer == wait) break;
        wait = std::min(longer, cap);
    }
    return microseconds{wait};
}

microseconds delay(const RetryPace& pace, std::uint32_t attempt, std::uint64_t random) {
    const auto choices = static_cast<std::uint64_t>(delay_max(pace, attempt).count()) + 1;
    // The high half of the product: even over the choices to within choices / 2^64.
    const auto product = static_cast<unsigned __int128>(random) * choices;
    return microseconds{static_cast<std::int64_t>(product >> 64)};
}

std::optional<Instant> next_try(const RetryPace& pace, Instant first_attempt, Instant now,
                                std::uint32_t attempt, std::uint64_t random) {
    const Instant at = now + delay(pace, attempt, random);
    if (at > first_attempt + pace.give_up_after) return std::nullopt;
    return at;
}

RetryBudget::RetryBudget(const RetryBudgetOptions& options) : options_(options) {}

void RetryBudget::sent() {
    saved_ = std::min(saved_ + options_.percent, options_.saved_max * retry_cost);
}

bool RetryBudget::take(microseconds now) {
    if (saved_ >= retry_cost) {
        saved_ -= retry_cost;
        return true;
    }
    return floor_.take(options_.floor, now);
}

microseconds RetryBudget::earliest(microseconds now) const {
    if (saved_ >= retry_cost) return now;
    return std::max(floor_.earliest(options_.floor), now);
}

}  // namespace postern::ratelimit
