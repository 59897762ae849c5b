#include "ratelimit/wake_queue.h"

#include <utility>

namespace postern::ratelimit {

void WakeQueue::set(std::uint64_t id, std::chrono::microseconds at) {
    const auto [known, added] = by_id_.try_emplace(id);
    if (added) {
        known->second = ordered_.insert({at, id}).first;
        return;
    }
    if (known->second->at == at) return;
    auto node = ordered_.extract(known->second);  // moved without a new allocation
    node.value().at = at;
    known->second = ordered_.insert(std::move(node)).position;
}

bool WakeQueue::remove(std::uint64_t id) {
    const auto known = by_id_.find(id);
    if (known == by_id_.end()) return false;
    ordered_.erase(known->second);
    by_id_.erase(known);
    return true;
}

std::optional<Wake> WakeQueue::next() const {
    if (ordered_.empty()) return std::nullopt;
    return *ordered_.begin();
}

std::optional<Wake> WakeQueue::pop_due(std::chrono::microseconds now) {
    const std::optional<Wake> first = next();
    if (!first || first->at > now) return std::nullopt;
    remove(first->id);
    return first;
}

std::optional<std::chrono::microseconds> WakeQueue::find(std::uint64_t id) const {
    const auto known = by_id_.find(id);
    if (known == by_id_.end()) return std::nullopt;
    return known->second->at;
}

}  // namespace postern::ratelimit
