// What the sink got: when each number came, and how often. Numbers are those of numbered_requests.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace postern::load {

/// Wall clock, microseconds: the generator, the sink and scripts compare their times.
[[nodiscard]] std::int64_t wall_us();

class Arrivals final {
  public:
    /// The number after "bench-" in a request; nothing without one.
    void arrived(std::string_view request, std::int64_t at_us);
    void reset();

    /// One JSON object about the numbers in [from, to): how many came, how often, from when to
    /// when, and the fullest window of 100 ms, 1 s and 10 s.
    [[nodiscard]] std::string report(std::uint64_t from, std::uint64_t to) const;
    /// A JSON array: first arrival of each number in [from, to), null for what never came.
    [[nodiscard]] std::string times(std::uint64_t from, std::uint64_t to) const;

  private:
    struct Arrival {
        std::uint64_t number = 0;
        std::int64_t at_us = 0;
    };
    std::vector<Arrival> all_;  // in order of arrival
};

}  // namespace postern::load
