// What the API asks of whoever delivers events to subscriptions: how they fare, may this URL be
// called, call it now. Implemented by gateway/subscriptions; named here because neither of the two
// includes the other.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/events/cursor.h"
#include "gateway/model/time.h"
#include "gateway/net/io_thread.h"

namespace postern::events {

/// Of one active subscription; counters are since this start.
struct DeliveryHealth {
    Cursor cursor;                    // everything up to here is delivered
    model::Instant oldest_waiting{};  // when the oldest event not delivered was made; epoch: none
    std::size_t waiting = 0;          // events read and not delivered
    std::size_t retrying = 0;         // … of which so many have failed and wait for their time
    model::Instant next_retry{};      // of the first of them; epoch: none
    model::Instant last_delivered{};
    model::Instant last_failed{};
    std::string last_error;
    std::uint64_t delivered = 0;
    std::uint64_t failed = 0;  // attempts
};

struct PingResult {
    bool delivered = false;
    int status = 0;     // 0: no answer
    std::string error;  // empty if delivered
    std::chrono::milliseconds took{};
};

class Deliveries {
  public:
    virtual ~Deliveries() = default;

    /// Why no subscription may have this URL, for people; empty if one may. Any thread.
    [[nodiscard]] virtual std::string refusal(std::string_view url) const = 0;

    /// Any thread, never waits. Nothing: it is disabled or not there.
    [[nodiscard]] virtual std::optional<DeliveryHealth> health(model::Sequence id) const = 0;

    /// Sends the endpoint one event `subscription.ping`, outside the order of all others, also when
    /// the subscription is disabled. Any thread; `done` comes on `thread`.
    virtual void ping(model::Sequence id, net::IoThread& thread,
                      std::function<void(PingResult)> done) = 0;
};

}  // namespace postern::events
