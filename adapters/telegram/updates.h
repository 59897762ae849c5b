// Long polling instead of a webhook: the calls that a gateway without a public address makes for
// its updates, and what the Bot API's answers mean. Pure functions. Thread: any.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sending_adapter.h"

namespace postern::adapters::telegram {

/// Whether the account asks for its updates itself (`inbound = "poll"`).
[[nodiscard]] bool polls(const AdapterConfig& config);

/// "https://…/bot<token>/": what every method's name is appended to. Holds the token.
[[nodiscard]] std::string methods_url(const AdapterConfig& config);

/// A JSON list of everything that decode() reads; what is not named comes as Telegram chooses,
/// reactions never.
[[nodiscard]] std::string_view allowed_updates();

/// Waits at the Bot API for `wait` (50 s at most) until there are updates, at most 100. `offset`:
/// the first one wanted, and all before it are confirmed, never to come again; 0: none was seen.
[[nodiscard]] ProviderCall get_updates(const AdapterConfig& config, std::int64_t offset,
                                       std::chrono::seconds wait);

/// Takes away the webhook that stands in the way of polling; what it left undelivered stays.
[[nodiscard]] ProviderCall delete_webhook(const AdapterConfig& config);

struct PolledUpdate {
    std::int64_t id = 0;
    std::string body;  // as a webhook would bring it
};

struct Polled {
    enum class Kind : unsigned char {
        updates,       // also none
        webhook_set,   // 409: a webhook stands in the way
        other_poller,  // 409: somebody else asks with the same token
        refused,       // 401, 404: the token
        limited,       // 429: wait for `retry_after`
        trouble,       // everything else
    };
    Kind kind = Kind::trouble;
    std::vector<PolledUpdate> updates;  // by rising id
    std::chrono::seconds retry_after{0};
    std::string problem;  // for people; never the token
};

[[nodiscard]] Polled read_updates(const AdapterConfig& config, const ProviderAnswer& answer);

}  // namespace postern::adapters::telegram
