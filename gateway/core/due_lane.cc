// The horizon is raised before the store is read, so a row written meanwhile is never missed.
#include "gateway/core/due_lane.h"

namespace postern::core {

void DueLane::add(DuePlace place, model::Part part) {
    gone_.erase(place);
    if (!complete_ && !reading_ && place > horizon_) return;
    window_.emplace(place, part);
    if (!reading_) trim();
}

void DueLane::remove(DuePlace place) {
    if (window_.erase(place) == 0 && reading_) gone_.insert(place);
}

std::uint64_t DueLane::begin_read(DuePlace& after) {
    after = horizon_;
    reading_ = true;
    gone_.clear();
    return ++generation_;
}

void DueLane::end_read(const LaneRows& rows) {
    if (!reading_ || rows.generation != generation_) return;
    reading_ = false;
    for (const LaneRows::Row& row : rows.rows) {
        const DuePlace place{row.not_before, row.message};
        if (place > horizon_ && !gone_.contains(place)) window_.emplace(place, row.part);
    }
    gone_.clear();
    complete_ = rows.end;
    if (!complete_ && !rows.rows.empty()) {
        horizon_ = {rows.rows.back().not_before, rows.rows.back().message};
        // What was written behind the horizon meanwhile stays in the store.
        window_.erase(window_.upper_bound(horizon_), window_.end());
    }
    trim();
}

void DueLane::trim() {
    if (window_.size() <= window_max * 2) return;
    auto keep = window_.begin();
    std::advance(keep, window_max);
    window_.erase(keep, window_.end());
    horizon_ = std::prev(window_.end())->first;
    complete_ = false;
}

}  // namespace postern::core
