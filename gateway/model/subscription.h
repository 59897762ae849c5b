// A subscription: where events are delivered, what of them, how far it came, and since when it
// fails. A plain value; written by the core, read by the API and by the deliverer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/model/ids.h"
#include "gateway/model/time.h"

namespace postern::model {

using SubscriptionId = Id<'s', 'u', 'b'>;

enum class SubscriptionState : std::uint8_t {
    active,
    disabled,  // failed for days: nothing is delivered until somebody enables it
    deleted,   // only ever published, never stored: the row is gone
};
[[nodiscard]] std::string_view to_string(SubscriptionState state);

/// How a subscription fares, as the deliverer tells the core now and then.
struct DeliveryProgress {
    Ulid cursor;  // event id (events/cursor.h): everything up to here was answered 2xx or unwanted
    Instant failing_since{};          // of the event that has failed longest; epoch: none fails
    std::uint64_t failing_place = 0;  // … and its place (Cursor::place)
    std::string last_error;           // of the latest failure; no content, no address
    bool operator==(const DeliveryProgress&) const = default;
};

struct SubscriptionRow {
    Sequence id = 0;
    Instant created{};
    std::uint32_t epoch = 0;
    std::string url;
    std::vector<std::string> types;  // as events/filter.h reads them; "*" or none: all
    std::string secret;              // raw bytes, 24 to 64
    std::string previous_secret;     // being rotated out: signs too until previous_until
    Instant previous_until{};
    SubscriptionState state = SubscriptionState::active;
    Instant disabled{};
    DeliveryProgress progress;
    bool warned = false;  // subscription.failing was announced for failing_since
    /// Counts enabling, replaying, another URL or types: progress told of an earlier run is void.
    std::uint32_t run = 0;
    std::string description;  // for people
    bool operator==(const SubscriptionRow&) const = default;
};

[[nodiscard]] inline std::string id_of(const SubscriptionRow& row) {
    return to_string(SubscriptionId{make_ulid(row.created, row.epoch, row.id)});
}

/// RELIABILITY 2.8 as the core applies it to failing_since.
inline constexpr std::chrono::hours subscription_warned_after{1};
inline constexpr std::chrono::hours subscription_disabled_after{5 * 24};

}  // namespace postern::model
