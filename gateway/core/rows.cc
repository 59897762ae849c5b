// A flat map of shared rows with clock eviction below the floor.
#include "gateway/core/rows.h"

namespace postern::core {

Rows::Rows(std::size_t rows_max) : rows_max_(rows_max) {}

Rows::Found Rows::find(const storage::RowKey& key) const {
    const auto it = entries_.find(key);
    if (it == entries_.end()) return {};
    it->second.used = true;
    if (!it->second.record) return {Known::absent, nullptr};
    return {Known::present, it->second.record.get()};
}

model::RecordPtr Rows::share(const storage::RowKey& key) const {
    const auto it = entries_.find(key);
    return it == entries_.end() ? nullptr : it->second.record;
}

void Rows::put(const storage::RowKey& key, model::RecordPtr record, model::Sequence sequence) {
    auto [it, added] = entries_.try_emplace(key);
    if (added) ring_.push_back(key);
    it->second.record = std::move(record);
    it->second.written = sequence;
    it->second.used = true;
}

void Rows::load(const storage::RowKey& key, model::RecordPtr record) {
    auto [it, added] = entries_.try_emplace(key);
    if (!added) return;
    ring_.push_back(key);
    it->second.record = std::move(record);
}

void Rows::evict() {
    if (entries_.size() <= rows_max_) return;
    // A bounded walk: a call never costs more than a small multiple of what came in since the last.
    std::size_t steps = (entries_.size() - rows_max_) * 4 + 64;
    while (entries_.size() > rows_max_ && steps-- > 0) {
        if (hand_ >= ring_.size()) hand_ = 0;
        const auto it = entries_.find(ring_[hand_]);
        if (it->second.used || it->second.written > floor_) {
            it->second.used = false;
            ++hand_;
            continue;
        }
        entries_.erase(it);
        ring_[hand_] = ring_.back();
        ring_.pop_back();
    }
}

void Rows::evict_if(const std::function<bool(const storage::RowKey&)>& chosen) {
    for (std::size_t i = 0; i < ring_.size();) {
        const auto it = entries_.find(ring_[i]);
        if (it->second.written > floor_ || !chosen(ring_[i])) {
            ++i;
            continue;
        }
        entries_.erase(it);
        ring_[i] = ring_.back();
        ring_.pop_back();
    }
    hand_ = 0;
}

}  // namespace postern::core
