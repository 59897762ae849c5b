// The ring of seen ids and its spill.
#include "gateway/core/seen.h"

#include <algorithm>

namespace postern::core {
namespace {

constexpr std::uint32_t day_s = 86'400;
/// Retention keeps dedupe rows for so long: nothing that spilled can be told again after that, on
/// whatever channel of the part.
constexpr std::uint32_t spilled_kept_s = 17 * day_s;

std::uint32_t seconds_of(model::Instant t) {
    const auto s = std::chrono::floor<std::chrono::seconds>(t.time_since_epoch()).count();
    return s < 0 ? 0 : static_cast<std::uint32_t>(s);
}

/// The time under which an id is filed: the provider's, or the day of its arrival.
std::uint32_t filed_at(const Inbound& inbound, model::Instant provider_time, model::Instant now) {
    if (inbound.timestamps) return seconds_of(provider_time);
    return seconds_of(now) / day_s * day_s;
}

}  // namespace

bool in_ring(const model::HotRow& hot, const Inbound& inbound) {
    for (const model::SeenId& seen : hot.seen) {
        if (seen.hash == inbound.dedupe_hash && seen.account == inbound.account) return true;
    }
    return false;
}

DedupeKeys dedupe_keys(const Inbound& inbound, model::Instant provider_time, model::Instant now) {
    const std::uint32_t at = filed_at(inbound, provider_time, now);
    DedupeKeys out;
    out.keys[out.count++] = storage::keys::dedupe(at, inbound.account, inbound.dedupe_hash);
    if (inbound.timestamps) return out;
    // A horizon of 48 hours reaches into three days.
    for (std::uint32_t back = day_s; back < inbound.horizon_s + day_s; back += day_s) {
        if (out.count == out.keys.size() || at < back) break;
        out.keys[out.count++] =
            storage::keys::dedupe(at - back, inbound.account, inbound.dedupe_hash);
    }
    return out;
}

std::optional<model::SeenId> remember(model::HotRow& hot, const Inbound& inbound,
                                      model::Instant provider_time, model::Instant now) {
    std::optional<model::SeenId> spilled;
    // What spilled had come before everything that is still in the ring.
    if (hot.spilled && !hot.seen.empty() &&
        hot.seen.front().arrived_s + std::max(spilled_kept_s, inbound.horizon_s) <=
            seconds_of(now)) {
        hot.spilled = false;
    }
    if (hot.seen.size() >= model::seen_ids_max) {
        const model::SeenId oldest = hot.seen.front();
        hot.seen.erase(hot.seen.begin());
        // By arrival: what was told late (a backlog after an outage) can still be told again.
        if (oldest.arrived_s + inbound.horizon_s > seconds_of(now)) {
            spilled = oldest;
            hot.spilled = true;
        }
    }
    hot.seen.push_back({inbound.dedupe_hash, filed_at(inbound, provider_time, now), seconds_of(now),
                        inbound.account});
    return spilled;
}

}  // namespace postern::core
