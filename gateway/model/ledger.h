// How many messages an account was given and where they stand: accepted = sum of states + removed,
// with what a fallback carried from account to account in between. A small row an account, written
// with the changes that it counts.
#pragma once

#include <array>
#include <cstdint>

#include "gateway/model/outbound.h"

namespace postern::model {

inline constexpr std::size_t message_state_count = 11;
static_assert(static_cast<std::size_t>(MessageState::refused) + 1 == message_state_count);

struct LedgerRow {
    AccountNumber account = 0;
    std::uint64_t accepted = 0;   // on this account, at the door
    std::uint64_t moved_in = 0;   // fell back to this account
    std::uint64_t moved_out = 0;  // … and from it
    std::uint64_t removed = 0;    // by retention, whatever their state was
    std::array<std::uint64_t, message_state_count> states{};  // by MessageState
    std::uint32_t failed_day = 0;  // days since 1970, UTC: of failed_count
    std::uint64_t failed_count = 0;
    bool operator==(const LedgerRow&) const = default;

    [[nodiscard]] std::uint64_t& count(MessageState state) {
        return states[static_cast<std::size_t>(state)];
    }
    [[nodiscard]] std::uint64_t count(MessageState state) const {
        return states[static_cast<std::size_t>(state)];
    }
    /// Messages whose rows are here.
    [[nodiscard]] std::uint64_t held() const;
    /// What was accepted and is in no state and not removed; below zero: more than was accepted.
    /// Anything but 0 is a message lost or counted twice.
    [[nodiscard]] std::int64_t unaccounted() const;
};

}  // namespace postern::model
