// One delivery as a request, and what its answer says: 2xx is delivered, everything else is not,
// and nobody is sent elsewhere. Pure.
#pragma once

#include <chrono>
#include <string>

#include "gateway/events/render.h"
#include "gateway/model/subscription.h"
#include "gateway/net/client.h"

namespace postern::subscriptions {

/// RELIABILITY 2.8.
inline constexpr std::chrono::milliseconds attempt_limit{15'000};

/// Signed at `now`, by both secrets while one is being rotated out.
[[nodiscard]] net::ClientRequest make_request(const model::SubscriptionRow& row, std::string id,
                                              std::string body, model::Instant now);

/// `subscription.ping`, an event that no history holds.
[[nodiscard]] net::ClientRequest make_ping(const model::SubscriptionRow& row, model::Instant now,
                                           std::uint64_t number);

struct Outcome {
    bool delivered = false;
    int status = 0;
    std::string error;  // for people: no content, no address; empty if delivered
    std::chrono::milliseconds retry_after{0};  // what the endpoint asked for, at most an hour
};

[[nodiscard]] Outcome outcome_of(const net::ClientResponse& response);

}  // namespace postern::subscriptions
