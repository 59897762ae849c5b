// Duplicate suppression: the last ids of a part in its hot row, and dedupe rows for ids that had to
// leave it while their redelivery can still come. Pure.
#pragma once

#include <optional>

#include "gateway/core/command.h"
#include "gateway/model/records.h"

namespace postern::core {

/// True if the id is in the part's ring.
[[nodiscard]] bool in_ring(const model::HotRow& hot, const Inbound& inbound);

/// The dedupe rows under which the id may stand: by the provider's own time, or, where it tells
/// none, by the days of arrival that the horizon
/// reaches back to.
struct DedupeKeys {
    std::array<storage::RowKey, 10> keys;
    std::size_t count = 0;
};
[[nodiscard]] DedupeKeys dedupe_keys(const Inbound& inbound, model::Instant provider_time,
                                     model::Instant now);

/// Remembers the id. If an id leaves the ring that is still inside the horizon, it is returned and
/// must be written as a dedupe row.
[[nodiscard]] std::optional<model::SeenId> remember(model::HotRow& hot, const Inbound& inbound,
                                                    model::Instant provider_time,
                                                    model::Instant now);

}  // namespace postern::core
