#include "gateway/egress/held_files.h"

#include <algorithm>
#include <utility>

namespace postern::egress {

HeldFiles::Asked HeldFiles::ask(const Key& key, model::Instant now, std::string& id,
                                std::function<void()> again) {
    const std::lock_guard lock(mutex_);
    if (closed_) return Asked::closed;
    const auto known = known_.find(key);
    if (known != known_.end() && known->second.until > now) {
        id = known->second.id;
        return Asked::known;
    }
    if (known != known_.end()) known_.erase(known);
    const auto [waiting, first] = under_way_.try_emplace(key);
    if (first) return Asked::yours;
    waiting->second.push_back(std::move(again));
    return Asked::later;
}

void HeldFiles::keep(const Key& key, adapters::HeldFile file) {
    Waiting waiting;
    {
        const std::lock_guard lock(mutex_);
        if (!known_.contains(key)) make_room();
        known_[key] = std::move(file);
        waiting = end_upload(key);
    }
    for (const auto& again : waiting) again();
}

void HeldFiles::release(const Key& key) {
    Waiting waiting;
    {
        const std::lock_guard lock(mutex_);
        waiting = end_upload(key);
    }
    for (const auto& again : waiting) again();
}

void HeldFiles::forget() {
    const std::lock_guard lock(mutex_);
    known_.clear();
}

void HeldFiles::close() {
    std::map<Key, Waiting> over;
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        over.swap(under_way_);
    }
    for (const auto& [key, waiting] : over) {
        for (const auto& again : waiting) again();
    }
}

HeldFiles::Waiting HeldFiles::end_upload(const Key& key) {
    const auto found = under_way_.find(key);
    if (found == under_way_.end()) return {};
    Waiting waiting = std::move(found->second);
    under_way_.erase(found);
    return waiting;
}

/// What would be forgotten next goes first.
void HeldFiles::make_room() {
    if (known_.size() < files_max) return;
    const auto sooner = [](const auto& a, const auto& b) {
        return a.second.until < b.second.until;
    };
    known_.erase(std::min_element(known_.begin(), known_.end(), sooner));
}

}  // namespace postern::egress
