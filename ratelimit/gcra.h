// The generic cell rate algorithm in exact integers: one moment (when all that was taken will have
// come back) instead of a count of tokens, so nothing runs between calls. The moment is a rational
// number of microseconds: at 3 a second a step is 333,333 1/3 us and an hour carries 10,800.
// A value; one thread.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace postern::ratelimit {

/// `count` per `period`, and how many at once. Made by `of`; what is out of bounds is brought into
/// them: count 1..1e6 (after reduction), period 1 us..31 days, burst 1..1e6.
class Pace final {
  public:
    static constexpr std::int64_t count_max = 1'000'000;
    static constexpr std::int64_t burst_max = 1'000'000;
    static constexpr std::chrono::microseconds period_max = std::chrono::days{31};

    /// `burst` 0: a tenth of what a second carries, at least 1.
    [[nodiscard]] static Pace of(std::int64_t count, std::chrono::microseconds period,
                                 std::int64_t burst = 0);

    [[nodiscard]] std::int64_t count() const { return count_; }
    [[nodiscard]] std::chrono::microseconds period() const {
        return std::chrono::microseconds{period_};
    }
    [[nodiscard]] std::int64_t burst() const { return burst_; }

    /// What `n` (<= 1e6) take to come back, rounded up.
    [[nodiscard]] std::chrono::microseconds time_of(std::int64_t n) const;
    /// Carries less in the long run than `other`.
    [[nodiscard]] bool slower_than(const Pace& other) const;
    bool operator==(const Pace&) const = default;

  private:
    friend class Gcra;
    struct Span {
        std::int64_t whole = 0;
        std::int64_t rest = 0;  // of count
    };
    [[nodiscard]] Span span_of(std::int64_t n) const;

    std::int64_t count_ = 1;
    std::int64_t period_ = 1;
    std::int64_t burst_ = 1;
    std::int64_t step_ = 1;  // period / count, and what is left of it: no division when asked
    std::int64_t over_ = 0;
};

/// One bucket. It does not hold its pace: a table of a million buckets has few paces, so the caller
/// hands in the same one each time (`rescale` when it changes).
///
/// Law: units taken in any closed window of W microseconds are at most
///     burst + floor(W * count / period)
/// as long as no single take asks more than `burst`; a larger one needs a full bucket, and its
/// excess adds to the bound of windows that hold it. Units given back count as never taken. Who
/// takes at each `earliest` gets exactly this, except that with a burst of 1 and a step that is no
/// whole number of microseconds each step is rounded up (the law does not allow less).
class Gcra final {
  public:
    Gcra() = default;  // full

    /// Empty at `now`: the first unit comes one step later. So the law holds across a restart,
    /// whatever was taken before it.
    [[nodiscard]] static Gcra empty(const Pace& pace, std::chrono::microseconds now);
    /// Full from `then` on, and refilling until then.
    [[nodiscard]] static Gcra full_from(std::chrono::microseconds then);

    /// When `n` units can be taken so that `leave` stay: <= now means now.
    [[nodiscard]] std::chrono::microseconds earliest(const Pace& pace, std::int64_t n = 1,
                                                     std::int64_t leave = 0) const;
    /// Takes if `earliest` allows it.
    bool take(const Pace& pace, std::chrono::microseconds now, std::int64_t n = 1);
    /// Takes regardless: what happened anyway and the provider counts. The debt beyond an empty
    /// bucket ends at `debt_max`, so a flood cannot stop an account for longer than that.
    void debit(const Pace& pace, std::chrono::microseconds now, std::int64_t n,
               std::chrono::microseconds debt_max);
    /// Undoes a take of `n` at `taken`, unless a later take profited from the refill that `n` had
    /// asked for: then part of it has come back already, and returning all would break the law.
    /// That is so where little is taken, or where much is given back; it costs time, never the law.
    void give_back(const Pace& pace, std::chrono::microseconds taken, std::int64_t n = 1);

    [[nodiscard]] std::chrono::microseconds full_at() const;  // rounded up
    /// The same moment in the units of another pace, rounded up.
    void rescale(const Pace& from, const Pace& to);

  private:
    void add(const Pace& pace, std::int64_t n);
    void start_at_least(const Pace& pace, std::chrono::microseconds now);

    // Full at due_ + rest_ / pace.count microseconds; rest_ < count.
    std::int64_t due_ = INT64_MIN / 2;
    // Takes after since_ all found the bucket at least ahead_min_ microseconds short of full.
    std::int64_t since_ = INT64_MIN / 2;
    std::int64_t ahead_min_ = INT64_MAX;
    std::uint32_t rest_ = 0;
};

}  // namespace postern::ratelimit
