// How fast an account may submit, learnt from its centre: a refusal for speed halves the pace and
// stops everything for a moment; calm raises it again, and in the end lifts it. The rate that an
// operator configures is kept elsewhere; this one only ever asks for less. One thread.
#pragma once

#include <chrono>
#include <deque>
#include <optional>

namespace postern::adapters::smpp {

class Pace final {
  public:
    using Moment = std::chrono::microseconds;  // steady

    /// When a submission may go: `now`, or later.
    [[nodiscard]] Moment earliest(Moment now);
    /// One goes.
    void sent(Moment now);

    /// ESME_RTHROTTLED: too many a second.
    void throttled(Moment now);
    /// ESME_RMSGQFUL: the centre's own queue is full.
    void queue_full(Moment now);
    /// A submission was taken.
    void accepted(Moment now);

    /// Submissions a second at present; nothing: as fast as may be.
    [[nodiscard]] std::optional<double> rate() const { return rate_; }
    [[nodiscard]] bool paused(Moment now) const { return now < pause_until_; }

  private:
    void pause(Moment now, std::chrono::seconds first, std::chrono::seconds most,
               std::chrono::seconds& length);
    void recover(Moment now);

    std::deque<Moment> lately_;  // submissions of the last second
    std::optional<double> rate_;
    double broken_at_ = 0;  // the rate that was refused
    Moment next_{};         // by `rate_`
    Moment pause_until_{};
    std::chrono::seconds throttle_pause_{0};
    std::chrono::seconds queue_pause_{0};
    Moment raised_{};   // when the rate changed last
    Moment refused_{};  // when it was refused last
};

}  // namespace postern::adapters::smpp
