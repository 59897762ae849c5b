// Lanes and fingerprints of commands.
#include "gateway/core/command.h"

namespace postern::core {
namespace {

std::uint64_t lane_of_inbound(const Inbound& inbound) {
    // The primary identity; an item without a sender has its account for a lane.
    if (inbound.identities.empty()) return inbound.account | 1ull << 40;
    return inbound.identities.front().blind.low() | 1;
}

struct LaneOf {
    std::uint64_t operator()(const ReceiveMessage& c) const { return lane_of_inbound(c.inbound); }
    std::uint64_t operator()(const ReceiveSignal& c) const { return lane_of_inbound(c.inbound); }
    std::uint64_t operator()(const ReceiveStatus& c) const { return c.external.low() | 1; }
    std::uint64_t operator()(const ResolveQuarantine& c) const { return c.id << 1 | 1; }
    template <class T>
    std::uint64_t operator()(const T&) const {
        return 0;
    }
};

struct FingerprintOf {
    std::uint64_t operator()(const ReceiveMessage& c) const { return c.inbound.dedupe_hash; }
    std::uint64_t operator()(const ReceiveSignal& c) const { return c.inbound.dedupe_hash; }
    std::uint64_t operator()(const ReceiveStatus& c) const {
        return c.external.low() ^
               (static_cast<std::uint64_t>(c.status.state) + 1) * 0x9E37'79B9'7F4A'7C15;
    }
    template <class T>
    std::uint64_t operator()(const T&) const {
        return 0;
    }
};

}  // namespace

std::uint64_t lane_of(const Command& command) {
    return std::visit(LaneOf{}, command.payload);
}

std::uint64_t fingerprint_of(const Command& command) {
    return std::visit(FingerprintOf{}, command.payload);
}

}  // namespace postern::core
