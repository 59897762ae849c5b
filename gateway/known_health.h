// What health says of a time before the start: counters begin anew with a process, but when an
// account last heard and last spoke stands in the newest rows. Query thread.
#pragma once

#include <cstddef>
#include <map>
#include <set>

#include "gateway/runtime/reader.h"

namespace postern {

struct LastSeen {
    model::Instant
        inbound{};  // a webhook of the provider's, whatever it told; the epoch: not found
    model::Instant outbound{};  // a message that the provider accepted
    bool operator==(const LastSeen&) const = default;
};

/// A start is not made longer for it: who was silent for so many rows stays unknown.
inline constexpr std::size_t last_seen_rows_max = 50'000;

/// From the newest row back until both are found of each of `accounts`, or so many were read.
[[nodiscard]] std::map<model::AccountNumber, LastSeen> last_seen(
    runtime::Reader& reader, const std::set<model::AccountNumber>& accounts,
    std::size_t rows_max = last_seen_rows_max);

}  // namespace postern
