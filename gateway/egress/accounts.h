// The accounts that can send, as egress sees them: adapter, number, health. The table is immutable
// and swapped whole on a reload; health outlives the swap, and an attempt keeps the table that it
// began with.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "adapters/sending_adapter.h"
#include "gateway/egress/breakers.h"
#include "gateway/egress/flood.h"
#include "gateway/model/seq_head.h"
#include "gateway/net/client.h"
#include "gateway/runtime/line_health.h"
#include "gateway/runtime/probe.h"
#include "gateway/tokens/token_source.h"

namespace postern::egress {

class Courier;

inline constexpr std::size_t outcomes = 6;  // adapters::SendResult

/// What became of an account's dispatches. Any thread; only `under_way` goes down.
struct Health final {
    std::atomic<std::uint64_t> requests{0};    // calls that were begun, a step each
    std::atomic<std::uint64_t> request_us{0};  // from its begin to its end, summed
    runtime::Histogram answer_us;              // of those that were answered
    std::atomic<std::uint64_t> held_back{0};   // dispatches that an open breaker answered
    std::atomic<std::uint64_t> not_sent{0};    // calls that ended before their first byte left
    std::atomic<std::uint64_t> unanswered{0};  // calls that were sent and not answered
    std::array<std::atomic<std::uint64_t>, outcomes> by_outcome{};
    std::atomic<std::int64_t> under_way{0};
    Breakers breakers;
    Flood flood;
    runtime::LineHealth line;       // of its courier's connections
    runtime::LineHealth receiving;  // of what brings in what came, where that is no webhook

    std::atomic<std::int64_t> last_accepted_us{0};  // wall clock; 0: never

    void count(adapters::SendResult result, model::Instant at) {
        if (result == adapters::SendResult::accepted)
            last_accepted_us.store(at.time_since_epoch().count(), std::memory_order_relaxed);
        by_outcome[static_cast<std::size_t>(result)].fetch_add(1, std::memory_order_relaxed);
    }
    [[nodiscard]] std::uint64_t counted(adapters::SendResult result) const {
        return by_outcome[static_cast<std::size_t>(result)].load(std::memory_order_relaxed);
    }
};

struct Account {
    std::string name;
    model::AccountNumber number = 0;
    std::shared_ptr<const adapters::SendingAdapter> sending;  // null: it only receives
    std::string status_url;  // where its webhooks arrive from outside, or empty
    std::string ca_file;     // trusted beside the system's authorities, or empty
    net::ProxyOptions proxy;
    std::shared_ptr<Courier> courier;             // null: it is sent to by HTTP
    std::shared_ptr<tokens::TokenSource> tokens;  // null: its credentials do not end
    std::shared_ptr<Health> health;
    std::string way;  // the table's: accounts with the same way share their clients
};

class AccountTable final {
  public:
    AccountTable() = default;
    /// One without health gets a fresh one.
    explicit AccountTable(std::vector<Account> accounts);

    [[nodiscard]] const Account* find(model::AccountNumber number) const;
    [[nodiscard]] const std::map<model::AccountNumber, Account>& all() const { return by_number_; }

  private:
    std::map<model::AccountNumber, Account> by_number_;
};

}  // namespace postern::egress
