// The only place that reads the clocks. Everything else gets `now` as an argument, and that is the
// time which can be trusted: a wall clock that steps is not believed before it is confirmed, so
// that a wrong one neither expires what waits nor sends what is scheduled (RELIABILITY 2.13).
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>

#include "gateway/model/time.h"

namespace postern::runtime {

struct ClockChange {
    enum class Kind : std::uint8_t {
        stepped,    // the wall clock says something else than the time that passed
        returned,   // it is right again: nothing happened
        confirmed,  // it is believed from here on
    };
    Kind kind = Kind::stepped;
    std::chrono::microseconds by{};  // ahead of the trusted time; negative: behind it
};

/// The wall clock, as far as the steady clock bears it out. While it is in doubt, time goes on from
/// where it could last be trusted. It is confirmed when the kernel says that it is synchronised, or
/// once it has stood still against the steady clock for a minute.
class TrustedClock final {
  public:
    /// More than this between wall and steady clock is a step, not a correction; so is what runs
    /// away from it by more than a tenth of the time that passes (chrony corrects by a twelfth).
    static constexpr std::chrono::microseconds step_min = std::chrono::seconds{2};
    static constexpr int correction_share = 10;
    static constexpr std::chrono::microseconds confirmed_after = std::chrono::seconds{60};
    /// A start after a longer absence than this is believed only when confirmed.
    static constexpr std::chrono::microseconds absence_max = std::chrono::hours{24 * 30};

    /// `read`: both clocks as they are; `synchronised`: what the system says of the wall clock. Any
    /// thread may call them.
    TrustedClock(std::function<model::Now()> read, std::function<bool()> synchronised);

    /// At a start, before any other thread: the time that an earlier process wrote last (the epoch:
    /// none). A clock that is behind it, or far beyond, is in doubt, and time goes on from there.
    void begin(model::Instant last_written);

    /// Any thread.
    [[nodiscard]] model::Now now() const;
    [[nodiscard]] bool in_doubt() const;

    /// Looks at the clock; once a second, one thread. What changed since the last look, if
    /// anything: of several steps before it is confirmed or returns, the first.
    [[nodiscard]] std::optional<ClockChange> watch();

  private:
    [[nodiscard]] std::chrono::microseconds ahead_of_trusted(const model::Now& raw) const;
    void trust(const model::Now& raw);
    void follow(std::chrono::microseconds ahead, std::chrono::microseconds steady);

    std::function<model::Now()> read_;
    std::function<bool()> synchronised_;
    std::atomic<std::int64_t> wall_minus_steady_us_;  // of the trusted time
    // Of the thread that watches.
    std::chrono::microseconds watched_at_{};
    bool doubted_ = false;
    std::chrono::microseconds doubted_ahead_{};
    std::chrono::microseconds doubted_since_{};
};

/// The process's clock.
[[nodiscard]] TrustedClock& trusted_clock();
/// Its time.
[[nodiscard]] model::Now read_clocks();
/// What the machine says of its wall clock.
enum class ClockSource : std::uint8_t { synchronised, unsynchronised, unknown };
/// The kernel's word; where it may not be asked (ProtectClock in the shipped unit), whether
/// systemd-timesyncd has ever set the clock since the boot, and else unknown.
[[nodiscard]] ClockSource clock_source();
/// Known to be synchronised.
[[nodiscard]] bool clock_synchronised();

}  // namespace postern::runtime
