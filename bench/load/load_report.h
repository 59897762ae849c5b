// What one run of the generator found, and its one line of JSON.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace postern::load {

struct LoadResult {
    std::uint64_t sent = 0;
    std::uint64_t ok = 0;                   // answered 2xx
    std::uint64_t refused = 0;              // answered with another status
    std::uint64_t broken = 0;               // connections that ended or an answer that is not HTTP
    double seconds = 0;                     // of the run itself, connecting and signing excluded
    double cpu_seconds = 0;                 // of this process during the run
    bool exhausted = false;                 // all requests were sent before the time was over
    std::vector<std::uint32_t> latency_ns;  // of answered requests; 4.29 s is the most it can say
};

[[nodiscard]] std::string to_json(LoadResult& result, std::size_t body_bytes);

}  // namespace postern::load
