// What the limits of sending know that outlives the process: counts of the day and the providers'
// back-offs, in wall time. Plain values, for whoever stores them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ratelimit/moment.h"

namespace postern::ratelimit {

struct DayCount {
    std::uint32_t account = 0;
    std::int64_t day = 0;  // since 1970-01-01, UTC
    std::int64_t sent = 0;
    bool operator==(const DayCount&) const = default;
};

struct AccountBackOff {
    std::uint32_t account = 0;
    Instant until{};
    bool operator==(const AccountBackOff&) const = default;
};

struct GroupBackOff {
    std::string group;
    Instant until{};
    bool operator==(const GroupBackOff&) const = default;
};

struct PairBackOff {
    std::uint32_t account = 0;
    std::uint64_t pair = 0;
    Instant until{};
    bool operator==(const PairBackOff&) const = default;
};

struct LimitStates {
    std::vector<DayCount> days;
    std::vector<AccountBackOff> accounts;
    std::vector<GroupBackOff> groups;
    std::vector<PairBackOff> pairs;
    bool operator==(const LimitStates&) const = default;
};

}  // namespace postern::ratelimit
