// The accounts that sends come from, found as the provider finds them: by phone number id, bot,
// account SID. Named ones are held to their token; others are learned as they come, so that a
// gateway can be pointed here without telling us first.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/sim/scenario.h"
#include "gateway/sim/send_faults.h"

namespace postern::sim {

struct SimMedium {
    std::string kind;
    std::int64_t until_us = 0;  // monotonic
};

/// LINE: good for one answer.
struct SimReplyToken {
    std::string to;             // the chat
    std::int64_t until_us = 0;  // monotonic
};

/// Lives as long as its Accounts.
struct SimAccount {
    Endpoint endpoint;                 // `account` is the provider's own id where nobody named one
    std::optional<SendFaults> faults;  // instead of everybody's
    std::deque<std::int64_t> recent;   // monotonic µs of accepted sends, for per_second
    std::map<std::string, std::string> retry_keys;  // line: of accepted sends, with their ids
    std::string access_token;                       // wechat: the one that is good now
    std::int64_t access_until_us = 0;               // monotonic
    std::uint64_t tokens_issued = 0;
    std::map<std::string, SimMedium> media;  // uploaded, by the id that was given for it
    std::uint64_t media_uploaded = 0;
    std::int64_t month = 0;  // since 1900, that `sent_in_month` counts
    std::uint64_t sent_in_month = 0;
    std::map<std::string, SimReplyToken, std::less<>> reply_tokens;  // line: those not used yet
    std::set<std::string, std::less<>> read_tokens;  // line: of messages that were announced
    /// telegram: allowed_updates; viber: event_types. Nothing: it never told, and gets all.
    std::optional<std::vector<std::string>> updates;
    bool polls = false;  // telegram: its updates wait for getUpdates
};

/// Lives on one thread (the simulator's I/O thread).
class Accounts final {
  public:
    explicit Accounts(const std::vector<Endpoint>& named);

    /// By the provider's own id; of the http channel by the account's name, else its first
    /// account. Null if there are 10,000 already.
    [[nodiscard]] SimAccount* find(std::string_view channel, std::string_view own_id);
    /// By what a request shows instead of an id: the account with that token, else the first that
    /// takes any, else one that is learned now if the channel has none. Null: all have others.
    [[nodiscard]] SimAccount* with_token(std::string_view channel, std::string_view token);
    /// The account whose token it is; where nobody gave one, the secret that signs. Null: none.
    [[nodiscard]] SimAccount* with_key(std::string_view channel, std::string_view key);
    /// By the name that the gateway has for it; null if nobody named it.
    [[nodiscard]] SimAccount* named(std::string_view account);
    /// Where receipts go, and what signs them: takes over what `endpoint` says.
    void remember(const Endpoint& endpoint);
    [[nodiscard]] const std::deque<SimAccount>& all() const { return accounts_; }
    /// The numbers that hold for it: its own, else `everybody`'s, which outlive us.
    [[nodiscard]] const SendFaults& faults_of(const SimAccount& account) const;
    const SendFaults* everybody = nullptr;

  private:
    SimAccount* by_own_id(std::string_view channel, std::string_view own_id);

    std::deque<SimAccount> accounts_;  // addresses stay
};

}  // namespace postern::sim
