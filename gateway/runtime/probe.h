// What the pipeline counts, and the question each figure answers. Written by one thread each, read
// by /metrics from any.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace postern::runtime {

using Counter = std::atomic<std::uint64_t>;

/// Durations in microseconds, in powers of two: bucket i counts values below 2^i.
struct Histogram {
    std::array<Counter, 28> buckets{};
    Counter sum_us{0};
    void add(std::uint64_t us) {
        std::size_t bucket = 0;
        while (bucket + 1 < buckets.size() && (std::uint64_t{1} << bucket) <= us) ++bucket;
        buckets[bucket].fetch_add(1, std::memory_order_relaxed);
        sum_us.fetch_add(us, std::memory_order_relaxed);
    }
};

struct Probe {
    // Is the core keeping up, and with what?
    Counter commands_applied{0};
    Counter commands_duplicate{0};
    Counter core_busy_us{0};
    // Are senders in the cache, or does each cost a disk read?
    Counter prefetch_rounds{0};
    Counter prefetch_rows{0};
    Counter rows_kept{0};
    Counter lanes_waiting{0};
    // Is a stored row damaged?
    Counter refused_unreadable{0};
    Counter rows_unreadable{0};  // met by a scan, as often as it was met
    // What does a durable write cost?
    Counter groups{0};
    Counter rows{0};
    Counter bytes{0};
    Counter encode_us{0};
    Histogram commit_us;  // one durable write
    Counter anchors{0};
    // Does the view follow the log?
    Counter apply_us{0};
    Counter unapplied_bytes{0};
    // What was refused, so that nothing is lost?
    Counter refused_overload{0};
    Counter in_flight{0};
    Counter queries{0};
    Counter queries_refused{0};
};

}  // namespace postern::runtime
