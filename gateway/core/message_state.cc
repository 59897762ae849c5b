// One row a state, one bit a state that may follow.
#include "gateway/core/message_state.h"

#include <algorithm>
#include <array>

namespace postern::core {
namespace {

constexpr std::size_t states = 11;
using S = MessageState;
constexpr std::uint16_t bit(S s) {
    return static_cast<std::uint16_t>(1u << static_cast<unsigned>(s));
}

/// A carrier corrects itself: delivered and read win over failed and expired (RELIABILITY 2.7).
constexpr std::array<std::uint16_t, states> followers = {
    /* queued    */ bit(S::waiting) | bit(S::sending) | bit(S::failed) | bit(S::expired) |
        bit(S::cancelled) | bit(S::refused),
    /* waiting   */ bit(S::queued) | bit(S::sending) | bit(S::failed) | bit(S::expired) |
        bit(S::cancelled) | bit(S::refused),
    /* sending   */ bit(S::queued) | bit(S::waiting) | bit(S::unknown) | bit(S::sent) |
        bit(S::failed) | bit(S::expired) | bit(S::delivered) | bit(S::read),
    /* unknown   */ bit(S::sending) | bit(S::sent) | bit(S::failed) | bit(S::expired) |
        bit(S::delivered) | bit(S::read),
    /* sent      */ bit(S::failed) | bit(S::expired) | bit(S::delivered) | bit(S::read),
    /* failed    */ bit(S::delivered) | bit(S::read),
    /* expired   */ bit(S::delivered) | bit(S::read),
    /* delivered */ bit(S::read),
    /* read      */ 0,
    /* cancelled */ 0,
    /* refused   */ 0,
};

}  // namespace

bool may_move(MessageState from, MessageState to) {
    return (followers[static_cast<std::size_t>(from)] & bit(to)) != 0;
}

bool is_absolute(MessageState state) {
    return followers[static_cast<std::size_t>(state)] == 0;
}

MessageState state_of(adapters::ReceiptState receipt) {
    switch (receipt) {
        case adapters::ReceiptState::accepted:
        case adapters::ReceiptState::sent:
            return MessageState::sent;
        case adapters::ReceiptState::delivered:
            return MessageState::delivered;
        case adapters::ReceiptState::read:
            return MessageState::read;
        case adapters::ReceiptState::failed:
            return MessageState::failed;
    }
    return MessageState::sent;
}

bool moves_up(const model::ParkedReceiptRow& parked, adapters::ReceiptState state) {
    using adapters::ReceiptState;
    if (state == ReceiptState::failed)
        return !parked.failed && parked.highest < ReceiptState::delivered;
    if (parked.failed && state < ReceiptState::delivered) return false;
    return state > parked.highest;
}

void raise(model::ParkedReceiptRow& parked, adapters::ReceiptState state) {
    if (state == adapters::ReceiptState::failed) {
        parked.failed = true;
        return;
    }
    parked.highest = std::max(parked.highest, state);
}

}  // namespace postern::core
