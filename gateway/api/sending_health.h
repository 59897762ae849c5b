// How sending stands on one account, as the API tells it: with the account, and in the status.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "adapters/sending_adapter.h"
#include "gateway/model/json.h"
#include "gateway/model/time.h"
#include "gateway/policy/account_policy.h"

namespace postern::api {

/// Connections of an account that the gateway itself keeps open.
struct ConnectionHealth {
    std::string_view state;  // "up", "degraded" (some stand), "down"; "" where there are none
    std::uint32_t up = 0;
    std::uint32_t wanted = 0;
    model::Instant since{};  // of being up at all, or down
    std::string problem;     // the last one, for people; stays when it is over
    model::Instant problem_at{};
};

struct SendingHealth {
    bool sends = false;           // the channel can send
    std::string held_by;          // why nothing leaves, for people; empty: nothing holds it back
    std::string held_reason;      // the operator's words, or the provider's code
    model::Instant held_until{};  // the epoch: until somebody acts
    // Messages by state; `waiting` is what is queued and what waits for a rule or a retry.
    std::uint64_t queued = 0;
    std::uint64_t waiting = 0;
    std::uint64_t sending = 0;
    std::uint64_t unknown = 0;
    std::uint64_t failed_today = 0;  // since midnight, UTC
    double per_second = 0;           // over the last ten seconds
    policy::Rate rate;               // its limits
    model::Instant oldest_due{};     // whose time has come, and who waits for its turn
    std::string_view breaker = "closed";
    std::array<std::uint64_t, 6> outcomes{};  // since the start, by adapters::SendResult
    ConnectionHealth line;       // that it sends over, where that is not HTTP; it may also receive
    ConnectionHealth receiving;  // that bring what came in, where that is no webhook
};

/// "ok", "held", "breaker_open", "half_open"; "receives_only" where the channel cannot send.
[[nodiscard]] std::string_view state_of(const SendingHealth& health);

/// One object.
void write_sending(model::JsonWriter& json, const SendingHealth& health);

}  // namespace postern::api
