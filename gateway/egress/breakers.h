// The circuit breakers of one account, one an origin that it calls. Shared by the I/O threads, so
// that a provider in trouble gets one probe and not one a thread; a call holds the lock for the
// time of a few additions. Life: with the account's health, over reloads.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "ratelimit/breaker.h"

namespace postern::egress {

/// What a call that was made says about the provider.
enum class CallEnd : unsigned char {
    succeeded,   // it answers; also when it refuses one message or asks to slow down
    failed,      // no answer, or one that says that it is in trouble
    credential,  // it refuses who we are
    cancelled,   // it was never asked: our own queue, our own mistake
};

class Breakers final {
  public:
    /// A permit that is granted is ended once, with its `probe` as it came. While a probe is under
    /// way the others ask again after Breaker::wait_min: it will have been answered.
    [[nodiscard]] ratelimit::Permit ask(std::string_view origin, std::chrono::microseconds now);
    void end(std::string_view origin, CallEnd how, bool probe, std::chrono::microseconds now);

    /// The worst of all origins: open over half_open over closed.
    [[nodiscard]] ratelimit::BreakerMode mode() const;
    /// After new credentials: as new.
    void reset();

  private:
    [[nodiscard]] ratelimit::Breaker& of(std::string_view origin);

    mutable std::mutex mutex_;
    std::map<std::string, ratelimit::Breaker, std::less<>> by_origin_;
};

}  // namespace postern::egress
