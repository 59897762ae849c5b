// The time that the core counts by: what it wrote and what waits never goes back, and never stops.
// It is the wall clock's as long as that goes forward. Where the wall clock was set back, the core
// goes on by the steady clock, a tenth slower, until the two meet again: what waits for minutes
// waits for minutes, and not for the hours that the clock was wrong by (RELIABILITY 2.13). Where it
// is set forward again meanwhile, the core's time goes along and stays ahead: what was queued by it
// leaves when it should.
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
    /// So far it stays ahead when the wall clock is set forward: a clock that is set to and fro
    /// does not drive it away.
    static constexpr std::chrono::hours kept_max{48};

    explicit CoreTime(model::Instant not_before) : anchor_(not_before) {}

    /// What time it is when the clocks say `now`. Never before what pass() has seen.
    [[nodiscard]] model::Instant at(const model::Now& now) const {
        if (!passed_) return std::max(now.wall, anchor_);
        return std::max({now.wall, by_steady(now) + set_forward(now).by, reached_});
    }
    /// Of the newest rows.
    [[nodiscard]] model::Instant reached() const { return reached_; }
    /// What it is at a start, when the wall clock says `wall`: the last start came to `reached`,
    /// and the wall clock said `told` then. Neither stops nor goes back, and stays as far ahead as
    /// it would have been.
    [[nodiscard]] static model::Instant resumed(model::Instant reached, model::Instant told,
                                                model::Instant wall) {
        if (reached <= told) return reached;
        const auto passed = std::max(wall - told, std::chrono::microseconds{0});
        const auto most = kept(reached - told, passed);
        return std::max(reached, wall + std::min(most, counted(wall, told, reached - told) - wall));
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
        if (passed_) {
            const Step step = set_forward(now);
            reached_ = at(now);
            anchor_ += step.by;
            moved_ = moved_ || step.lost || reached_ - now.wall > ahead_ + step_min;
        } else {
            reached_ = at(now);
            moved_ = reached_ - now.wall > step_min;
        }
        ahead_ = reached_ - now.wall;
        seen_ = now;
        if (reached_ != now.wall && passed_) return;
        anchor_ = reached_;
        steady_ = now.steady;
        passed_ = true;
    }

    /// Whether counted() changed since this was asked last, as the clock was set back, or forward
    /// by more than is kept: what waits for an hour of day has to be looked at again.
    [[nodiscard]] bool take_moved() { return std::exchange(moved_, false); }

  private:
    struct Step {
        std::chrono::microseconds by{};  // what it goes forward with the wall clock
        bool lost = false;               // it is less ahead than before
    };

    /// Of `ahead`, when the wall clock is set forward by `step`.
    [[nodiscard]] static std::chrono::microseconds kept(std::chrono::microseconds ahead,
                                                        std::chrono::microseconds step) {
        return std::min(ahead, std::max<std::chrono::microseconds>(kept_max, ahead - step));
    }
    [[nodiscard]] model::Instant by_steady(const model::Now& now) const {
        const auto elapsed = std::max(now.steady - steady_, std::chrono::microseconds{0});
        return anchor_ + (elapsed - elapsed / given_back);
    }
    /// While ahead: how the wall clock was set forward since pass().
    [[nodiscard]] Step set_forward(const model::Now& now) const {
        const auto step = (now.wall - seen_.wall) - (now.steady - seen_.steady);
        const auto ahead = by_steady(now) - (now.wall - step);
        if (step <= step_min || ahead <= std::chrono::microseconds{0}) return {};
        const auto lost = ahead - kept(ahead, step);
        return {step - lost, lost > std::chrono::microseconds{0}};
    }

    model::Instant anchor_;               // the time it was …
    std::chrono::microseconds steady_{};  // … when the steady clock said this
    model::Instant reached_{};
    model::Now seen_{};                  // at pass()
    std::chrono::microseconds ahead_{};  // at pass()
    bool passed_ = false;
    bool moved_ = false;
};

}  // namespace postern::core
