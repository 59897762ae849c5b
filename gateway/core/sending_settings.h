// The rules and limits of sending as configured: immutable, made outside, handed in by a command.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "adapters/sending_adapter.h"
#include "gateway/model/records.h"
#include "gateway/policy/judge.h"
#include "ratelimit/limit_stack.h"

namespace postern::core {

struct AccountSettings {
    std::string channel;
    policy::AccountPolicy policy;
    adapters::SendTraits traits;
    bool sends = false;           // the channel can send
    bool counts_inbound = false;  // the provider's limit counts both directions
    std::size_t in_flight_max = 64;
};

struct SendingSettings {
    std::map<model::AccountNumber, AccountSettings> accounts;
    std::shared_ptr<const policy::Calendars> calendars;
    bool active = true;  // the configured mode; the workspace's own wins
};

/// What the limiter is told of an account.
[[nodiscard]] ratelimit::AccountLimits limits_of(const policy::AccountPolicy& policy);

}  // namespace postern::core
