// A map and a queue under one lock; what is under way is not counted against the bounds.
#include "gateway/api/idempotency.h"

#include "gateway/api/sha256.h"

namespace postern::api {
namespace {

/// What an entry costs beside its key and body.
constexpr std::size_t entry_bytes = 256;

std::size_t bytes_of(const std::string& key, const net::Response& answer) {
    return entry_bytes + key.size() * 2 + answer.body.size();
}

}  // namespace

std::array<std::uint8_t, 16> hash_request(const net::Request& request, std::size_t place,
                                          std::uint64_t holder) {
    std::string tail = std::to_string(place);
    if (holder != 0) tail += " " + std::to_string(holder);
    const auto digest =
        sha256({request.method, "\n", request.path, "\n", tail, "\n", request.body});
    std::array<std::uint8_t, 16> hash{};
    for (std::size_t i = 0; i < hash.size(); ++i) hash[i] = digest[i];
    return hash;
}

IdempotencyTable::Start IdempotencyTable::begin(const IdempotencyUse& use, model::Instant now) {
    const std::lock_guard lock(mutex_);
    while (!kept_.empty()) {
        const auto oldest = entries_.find(kept_.front());
        if (oldest->second.kept + idempotency_kept > now) break;
        drop_oldest();
    }
    const auto [found, added] = entries_.try_emplace(use.key);
    Entry& entry = found->second;
    if (added) {
        entry.hash = use.hash;
        return {};
    }
    if (entry.hash != use.hash) return {Begun::conflict, {}};
    if (entry.working) return {Begun::working, {}};
    return {Begun::answered, entry.answer};
}

void IdempotencyTable::keep(const IdempotencyUse& use, const net::Response& answer,
                            model::Instant now) {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(use.key);
    if (found == entries_.end()) return;
    found->second.working = false;
    found->second.kept = now;
    found->second.answer = answer;
    kept_.push_back(use.key);
    bytes_ += bytes_of(use.key, answer);
    while (kept_.size() > answers_max || bytes_ > bytes_max) drop_oldest();
}

void IdempotencyTable::forget(const IdempotencyUse& use) {
    const std::lock_guard lock(mutex_);
    entries_.erase(use.key);
}

std::size_t IdempotencyTable::size() const {
    const std::lock_guard lock(mutex_);
    return entries_.size();
}

void IdempotencyTable::drop_oldest() {
    const auto oldest = entries_.find(kept_.front());
    bytes_ -= bytes_of(oldest->first, oldest->second.answer);
    entries_.erase(oldest);
    kept_.pop_front();
}

}  // namespace postern::api
