// How the due queue is cut into lanes, and how a piece of one is asked for. Plain values.
#pragma once

#include <cstdint>
#include <utility>

#include "gateway/model/policy_values.h"
#include "gateway/model/seq_head.h"
#include "gateway/model/time.h"

namespace postern::core {

/// lane := rank(8) category(8) zone group(16) caller(32). Rank: replies and one-time codes
/// before the rest of a priority; 0xFF: expiries, which always run.
struct LaneName {
    std::uint8_t rank = 0;
    model::Category category = model::Category::transactional;
    std::uint16_t zones = 0;
    std::uint32_t caller = 0;

    [[nodiscard]] std::uint64_t number() const;
    [[nodiscard]] static LaneName of(std::uint64_t number);
};
inline constexpr std::uint64_t expiry_lane = 0xFF00'0000'0000'0000;
/// Who waits for a template's approval, by template instead of a time: read at a start, never due.
inline constexpr std::uint64_t template_lane = 0xFE00'0000'0000'0000;

[[nodiscard]] constexpr std::uint8_t rank_of(std::uint64_t lane) {
    return static_cast<std::uint8_t>(lane >> 56);
}

/// Place in a lane: when, then in order of acceptance.
using DuePlace = std::pair<model::Instant, model::Sequence>;

/// A read of the store that the outbox asks for; carried out after what was decided is durable.
struct LaneRead {
    model::AccountNumber account = 0;
    std::uint64_t lane = 0;
    DuePlace after;
    std::uint64_t generation = 0;
};

}  // namespace postern::core
