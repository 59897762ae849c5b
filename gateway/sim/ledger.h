// What the simulated providers accepted: one line a send, with the instant of its arrival. The
// other side's account of the gateway's sends, and what a limiter is measured by.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace postern::sim {

/// A send that the provider took, as it is put in. Views are copied.
struct AcceptedSend {
    std::string_view channel;  // a literal: kept by view
    std::string_view account;
    std::string_view to;           // as the gateway wrote it
    std::string_view provider_id;  // what the answer said
    std::string_view text;
    std::string_view raw;
    std::int64_t at_us = 0;      // wall clock
    std::int64_t steady_us = 0;  // monotonic, never below the one before
};

struct LedgerFilter {
    std::string channel;  // empty: any
    std::string account;
    std::string to;
    std::uint64_t after = 0;  // sequences above it
    std::size_t limit = 0;    // 0: all
    bool raw = true;
};

/// The largest number of arrivals in any half-open span of that length.
struct WorstWindow {
    std::int64_t window_ms = 0;
    std::uint64_t count = 0;
};

struct ArrivalRate {
    std::uint64_t count = 0;
    std::int64_t first_us = 0;  // monotonic
    std::int64_t last_us = 0;
    std::vector<WorstWindow> worst;
};

/// Lives on one thread (the simulator's I/O thread). A ring: beyond `entries_max` the oldest line
/// goes; bodies of the latest 65,536 are kept. About 250 bytes a line beside the bodies.
class Ledger final {
  public:
    static constexpr std::size_t entries_max_default = 2'000'000;
    explicit Ledger(std::size_t entries_max = entries_max_default);

    /// Answers the sequence: 1, 2, 3, …
    std::uint64_t append(const AcceptedSend& send);
    /// Keeps its sequences going up: what comes later is still found by `after`.
    void clear();

    [[nodiscard]] std::uint64_t accepted() const { return next_seq_ - 1; }
    [[nodiscard]] std::uint64_t forgotten() const { return forgotten_; }
    /// The contract's shape, oldest first.
    [[nodiscard]] std::string json(const LedgerFilter& filter) const;
    [[nodiscard]] ArrivalRate rate(const LedgerFilter& filter) const;

  private:
    struct Entry {
        std::int64_t at_us = 0;
        std::int64_t steady_us = 0;
        std::string_view channel;
        std::uint32_t account_bytes = 0;
        std::uint32_t to_bytes = 0;
        std::uint32_t id_bytes = 0;
        std::string bytes;  // account, to, provider id, text: one allocation
        std::string raw;

        [[nodiscard]] std::string_view account() const;
        [[nodiscard]] std::string_view to() const;
        [[nodiscard]] std::string_view provider_id() const;
        [[nodiscard]] std::string_view text() const;
    };
    [[nodiscard]] static bool selected(const Entry& entry, const LedgerFilter& filter);
    [[nodiscard]] std::size_t first_after(std::uint64_t seq) const;

    std::size_t entries_max_;
    std::deque<Entry> entries_;  // sequences next_seq_ - size .. next_seq_ - 1
    std::uint64_t next_seq_ = 1;
    std::uint64_t forgotten_ = 0;
};

[[nodiscard]] std::string rate_json(const ArrivalRate& rate);

/// RFC 3339, UTC, milliseconds.
[[nodiscard]] std::string time_text(std::int64_t at_us);

}  // namespace postern::sim
