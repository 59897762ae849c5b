// The time that the core counts by: what it wrote and what waits never goes back, and never stops.
// It is the wall clock's as long as that goes forward. Where the wall clock was set back, the core
// goes on by the steady clock, a tenth slower, until the two meet again: what waits for minutes
// waits for minutes, and not for the hours that the clock was wrong by (RELIABILITY 2.13).
//
// What people mean by a time of day (send_at, expires_at, quiet hours) is judged by the wall clock
// as corrected: that is core time less `ahead`. A value of the core's; deterministic.
#pragma once

#include <algorithm>
#include <chrono>
#include <utility>

#include "gateway/model/time.h"

namespace postern::core {

class CoreTime final {
  public:
    /// While ahead, this share of what passes is given back.
    static constexpr int given_back = 10;
    /// A wall clock that is by more behind than it was has been set back.
    static constexpr std::chrono::seconds step_min{2};

    explicit CoreTime(model::Instant not_before) : anchor_(not_before) {}

    /// What time it is when the clocks say `now`. Never before what pass() has seen.
    [[nodiscard]] model::Instant at(const model::Now& now) const {
        if (!passed_) return std::max(now.wall, anchor_);
        const auto elapsed = std::max(now.steady - steady_, std::chrono::microseconds{0});
        return std::max({now.wall, anchor_ + (elapsed - elapsed / given_back), reached_});
    }
    [[nodiscard]] std::chrono::microseconds ahead(const model::Now& now) const {
        return at(now) - now.wall;
    }

    /// What at() will say when the wall clock, which says `wall` now, says `then`.
    [[nodiscard]] static model::Instant counted(model::Instant then, model::Instant wall,
                                                std::chrono::microseconds ahead) {
        const auto given = std::max((then - wall) / given_back, std::chrono::microseconds{0});
        return then + std::max(ahead - given, std::chrono::microseconds{0});
    }
    /// What the wall clock will say when at(), which says `now`, says `then`.
    [[nodiscard]] static model::Instant told(model::Instant then, model::Instant now,
                                             std::chrono::microseconds ahead) {
        if (then <= now) return then - ahead;
        const auto passed = (then - now) * given_back / (given_back - 1);
        return passed / given_back < ahead ? now - ahead + passed : then;
    }

    /// It is then. While ahead the anchor stays, so that no rounding adds up.
    void pass(const model::Now& now) {
        reached_ = at(now);
        set_back_ = set_back_ || reached_ - now.wall > ahead_ + step_min;
        ahead_ = reached_ - now.wall;
        if (reached_ != now.wall && passed_) return;
        anchor_ = reached_;
        steady_ = now.steady;
        passed_ = true;
    }

    /// Whether the clock was set back since this was asked last: what waits for an hour of day has
    /// to be looked at again.
    [[nodiscard]] bool take_set_back() { return std::exchange(set_back_, false); }

  private:
    model::Instant anchor_;               // the time it was …
    std::chrono::microseconds steady_{};  // … when the steady clock said this
    model::Instant reached_{};
    std::chrono::microseconds ahead_{};  // at pass()
    bool passed_ = false;
    bool set_back_ = false;
};

}  // namespace postern::core
