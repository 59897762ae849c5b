// The circuit breaker of an account and origin: stops calls to a provider that fails, tries it
// again now and then with one call. Open never loses a message, it waits. It counts what its caller
// calls a failure (transient and unknown answers; not a refusal of one message, not a rate limit).
// A value; one thread.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>

#include "ratelimit/moment.h"

namespace postern::ratelimit {

enum class BreakerMode : std::uint8_t { closed, open, half_open };

/// What survives a restart. A probe in flight does not: it is kept as open.
struct BreakerState {
    bool open = false;
    bool credential = false;  // opened because the provider refused who we are
    Instant probe_at{};
    std::chrono::microseconds wait{};  // between this probe and the next, if it fails
    bool operator==(const BreakerState&) const = default;
};

/// Whether a call may be made. A granted call is answered once, with its `probe` as it came.
struct Permit {
    bool granted = false;
    bool probe = false;
    std::chrono::microseconds ask_at{};  // refused: ask again, steady
};

class Breaker final {
  public:
    static constexpr std::uint32_t calls_min = 20;
    static constexpr std::uint32_t failed_percent = 50;
    static constexpr std::chrono::seconds window{30};
    static constexpr std::chrono::seconds wait_min{5};
    static constexpr std::chrono::seconds wait_max{60};
    /// A probe whose answer never comes is given up.
    static constexpr std::chrono::seconds probe_max{60};

    Breaker() = default;  // closed
    [[nodiscard]] static Breaker restored(const BreakerState& state, Now now);

    /// Takes the probe's place if it grants one.
    [[nodiscard]] Permit ask(std::chrono::microseconds now);
    void succeeded(std::chrono::microseconds now, bool probe);
    void failed(std::chrono::microseconds now, bool probe);
    /// The provider refuses the credential: opens at once.
    void credential_refused(std::chrono::microseconds now);
    /// A granted call that was not made, or says nothing about the provider.
    void cancelled(std::chrono::microseconds now, bool probe);
    /// An operator's act: as new.
    void reset() { *this = Breaker(); }

    [[nodiscard]] BreakerMode mode() const { return mode_; }
    [[nodiscard]] bool credential() const { return credential_; }
    [[nodiscard]] BreakerState state(Now now) const;

  private:
    /// Calls are counted by second; the window is the last 30 begun ones.
    struct Slot {
        std::int64_t second = INT64_MIN;
        std::uint32_t calls = 0;
        std::uint32_t failed = 0;
    };

    void count(std::chrono::microseconds now, bool failed);
    [[nodiscard]] bool too_many_failed(std::chrono::microseconds now) const;
    void open(std::chrono::microseconds now, std::chrono::microseconds wait);

    BreakerMode mode_ = BreakerMode::closed;
    bool credential_ = false;
    std::chrono::microseconds until_{};  // open: the probe; half open: the probe is given up
    std::chrono::microseconds wait_{};
    std::array<Slot, window.count()> slots_{};
};

}  // namespace postern::ratelimit
