#include "ratelimit/fair_share.h"

#include <algorithm>

namespace postern::ratelimit {

FairShare::FairShare(std::int64_t quantum) : quantum_(std::max<std::int64_t>(quantum, 1)) {}

void FairShare::add(std::uint64_t key, std::uint64_t count) {
    if (count == 0) return;
    shares_[key].waiting += count;
    waiting_ += count;
}

void FairShare::remove(std::uint64_t key, std::uint64_t count) {
    const auto at = shares_.find(key);
    if (at == shares_.end()) return;
    count = std::min(count, at->second.waiting);
    at->second.waiting -= count;
    waiting_ -= count;
    // Who overdrew stays until the rounds have paid it back: leaving is no way out of a debt.
    if (at->second.waiting == 0 && at->second.deficit >= 0) shares_.erase(at);
}

void FairShare::set_weight(std::uint64_t key, std::int64_t weight) {
    const auto at = shares_.find(key);
    if (at != shares_.end()) at->second.weight = std::clamp<std::int64_t>(weight, 1, 100);
}

std::optional<std::uint64_t> FairShare::next() {
    if (waiting_ == 0) return std::nullopt;
    for (;;) {
        const auto at = shares_.find(turn_);
        if (at != shares_.end() && at->second.waiting > 0 && at->second.deficit > 0) return turn_;
        pass_on();
    }
}

void FairShare::served(std::uint64_t key, std::int64_t cost) {
    const auto at = shares_.find(key);
    if (at == shares_.end() || at->second.waiting == 0) return;
    at->second.deficit -= std::clamp<std::int64_t>(cost, 1, cost_max);
    remove(key, 1);
}

std::uint64_t FairShare::waiting(std::uint64_t key) const {
    const auto at = shares_.find(key);
    return at == shares_.end() ? 0 : at->second.waiting;
}

/// To the next key in order, after the last to the first. Debts are at most cost_max, so a key is
/// reached with something to use after so many rounds at the latest.
void FairShare::pass_on() {
    const auto left = shares_.find(turn_);
    // What a turn left unused is not saved up.
    if (left != shares_.end() && left->second.deficit > 0) left->second.deficit = 0;
    auto at = shares_.upper_bound(turn_);
    while (true) {
        if (at == shares_.end()) at = shares_.begin();
        Share& share = at->second;
        share.deficit += quantum_ * share.weight;
        if (share.waiting > 0 || share.deficit < 0) break;
        at = shares_.erase(at);
    }
    turn_ = at->first;
}

}  // namespace postern::ratelimit
