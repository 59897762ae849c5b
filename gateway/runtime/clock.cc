// Wall and steady clock, read together. Their difference is what is trusted or not: it moves by
// half a millisecond a second at most where a clock is corrected, and by more where it is set.
#include "gateway/runtime/clock.h"

#include <sys/timex.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace postern::runtime {
namespace {

using std::chrono::microseconds;

/// Touched by systemd-timesyncd each time that it has set the clock; gone with a boot.
constexpr const char* timesyncd_flag = "/run/systemd/timesync/synchronized";

model::Now read_system() {
    using std::chrono::floor;
    return {floor<microseconds>(std::chrono::system_clock::now()),
            floor<microseconds>(std::chrono::steady_clock::now().time_since_epoch())};
}

bool is_step(microseconds by) {
    return by > TrustedClock::step_min || by < -TrustedClock::step_min;
}

std::int64_t difference(model::Instant wall, microseconds steady) {
    return wall.time_since_epoch().count() - steady.count();
}

}  // namespace

TrustedClock::TrustedClock(std::function<model::Now()> read, std::function<bool()> synchronised)
    : read_(std::move(read)), synchronised_(std::move(synchronised)) {
    const model::Now raw = read_();
    trust(raw);
    watched_at_ = raw.steady;
}

void TrustedClock::trust(const model::Now& raw) {
    wall_minus_steady_us_.store(difference(raw.wall, raw.steady), std::memory_order_relaxed);
}

/// A correction is gone along with, but not faster than one can be.
void TrustedClock::follow(microseconds ahead, microseconds steady) {
    const microseconds most = (steady - watched_at_) / correction_share;
    wall_minus_steady_us_.fetch_add(std::clamp(ahead, -most, most).count(),
                                    std::memory_order_relaxed);
}

microseconds TrustedClock::ahead_of_trusted(const model::Now& raw) const {
    return microseconds{difference(raw.wall, raw.steady) -
                        wall_minus_steady_us_.load(std::memory_order_relaxed)};
}

void TrustedClock::begin(model::Instant last_written) {
    const model::Now raw = read_();
    trust(raw);
    if (last_written == model::Instant{}) return;
    const microseconds absence = raw.wall - last_written;
    const bool plausible = absence >= -step_min && absence <= absence_max;
    if (!plausible && !synchronised_()) trust({last_written, raw.steady});
}

model::Now TrustedClock::now() const {
    model::Now now = read_();
    const microseconds ahead = ahead_of_trusted(now);
    if (is_step(ahead)) now.wall -= ahead;
    return now;
}

bool TrustedClock::in_doubt() const {
    return is_step(ahead_of_trusted(read_()));
}

std::optional<ClockChange> TrustedClock::watch() {
    const model::Now raw = read_();
    const microseconds ahead = ahead_of_trusted(raw);
    if (!is_step(ahead)) {
        follow(ahead, raw.steady);
        watched_at_ = raw.steady;
        if (!std::exchange(doubted_, false)) return std::nullopt;
        return ClockChange{ClockChange::Kind::returned, ahead};
    }
    watched_at_ = raw.steady;
    const bool first = !std::exchange(doubted_, true);
    // Another step while in doubt begins the minute anew; so does a clock that runs away.
    if (first || is_step(ahead - doubted_ahead_)) {
        doubted_since_ = raw.steady;
        doubted_ahead_ = ahead;
    }
    if (raw.steady - doubted_since_ >= confirmed_after || synchronised_()) {
        doubted_ = false;
        trust(raw);
        return ClockChange{ClockChange::Kind::confirmed, ahead};
    }
    if (!first) return std::nullopt;
    return ClockChange{ClockChange::Kind::stepped, ahead};
}

TrustedClock& trusted_clock() {
    // There is one wall clock in the machine, and one opinion of it in the process.
    static TrustedClock clock(read_system, clock_synchronised);
    return clock;
}

model::Now read_clocks() {
    return trusted_clock().now();
}

ClockSource clock_source() {
    timex state{};
    const int told = ::adjtimex(&state);  // modes 0: asks, changes nothing
    if (told == -1) {
        return ::access(timesyncd_flag, F_OK) == 0 ? ClockSource::synchronised
                                                   : ClockSource::unknown;
    }
    const bool good = told != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
    return good ? ClockSource::synchronised : ClockSource::unsynchronised;
}

bool clock_synchronised() {
    return clock_source() == ClockSource::synchronised;
}

}  // namespace postern::runtime
