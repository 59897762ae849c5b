// What the simulator sent and what the gateway answered: the oracle of the crash tests. An item is
// acknowledged if, and only if, a webhook that carried it was answered 200.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "gateway/sim/scenario.h"

namespace postern::sim {

struct SentItem {
    Kind kind = Kind::text;
    std::string external_id;
    std::string text;
};

/// One webhook, over all its deliveries.
struct SentWebhook {
    std::uint64_t seq = 0;
    std::int64_t at_us = 0;  // wall clock of the first try
    std::string channel;
    std::string account;
    std::string from;
    Defect defect = Defect::none;
    bool duplicate = false;
    std::vector<SentItem> items;
    std::string raw;
    int attempts = 0;
    int status = 0;               // of the last answer; 0: none came
    std::int64_t latency_us = 0;  // of the last try
    bool finished = false;        // answered for good, or given up
    bool as_expected = false;
};

struct SentFilter {
    std::string channel;      // empty: any
    std::uint64_t after = 0;  // sequences above it
    std::uint64_t up_to = 0;  // and not above this one; 0: no bound
    bool acknowledged_only = false;
    std::size_t limit = 0;  // 0: all
};

struct SentTotals {
    std::uint64_t webhooks = 0;
    std::uint64_t attempts = 0;
    std::uint64_t acknowledged = 0;          // webhooks answered 200
    std::uint64_t acknowledged_items = 0;    // distinct external ids
    std::uint64_t unfinished = 0;            // webhooks still to be answered for good
    std::uint64_t unexpected = 0;            // a forged one taken, or a genuine one given up
    std::map<int, std::uint64_t> by_status;  // every answer, 0 for none
};

/// Lives on one thread (the simulator's I/O thread). Bodies of the latest 10,000 webhooks are kept,
/// ids of all.
class SentLog final {
  public:
    /// Takes the webhook in; answers its place for the calls below.
    std::size_t open(const Webhook& webhook, std::int64_t now_us);
    void attempted(std::size_t place, int status, std::int64_t latency_us);
    void finished(std::size_t place, bool as_expected);

    [[nodiscard]] const SentWebhook& at(std::size_t place) const { return sent_[place]; }
    [[nodiscard]] std::size_t size() const { return sent_.size(); }
    /// Kept as it goes: cheap however long the log is.
    [[nodiscard]] SentTotals totals() const { return totals_; }
    /// External ids of everything acknowledged, each once, in the order of sending.
    [[nodiscard]] std::vector<std::string> acknowledged_ids() const;

    /// One entry a webhook, with status and latency.
    [[nodiscard]] std::string sent_json(const SentFilter& filter) const;

  private:
    std::vector<SentWebhook> sent_;
    SentTotals totals_;
    std::unordered_set<std::string> acknowledged_;  // external ids; membership only
};

[[nodiscard]] std::string totals_json(const SentTotals& totals);

}  // namespace postern::sim
