// Look-up by the first bytes of the hash (which nobody can steer), then a constant-time comparison.
#include "gateway/api/key_ring.h"

#include <cstring>

namespace postern::api {
namespace {

std::uint64_t first_bytes(const KeyHash& hash) {
    std::uint64_t v = 0;
    std::memcpy(&v, hash.data(), sizeof v);
    return v;
}

}  // namespace

std::string key_id(const model::ApiKeyRow& row) {
    return model::id_of(row);
}

bool is_revoked(const model::ApiKeyRow& row) {
    return row.revoked != model::Instant{};
}

bool is_expired(const model::ApiKeyRow& row, model::Instant now) {
    return row.expires != model::Instant{} && row.expires <= now;
}

KeyRing::KeyRing(const std::vector<model::ApiKeyRow>& rows)
    : table_(std::make_shared<const Table>()) {
    auto table = std::make_shared<Table>();
    for (const model::ApiKeyRow& row : rows) {
        table->by_id[row.id] =
            std::make_shared<const LiveKey>(LiveKey{row, std::make_shared<KeyUse>()});
    }
    index(*table);
    table_.store(std::move(table));
}

void KeyRing::index(Table& table) {
    table.by_hash.clear();
    for (const auto& [id, key] : table.by_id) {
        table.by_hash.emplace(first_bytes(key->row.hash), key);
        if (key->row.previous_hash == KeyHash{}) continue;
        table.by_hash.emplace(first_bytes(key->row.previous_hash), key);
    }
}

void KeyRing::publish(const model::ApiKeyRow& row) {
    auto next = std::make_shared<Table>(*table_.load());
    KeyPtr& slot = next->by_id[row.id];
    slot = std::make_shared<const LiveKey>(
        LiveKey{row, slot != nullptr ? slot->use : std::make_shared<KeyUse>()});
    index(*next);
    table_.store(std::move(next));
}

KeyFound KeyRing::find(std::string_view token, model::Instant now) const {
    const KeyHash hash = hash_token(token);
    const auto table = table_.load();
    const auto [first, last] = table->by_hash.equal_range(first_bytes(hash));
    for (auto it = first; it != last; ++it) {
        const model::ApiKeyRow& row = it->second->row;
        const bool current = same_hash(row.hash, hash);
        const bool previous = same_hash(row.previous_hash, hash);
        if (!current && !previous) continue;
        if (is_revoked(row)) return {KeyState::revoked, it->second};
        if (is_expired(row, now)) return {KeyState::expired, it->second};
        if (!current && row.previous_until <= now) return {KeyState::expired, it->second};
        return {KeyState::good, it->second};
    }
    return {};
}

KeyPtr KeyRing::find(model::Sequence id) const {
    const auto table = table_.load();
    const auto found = table->by_id.find(id);
    return found != table->by_id.end() ? found->second : nullptr;
}

std::vector<KeyPtr> KeyRing::all() const {
    const auto table = table_.load();
    std::vector<KeyPtr> keys;
    keys.reserve(table->by_id.size());
    for (const auto& [id, key] : table->by_id) keys.push_back(key);
    return keys;
}

bool allows(const std::vector<std::string>& scopes, std::string_view wanted) {
    const std::size_t colon = wanted.find(':');
    for (const std::string_view scope : scopes) {
        if (scope == "*" || scope == wanted) return true;
        if (colon != std::string_view::npos && scope.size() == colon + 2 && scope.ends_with(":*") &&
            scope.substr(0, colon) == wanted.substr(0, colon)) {
            return true;
        }
    }
    return false;
}

}  // namespace postern::api
