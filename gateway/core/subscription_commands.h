// Commands about subscriptions: what people wish of them, and what the deliverer tells of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gateway/model/subscription.h"

namespace postern::core {

/// Beyond it CreateSubscription is a conflict: each costs a reader and its window.
inline constexpr std::size_t subscriptions_max = 256;

struct CreateSubscription {
    model::SubscriptionRow row;  // id, created, epoch are the core's
    bool operator==(const CreateSubscription&) const = default;
};

/// What is given replaces what was. Another URL or choice of types begins a new run, from where the
/// core knows that deliveries had come to.
struct UpdateSubscription {
    model::Sequence id = 0;
    std::optional<std::string> url;
    std::optional<std::vector<std::string>> types;
    std::optional<std::string> description;
    bool operator==(const UpdateSubscription&) const = default;
};

struct DeleteSubscription {
    model::Sequence id = 0;
    bool operator==(const DeleteSubscription&) const = default;
};

/// Until `previous_until` deliveries carry two signatures.
struct RotateSubscription {
    model::Sequence id = 0;
    std::string secret;  // raw bytes
    model::Instant previous_until{};
    bool operator==(const RotateSubscription&) const = default;
};

struct EnableSubscription {
    model::Sequence id = 0;
    bool operator==(const EnableSubscription&) const = default;
};

/// Delivers once more what follows `after`, an event's id. Whoever asks has proved it.
struct ReplaySubscription {
    model::Sequence id = 0;
    model::Ulid after;
    bool operator==(const ReplaySubscription&) const = default;
};

/// At most once a second a subscription. `run` is that of the row it was told of.
struct NoteSubscription {
    model::Sequence id = 0;
    std::uint32_t run = 0;
    model::DeliveryProgress progress;
    bool operator==(const NoteSubscription&) const = default;
};

}  // namespace postern::core
