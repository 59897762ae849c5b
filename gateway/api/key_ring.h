// The API keys as requests meet them: an immutable table by hash, replaced whole when a key
// changes, and beside each key what its use adds up to. A key that was revoked fails with the next
// request.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "gateway/api/key_token.h"
#include "gateway/model/records.h"
#include "gateway/model/snapshot.h"
#include "ratelimit/request_rate.h"

namespace postern::api {

/// What changes with every request. Lives as long as its key, through all tables. Any thread.
struct KeyUse {
    ratelimit::RequestRate rate;
    std::atomic<std::uint64_t> uses{0};  // not noted in the core yet
    std::atomic<std::int64_t> last_used_us{0};
    std::atomic<std::int64_t> noted_us{0};  // steady
};

struct LiveKey {
    model::ApiKeyRow row;
    std::shared_ptr<KeyUse> use;
};
using KeyPtr = std::shared_ptr<const LiveKey>;

enum class KeyState : std::uint8_t { good, unknown, expired, revoked };

struct KeyFound {
    KeyState state = KeyState::unknown;
    KeyPtr key;  // null if unknown
};

/// "key_…"
[[nodiscard]] std::string key_id(const model::ApiKeyRow& row);
[[nodiscard]] bool is_revoked(const model::ApiKeyRow& row);
[[nodiscard]] bool is_expired(const model::ApiKeyRow& row, model::Instant now);

class KeyRing final {
  public:
    explicit KeyRing(const std::vector<model::ApiKeyRow>& rows);

    /// One thread at a time (the daemon's publisher): the key as it is now, durable.
    void publish(const model::ApiKeyRow& row);

    [[nodiscard]] KeyFound find(std::string_view token, model::Instant now) const;
    [[nodiscard]] KeyPtr find(model::Sequence id) const;
    /// By id, oldest first.
    [[nodiscard]] std::vector<KeyPtr> all() const;

  private:
    struct Table {
        std::map<model::Sequence, KeyPtr> by_id;
        std::multimap<std::uint64_t, KeyPtr> by_hash;  // first 8 bytes of either hash
    };
    static void index(Table& table);

    model::Snapshot<Table> table_;
};

/// Whether `scopes` allow `wanted` ("messages:read"): named so, "messages:*", or "*".
[[nodiscard]] bool allows(const std::vector<std::string>& scopes, std::string_view wanted);

}  // namespace postern::api
